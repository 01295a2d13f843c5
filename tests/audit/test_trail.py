"""The trail keeps what happened, in order, and notices when somebody tampers with it."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import triggers
from audit.models import AppendOnly, AuditEvent, ChainHead
from audit.trail import record, verify
from tests.builders import make_user

NOW = datetime(2025, 6, 2, 3, 4, 5, 678901, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def some_events(count=3):
    return [
        record("tests.happen", by=None, now=NOW + timedelta(seconds=number), after={"n": number})
        for number in range(count)
    ]


def tamper(sql, *params):
    """What somebody with the database in their hands could do."""
    with triggers.lifted(connection), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_an_event_keeps_who_when_what_and_why():
    subject = ContentType.objects.get_for_model(AuditEvent)
    event = record(
        "municipalities.merge",
        by=None,
        now=NOW,
        subject=subject,
        before={"name": "Ак-Дөбө"},
        after={"cost": Decimal("1.50"), "on": NOW.date()},
        reason="Реформа",
    )
    kept = AuditEvent.objects.get()
    assert (kept.at, kept.by, kept.action, kept.reason) == (NOW, None, event.action, "Реформа")
    assert (kept.subject_type, kept.subject_id) == ("contenttypes.contenttype", str(subject.pk))
    assert (kept.before, kept.after) == (
        {"name": "Ак-Дөбө"},
        {"cost": "1.50", "on": "2025-06-02"},
    )


def test_each_event_carries_the_hash_of_the_one_before():
    first, second, third = some_events()
    assert first.previous_hash == ""
    assert (second.previous_hash, third.previous_hash) == (first.hash, second.hash)
    assert ChainHead.objects.get().length == 3
    assert verify() == []


def test_an_empty_trail_holds():
    assert verify() == []


def test_an_event_falls_with_the_change_it_describes():
    some_events(1)
    with pytest.raises(RuntimeError), transaction.atomic():
        record("tests.undone", by=None, now=NOW)
        raise RuntimeError
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["tests.happen"]
    assert verify() == []


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    ),
    st.text(),
)
def test_whatever_is_recorded_reads_back_the_same(value, reason):
    with transaction.atomic():
        record("tests.anything", by=None, now=NOW, after={"value": value}, reason=reason)
        assert verify() == []
        transaction.set_rollback(True)


def test_a_changed_event_is_noticed():
    event = some_events()[1]
    tamper("UPDATE audit_auditevent SET reason = 'x' WHERE id = %s", event.pk)
    with override("en"):
        assert verify() == [f"Event {event.pk} was changed."]


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_removed_event_is_noticed(which):
    event = some_events()[which]
    tamper("DELETE FROM audit_auditevent WHERE id = %s", event.pk)
    assert verify()


def test_an_emptied_trail_is_noticed():
    some_events()
    tamper("DELETE FROM audit_auditevent")
    assert len(verify()) == 1


def test_a_lost_head_is_noticed():
    some_events()
    ChainHead.objects.all().delete()
    assert len(verify()) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda _event: AuditEvent.objects.update(reason="x"),
        lambda event: AuditEvent.objects.filter(pk=event.pk).delete(),
        lambda event: AuditEvent.objects.bulk_update([event], ["reason"]),
        lambda _event: AuditEvent.objects.bulk_create([AuditEvent(at=NOW, action="x")]),
    ],
)
def test_the_model_refuses_to_change_what_happened(change):
    event = some_events(1)[0]
    with pytest.raises(AppendOnly):
        change(event)
    assert verify() == []


@pytest.mark.parametrize(
    "sql", ["UPDATE audit_auditevent SET reason = 'x'", "DELETE FROM audit_auditevent"]
)
def test_the_database_refuses_to_change_what_happened(sql):
    some_events(1)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert AuditEvent.objects.get().reason == ""


def test_a_record_costs_three_queries(django_assert_num_queries):
    some_events(1)
    with django_assert_num_queries(3):
        some_events(1)


def test_verifying_reads_once_however_long_the_trail(django_assert_num_queries):
    some_events(3)
    with django_assert_num_queries(2):
        verify()


@pytest.mark.django_db(transaction=True)
def test_parallel_writers_queue_for_the_end_of_the_chain():
    def write():
        try:
            for _turn in range(5):
                with transaction.atomic():
                    record("tests.parallel", by=None, now=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AuditEvent.objects.count() == 20
    assert verify() == []


def test_a_person_who_acted_cannot_be_deleted():
    user = make_user()
    record("tests.act", by=user, now=NOW)
    with pytest.raises(ProtectedError):
        user.delete()
