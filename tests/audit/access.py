"""Who gets what at the trail."""

from audit.models import AuditEvent
from audit.trail import record
from tests import builders
from tests.access import ADMIN, World, admin_pages


def event(world: World) -> AuditEvent:
    return record("tests.happen", by=None, now=builders.NOW)


ROWS = admin_pages(AuditEvent, thing=event, sees=(ADMIN,))
