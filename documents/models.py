"""Files that wait between two requests."""

from django.db import models


class PendingImport(models.Model):
    """An uploaded sheet between its preview and its confirmation.

    Kept in the database, so that any host can confirm it; whatever nobody
    confirms within a day goes when the next one comes.
    """

    name = models.CharField(max_length=32, unique=True)
    content = models.BinaryField()
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
