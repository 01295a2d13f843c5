"""What the commission reads: the application without whose it is."""

import pytest

from contest import blind
from contest.blind import HIDDEN, Mask
from contest.models import Contest
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "text", "masked"),
    [
        ("Кегетинский айылный аймак", "Жители Кегетинского окмоту", "Жители ▒▒▒ окмоту"),
        ("Кегети айыл аймагы", "Кегетинин тургундары", "▒▒▒ тургундары"),
        ("Ак-Сууский район", "В Ак-Суу, в Ак-Сууском районе, АК СУУ", "В ▒▒▒, в ▒▒▒ районе, ▒▒▒"),
        ("Жаңы-Жол айыл аймагы", "Жаны-Жол айылы", "▒▒▒ айылы"),
        ("Джаны-Джольский айылный аймак", "Жаңы-Жолдо", "▒▒▒"),
        ("Жаңы-Жол айыл аймагы", "жаңы жол курулду", "жаңы жол курулду"),
        ("Өзгөрүш айыл аймагы", "Озгоруштун мектеби", "▒▒▒ мектеби"),
        ("айылный аймак Кара-Камыш", "село Кара-Камыш", "село ▒▒▒"),
        ("Отрадненский айылный аймак", "Село Отрадное", "Село Отрадное"),
        ("Отрадное айыл аймагы", "Село Отрадное", "Село ▒▒▒"),
        ("айылный аймак 12", "Пункт 12, айылный аймак", "Пункт 12, айылный аймак"),
        ("(.*", "Любой текст (.*", "Любой текст (.*"),
    ],
)
def test_a_name_is_hidden_whatever_its_ending(name: str, text: str, masked: str) -> None:
    assert Mask([name])(text) == masked


def test_without_names_nothing_is_hidden() -> None:
    assert Mask([])("Кегети") == "Кегети"


def read(contest: Contest) -> str:
    municipality = builders.make_municipality(
        name_ru="Сынакский айылный аймак", name_ky="Сынак айыл аймагы"
    )
    application = builders.make_admitted_application(
        contest=contest,
        municipality=municipality,
        programme_title="Программа Сынакского айыл окмоту",
        contact_name="Никтоева Асель",
        **{"answer:vision": "Сынак — инклюзивный айыл. Отвечает Никтоева."},
    )
    return repr(
        [
            (chapter.section.value, chapter.facts, [m.title for m in chapter.measures])
            for chapter in blind.reading(application)
        ]
    )


def test_a_blind_contest_hides_the_applicant_and_the_names_in_the_text() -> None:
    text = read(builders.make_contest())

    assert f"{HIDDEN} — инклюзивный айыл. Отвечает {HIDDEN}." in text
    assert "Сынак" not in text
    assert "Никтоева" not in text
    assert "applicant" not in text


def test_an_open_contest_shows_the_text_as_it_was_written() -> None:
    text = read(builders.make_contest(is_blind=False))

    assert "Сынак — инклюзивный айыл. Отвечает Никтоева." in text
    assert "'applicant'" not in text


def test_files_are_named_by_their_kind_and_withheld_without_a_redacted_copy() -> None:
    application = builders.make_admitted_application(contest=builders.make_contest())
    application.files.filter(kind="budget").update(redacted="applications/1/copy.pdf")

    found = {one.file.kind: one for one in blind.attached(application)}

    assert {kind: one.is_withheld for kind, one in found.items()} == {
        "programme": True,
        "resolution": True,
        "minutes": True,
        "budget": False,
    }
    assert str(found["budget"].label) == found["budget"].file.get_kind_display()
