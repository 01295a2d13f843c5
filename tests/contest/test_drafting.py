"""Writing an application: fields, answers, rows, and two people at once."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from pytest_django import DjangoAssertNumQueries

from contest import drafting
from contest.models import Application, ApplicationFile, FieldRevision, Measure, Pilot
from contest.refusals import Closed, Invalid, NotAllowed, Stale
from municipalities import register
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Application:
    contest, municipality = builders.make_contest(), builders.make_municipality()
    Pilot.objects.create(contest=contest, municipality=municipality)
    by = builders.make_member_of(municipality)
    return drafting.begin(contest, municipality, by=by, now=NOW)


def save(draft: Application, changes: dict[str, Any], **kwargs: Any) -> Application:
    kwargs = {"by": draft.created_by, "now": NOW} | kwargs
    return drafting.save(draft, changes, **kwargs)


def save_measures(draft: Application, *rows: dict[str, Any], **kwargs: Any) -> list[Measure]:
    kwargs = {"by": draft.created_by, "now": NOW} | kwargs
    drafting.save_rows(draft, "measures", rows, **kwargs)
    return list(draft.measures.all())


def history(draft: Application, field: str) -> list[str | None]:
    return list(draft.revisions.filter(field=field).values_list("value", flat=True))


# --- beginning


def test_beginning_twice_gives_the_same_application(draft: Application) -> None:
    again = drafting.begin(draft.contest, draft.municipality, by=draft.created_by, now=NOW)
    assert again == draft
    assert Application.objects.count() == 1


def test_a_municipality_outside_of_the_list_cannot_begin() -> None:
    contest, municipality = builders.make_contest(), builders.make_municipality()
    by = builders.make_member_of(municipality)
    with pytest.raises(NotAllowed):
        drafting.begin(contest, municipality, by=by, now=NOW)
    assert not Application.objects.exists()


def test_a_neighbour_cannot_begin_for_another(draft: Application) -> None:
    neighbour = builders.make_member_of(builders.make_municipality())
    with pytest.raises(NotAllowed):
        drafting.begin(draft.contest, draft.municipality, by=neighbour, now=NOW)


@pytest.mark.parametrize(
    ("moment", "is_taken"),
    [("opens_at", True), ("closes_at", False)],
)
def test_the_window_is_half_open(moment: str, is_taken: bool) -> None:
    contest, municipality = builders.make_contest(), builders.make_municipality()
    Pilot.objects.create(contest=contest, municipality=municipality)
    by = builders.make_member_of(municipality)
    at = getattr(contest, moment)
    for now, taken in ((at, is_taken), (at - timedelta(seconds=1), not is_taken)):
        Application.objects.all().delete()
        if taken:
            assert drafting.begin(contest, municipality, by=by, now=now).pk
        else:
            with pytest.raises(Closed):
                drafting.begin(contest, municipality, by=by, now=now)


# --- fields and answers


def test_only_what_changed_gets_a_version(draft: Application) -> None:
    save(draft, {"programme_title": "ПСЭР", "population": 100, "year_from": None})
    save(draft, {"programme_title": "ПСЭР", "population": 120})
    assert history(draft, "programme_title") == ["ПСЭР"]
    assert history(draft, "population") == ["100", "120"]
    assert history(draft, "year_from") == []
    assert list(draft.revisions.filter(field="population").values_list("number", flat=True)) == [
        1,
        2,
    ]


def test_saving_the_same_again_changes_nothing(draft: Application) -> None:
    saved = save(draft, {"women": 5})
    again = save(draft, {"women": 5}, now=NOW + timedelta(hours=1))
    assert (again.version, again.updated_at) == (saved.version, NOW)


def test_every_kind_of_value_is_kept_as_its_own(draft: Application) -> None:
    position = builders.make_position()
    saved = save(
        draft,
        {
            "contact_position": position,
            "contact_phone": "0555 123 456",
            "resolution_on": date(2024, 1, 15),
            "resolution_number": "IV/4",
            "declares_truth": True,
            "answer:vision": "Село, где каждому есть место.",
        },
    )
    saved.refresh_from_db()
    assert saved.contact_position == position
    assert str(saved.contact_phone) == "+996555123456"
    assert saved.answers.get().text == "Село, где каждому есть место."
    assert dict(draft.revisions.values_list("field", "value")) == {
        "contact_position": "social",
        "contact_phone": "+996555123456",
        "resolution_on": "2024-01-15",
        "resolution_number": "IV/4",
        "declares_truth": "yes",
        "answer:vision": "Село, где каждому есть место.",
    }


def test_consent_is_dated_and_versioned_and_can_be_taken_back(draft: Application) -> None:
    given = save(draft, {"consents": True})
    assert (given.consented_at, given.consent_version) == (NOW, drafting.CONSENT_VERSION)
    taken_back = save(draft, {"consents": False})
    assert (taken_back.consented_at, taken_back.consent_version) == (None, "")


def test_text_loses_what_nobody_sees(draft: Application) -> None:
    saved = save(
        draft, {"head_name": "Аса\u200bнов\u202e \x00Бакыт\u00a0уулу", "answer:vision": "a\r\nb"}
    )
    assert saved.head_name == "Асанов Бакыт уулу"
    assert saved.answers.get().text == "a\nb"


@pytest.mark.parametrize(
    "changes",
    [
        {"women": -1},
        {"women": 10**30},
        {"women": "много"},
        {"year_from": 20024},
        {"contact_phone": "12"},
        {"contact_email": "не почта"},
        {"language": "en"},
        {"resolution_on": "32.13.2024"},
        {"programme_title": "а" * 201},
        {"answer:vision": "а" * 1501},
        {"answer:vision": "а" * 1_000_000},
        {"answer:no-such": "а"},
        {"contact_position": 10**30},
        {"state": "awarded"},
        {"number": "1"},
    ],
)
def test_a_malformed_value_writes_nothing(draft: Application, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        save(draft, {"head_name": "Тестов Эмил"} | changes)
    assert len(refused.value.problems) == 1
    assert not FieldRevision.objects.exists()


def test_an_answer_as_long_as_the_limit_is_taken(draft: Application) -> None:
    assert save(draft, {"answer:vision": "ө" * 1500 + "\r\n"}).answers.get().text == "ө" * 1500


def test_numbers_that_do_not_agree_may_stand_in_a_draft(draft: Application) -> None:
    assert save(draft, {"population": 5, "women": 9}).women == 9


@pytest.mark.parametrize("state", ["submitted", "admitted", "declined", "withdrawn", "awarded"])
def test_only_a_draft_or_a_returned_application_is_written(draft: Application, state: str) -> None:
    Application.objects.filter(pk=draft.pk).update(state=state, number="1", submitted_at=NOW)
    with pytest.raises(Stale):
        save(draft, {"women": 5})


def test_writing_ends_with_the_grace_and_what_was_saved_stays(draft: Application) -> None:
    ends = draft.contest.grace_ends_at
    save(draft, {"women": 5}, now=ends - timedelta(seconds=1))
    with pytest.raises(Closed):
        save(draft, {"women": 6}, now=ends)
    draft.refresh_from_db()
    assert draft.women == 5


def test_a_returned_application_is_written_until_its_own_date(draft: Application) -> None:
    until = draft.contest.grace_ends_at + timedelta(days=3)
    Application.objects.filter(pk=draft.pk).update(
        state="returned", number="1", submitted_at=NOW, correction_until=until
    )
    save(draft, {"women": 5}, now=until - timedelta(seconds=1))
    with pytest.raises(Closed):
        save(draft, {"women": 6}, now=until)


@pytest.mark.parametrize("make", [builders.make_staff, builders.make_user])
def test_nobody_else_writes(draft: Application, make: Callable[[], Any]) -> None:
    with pytest.raises(NotAllowed):
        save(draft, {"women": 5}, by=make())


# --- two people at once


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(draft: Application) -> None:
    save(draft, {"women": 5})
    mark = drafting.read_mark(draft)
    save(draft, {"women": 6})
    with pytest.raises(drafting.Overtaken) as refused:
        save(draft, {"women": 7, "girls": 2}, based_on=mark)
    assert refused.value.theirs == {"women": "6"}
    draft.refresh_from_db()
    assert (draft.women, draft.girls) == (6, None)


def test_fields_that_only_the_colleague_touched_stay_theirs(draft: Application) -> None:
    save(draft, {"women": 5})
    mark = drafting.read_mark(draft)
    save(draft, {"women": 6})
    saved = save(draft, {"women": 5, "girls": 2}, based_on=mark)
    assert (saved.women, saved.girls) == (6, 2)


def test_the_same_form_sent_twice_is_no_conflict(draft: Application) -> None:
    mark = drafting.read_mark(draft)
    save(draft, {"women": 5}, based_on=mark)
    assert save(draft, {"women": 5}, based_on=mark).women == 5


def test_a_row_that_a_colleague_added_meanwhile_is_kept(draft: Application) -> None:
    (first,) = save_measures(draft, {"title": "Пандус"})
    mark = drafting.read_mark(draft)
    save_measures(draft, {"key": first.key, "title": "Пандус"}, {"title": "Кружок"})
    rows = save_measures(draft, {"key": first.key, "title": "Пандус и перила"}, based_on=mark)
    assert [row.title for row in rows] == ["Пандус и перила", "Кружок"]


def test_a_cell_that_a_colleague_changed_meanwhile_is_not_overwritten(draft: Application) -> None:
    (row,) = save_measures(draft, {"title": "Пандус", "cost_som": 1})
    mark = drafting.read_mark(draft)
    save_measures(draft, {"key": row.key, "title": "Пандус", "cost_som": 2})
    with pytest.raises(drafting.Overtaken) as refused:
        save_measures(draft, {"key": row.key, "title": "Пандус", "cost_som": 3}, based_on=mark)
    assert refused.value.theirs == {f"measure:{row.key}:cost_som": "2"}


def test_a_row_that_a_colleague_removed_stays_away_unless_it_was_changed(
    draft: Application,
) -> None:
    (row,) = save_measures(draft, {"title": "Пандус"})
    mark = drafting.read_mark(draft)
    save_measures(draft)
    same, changed = ({"key": row.key, "title": title} for title in ("Пандус", "Другое"))
    assert save_measures(draft, same, based_on=mark) == []
    with pytest.raises(drafting.Overtaken):
        save_measures(draft, changed, based_on=mark)
    again = save_measures(draft, changed, based_on=drafting.read_mark(draft))
    assert [(r.key, r.title) for r in again] == [(row.key, "Другое")]


# --- rows


def test_rows_keep_their_keys_through_changes_of_place(draft: Application) -> None:
    first, second = save_measures(draft, {"title": "а"}, {"title": "б"})
    rows = save_measures(draft, {"key": second.key, "title": "б"}, {"key": first.key, "title": "в"})
    assert [(row.key, row.title) for row in rows] == [(second.key, "б"), (first.key, "в")]
    assert history(draft, f"measure:{first.key}:title") == ["а", "в"]


def test_a_removed_row_leaves_versions_without_value(draft: Application) -> None:
    (row,) = save_measures(draft, {"title": "Пандус", "cost_som": 10})
    assert save_measures(draft) == []
    assert history(draft, f"measure:{row.key}:title") == ["Пандус", None]
    assert history(draft, f"measure:{row.key}:cost_som") == ["10", None]
    assert history(draft, f"measure:{row.key}:term") == []


def test_rows_with_nothing_in_them_are_left_out(draft: Application) -> None:
    rows = save_measures(draft, {"title": "  "}, {"title": "Пандус"}, {"key": str(uuid.uuid4())})
    assert [row.title for row in rows] == ["Пандус"]


def test_a_row_sent_twice_with_its_key_is_one_row(draft: Application) -> None:
    row = {"key": str(uuid.uuid4()), "title": "Пандус"}
    save_measures(draft, row)
    assert len(save_measures(draft, row)) == 1


def test_the_key_of_anothers_row_touches_nothing_of_theirs(draft: Application) -> None:
    other = builders.make_complete_application(contest=draft.contest)
    theirs = other.measures.get()
    (mine,) = save_measures(draft, {"key": str(theirs.key), "title": "Чужое"})
    assert mine.key != theirs.key
    theirs.refresh_from_db()
    assert theirs.title == builders.MEASURE["title"]


def test_more_rows_than_the_table_takes_are_refused(draft: Application) -> None:
    assert len(save_measures(draft, *({"title": str(n)} for n in range(15)))) == 15
    with pytest.raises(Invalid):
        save_measures(draft, *({"title": str(n)} for n in range(16)))
    assert draft.measures.count() == 15


def test_a_group_of_another_contest_is_refused(draft: Application) -> None:
    foreign = builders.make_contest().target_groups.first()
    with pytest.raises(Invalid):
        save_measures(draft, {"title": "Пандус", "target_group": foreign})


def test_saving_takes_as_many_queries_for_three_rows_as_for_one(
    draft: Application, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    group = draft.contest.target_groups.first()
    rows = [{"key": str(uuid.uuid4()), "title": f"{n}", "target_group": group} for n in range(3)]
    save_measures(draft, *rows)
    mark = drafting.read_mark(draft)
    draft.created_by.refresh_from_db()
    with django_assert_num_queries(8):
        drafting.save_rows(draft, "measures", rows, by=draft.created_by, now=NOW, based_on=mark)


# --- files

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"


def pdf(name: str = "ПСЭР.pdf", mark: str = "") -> ContentFile:
    return ContentFile(PDF + mark.encode(), name=name)


def attach(draft: Application, kind: str, upload: ContentFile) -> ApplicationFile:
    return drafting.add_file(draft, kind, upload, by=draft.created_by, now=NOW)


def test_a_file_is_kept_under_a_name_that_tells_nothing(draft: Application) -> None:
    file = attach(draft, "programme", pdf())
    assert (file.name, file.content_type, file.size) == ("ПСЭР.pdf", "application/pdf", len(PDF))
    assert "ПСЭР" not in file.file.name
    with file.file.open() as kept:
        assert kept.read() == PDF
    assert history(draft, f"file:{file.key}") == [f"programme ПСЭР.pdf {file.sha256}"]


def test_a_second_programme_replaces_the_first(
    draft: Application, django_capture_on_commit_callbacks: Any
) -> None:
    first = attach(draft, "programme", pdf())
    with django_capture_on_commit_callbacks(execute=True):
        second = attach(draft, "programme", pdf(mark="2"))
    assert list(draft.files.all()) == [second]
    assert history(draft, f"file:{first.key}")[-1] is None
    assert not first.file.storage.exists(first.file.name)


def test_what_was_submitted_stays_on_the_disk(
    draft: Application, django_capture_on_commit_callbacks: Any
) -> None:
    file = attach(draft, "programme", pdf())
    Application.objects.filter(pk=draft.pk).update(
        state="returned", number="1", submitted_at=NOW, correction_until=NOW + timedelta(days=1)
    )
    with django_capture_on_commit_callbacks(execute=True):
        drafting.remove_file(draft, file.key, by=draft.created_by, now=NOW)
    assert not draft.files.exists()
    assert file.file.storage.exists(file.file.name)


def test_the_same_file_sent_twice_is_one_file(draft: Application) -> None:
    assert attach(draft, "minutes", pdf()) == attach(draft, "minutes", pdf())
    assert draft.files.count() == 1


def test_minutes_take_five_files(draft: Application) -> None:
    for number in range(5):
        attach(draft, "minutes", pdf(mark=str(number)))
    with pytest.raises(Invalid):
        attach(draft, "minutes", pdf(mark="6"))
    assert draft.files.count() == 5


@pytest.mark.parametrize(
    ("kind", "content"),
    [("programme", b""), ("programme", b"MZ\x90\x00" * 50), ("programme", b"PK\x03\x04zip"),
     ("no-such", PDF)],
)  # fmt: skip
def test_what_is_not_a_document_is_refused(draft: Application, kind: str, content: bytes) -> None:
    with pytest.raises(Invalid):
        attach(draft, kind, ContentFile(content, name="ПСЭР.pdf"))
    assert not draft.files.exists()


def test_the_files_of_an_application_weigh_100_mb_at_most(draft: Application) -> None:
    for kind in ("minutes", "letter"):
        builders.make_file(application=draft, kind=kind, by=draft.created_by)
    draft.files.update(size=50 * drafting.MEGABYTE)
    with pytest.raises(Invalid):
        attach(draft, "programme", pdf())
    attach(draft, "letter", pdf())


def test_a_file_is_removed_once_and_anothers_never(draft: Application) -> None:
    file, other = attach(draft, "letter", pdf()), builders.make_complete_application()
    theirs = other.files.first()
    assert theirs
    for key in (file.key, file.key, theirs.key):
        drafting.remove_file(draft, key, by=draft.created_by, now=NOW)
    assert not draft.files.exists()
    assert other.files.count() == 4


def test_the_successor_of_a_listed_municipality_applies_in_its_place():
    contest = builders.make_contest()
    listed, other = builders.make_municipality(), builders.make_municipality()
    Pilot.objects.create(contest=contest, municipality=listed)
    successor = register.merge(
        [listed, other],
        district=listed.district,
        name_ru="Тестовский объединённый",
        name_ky="Бириккен айыл аймагы",
        on=date(2026, 1, 1),
        register="test",
        by=builders.make_staff(),
        now=NOW,
    )

    application = drafting.begin(contest, successor, by=builders.make_member_of(successor), now=NOW)
    with pytest.raises(NotAllowed):
        drafting.begin(contest, other, by=builders.make_member_of(other), now=NOW)

    assert application.municipality == successor
