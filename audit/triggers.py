"""What makes the database itself refuse to change or remove an event of the trail."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

CREATE = {
    "sqlite": [
        """
        CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit_auditevent
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
        """.replace("{verb}", verb)
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        """
        CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'restrict_violation';
        END $$
        """,
        """
        CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_auditevent
        FOR EACH ROW EXECUTE FUNCTION audit_refuse()
        """,
    ],
}
DROP = {
    "sqlite": [
        "DROP TRIGGER IF EXISTS audit_no_UPDATE",
        "DROP TRIGGER IF EXISTS audit_no_DELETE",
    ],
    "postgresql": [
        "DROP TRIGGER IF EXISTS audit_append_only ON audit_auditevent",
        "DROP FUNCTION IF EXISTS audit_refuse()",
    ],
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers."""
    _run(connection, CREATE)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers."""
    _run(connection, DROP)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the triggers inside, with them afterwards: for emptying a whole database.

    SQLite has no TRUNCATE, so ``flush`` deletes row by row and would be refused.
    """
    with transaction.atomic(using=connection.alias):
        remove(connection)
    try:
        yield
    finally:
        with transaction.atomic(using=connection.alias):
            install(connection)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
