"""The texts that people read are collected, kept, compiled and checked."""

import gettext
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from language import borrowed, catalogues

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

# Translators: what the head does
SUBMIT = _("Submit the application")
LONG = _(
    "One sentence "
    "in two pieces"
)

def days(n):
    return ngettext("%(count)s day left", "%(count)s days left", n) % {"count": n}

MAY = pgettext("month", "May")
"""
TEMPLATE = """{% load i18n %}
{% if a %}<p>{% translate "Hello" %} {{ _("Inside")|upper }}</p>
    {% else %}
  {% blocktranslate trimmed count n=n %}
    {{ n }} sheet
  {% plural %}
    {{ n }} sheets
  {% endblocktranslate %}
{% endif %}
{# Translators: a greeting #}
{% translate "It's 100% & more" context "greeting" %}
"""


@pytest.fixture(autouse=True)
def _libraries_that_lack_nothing(monkeypatch):
    monkeypatch.setattr(borrowed, "LIBRARIES", ())


@pytest.fixture
def project(tmp_path):
    (tmp_path / "app" / "templates").mkdir(parents=True)
    (tmp_path / "app" / "models.py").write_text(PYTHON, "utf-8")
    (tmp_path / "app" / "templates" / "page.html").write_text(TEMPLATE, "utf-8")
    return tmp_path


def run(project, *options):
    out = StringIO()
    call_command("messages", *options, root=project, stdout=out)
    return out.getvalue()


def faults(project):
    with pytest.raises(CommandError) as caught:
        run(project, "--check")
    return str(caught.value)


def catalogue(project, locale):
    return catalogues.path(project, locale)


def translate_all(project):
    """Give every string a translation with the right placeholders."""
    run(project)
    for locale in catalogues.LOCALES:
        file = catalogue(project, locale)
        catalog = catalogues.read(file, locale)
        for message in catalog:
            if message.id:
                plural = isinstance(message.id, tuple)
                message.string = (message.id[1],) * len(message.string) if plural else message.id
        file.write_bytes(catalogues.po(rewritten(catalog, locale)))
    run(project)


def rewritten(catalog, locale):
    return catalogues.merged(catalog, locale, "django", catalog)


def edit(file, old, new):
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_strings_come_from_python_and_from_templates(project):
    found = {catalogues.key(message) for message in catalogues.collect(project) if message.id}
    assert found == {
        (None, "Submit the application"),
        (None, "One sentence in two pieces"),
        (None, "%(count)s day left"),
        ("month", "May"),
        (None, "Hello"),
        (None, "Inside"),
        (None, "%(n)s sheet"),
        ("greeting", "It's 100%% & more"),
    }


def test_comments_for_translators_are_kept(project):
    run(project)
    assert "#. Translators: what the head does" in catalogue(project, "ru").read_text("utf-8")


def test_writing_twice_writes_the_same_bytes(project):
    translate_all(project)
    before = {file: file.read_bytes() for file in project.rglob("locale/**/*.*o")}
    run(project)
    assert {file: file.read_bytes() for file in project.rglob("locale/**/*.*o")} == before
    assert len(before) == 4


def test_a_catalogue_names_files_but_neither_lines_nor_dates(project):
    run(project)
    text = catalogue(project, "ky").read_text("utf-8")
    assert "#: app/models.py\n" in text
    assert "Date" not in text


def test_translations_stay_when_strings_move_and_go_when_strings_go(project):
    translate_all(project)
    edit(project / "app" / "models.py", 'MAY = pgettext("month", "May")', "")
    edit(project / "app" / "models.py", "SUBMIT", "\n\nSEND")
    run(project)
    text = catalogue(project, "ky").read_text("utf-8")
    assert 'msgstr "Submit the application"' in text
    assert '"May"' not in text
    assert "#~" not in text


def test_django_reads_what_is_compiled(project):
    translate_all(project)
    with catalogue(project, "ru").with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.ngettext("%(count)s day left", "%(count)s days left", 1) == (
        "%(count)s days left"
    )
    assert compiled.pgettext("month", "May") == "May"


def test_a_complete_catalogue_passes(project):
    translate_all(project)
    assert "Every string" in run(project, "--check")


def test_a_missing_translation_is_named(project):
    run(project)
    assert "ru: no translation of 'Hello'" in faults(project)
    assert "ky: no translation of '%(count)s day left'" in faults(project)


def test_checking_writes_nothing(project):
    faults(project)
    assert not (project / "locale").exists()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('msgstr "Hello"', 'msgstr ""', "ky: no translation of 'Hello'"),
        ('\nmsgid "Hello"', '\n#, fuzzy\nmsgid "Hello"', "ky: fuzzy translation of 'Hello'"),
        ('msgstr "Hello"', 'msgstr "Салам %s"', "ky: placeholders differ"),
        ('msgstr "Hello"', 'msgstr "Салам {name}"', "ky: placeholders differ"),
        ('msgstr[0] "%(count)s days', 'msgstr[0] "%(cuont)s days', "ky: placeholders differ"),
        ('msgstr "Hello"', 'msgstr "Салам"', "django.mo is stale"),
        ("#: app/models.py", "#: app/nowhere.py", "django.po is stale"),
    ],
)
def test_what_is_wrong_in_a_catalogue_is_named(project, old, new, fault):
    translate_all(project)
    edit(catalogue(project, "ky"), old, new)
    assert fault in faults(project)


def test_a_new_string_fails_the_check(project):
    translate_all(project)
    (project / "app" / "views.py").write_text("from x import _\nA = _('Brand new')\n", "utf-8")
    assert "ky: no translation of 'Brand new'" in faults(project)


def test_a_string_that_cannot_be_collected_is_named(project):
    translate_all(project)
    (project / "app" / "views.py").write_text("A = f\"{_('x')}!\"\nB = _(f'{A}')\n", "utf-8")
    text = faults(project)
    assert "app/views.py:1: a string marked within an f-string" in text
    assert "app/views.py:2: a string marked within an f-string" in text


def test_the_mark_for_review_stays_and_is_listed(project):
    translate_all(project)
    edit(
        catalogue(project, "ky"),
        '#: app/templates/page.html\nmsgid "Hello"',
        '# review\n#: app/templates/page.html\nmsgid "Hello"',
    )
    run(project)
    assert "ky: 'Hello'" in run(project, "--review")
    assert "ru:" not in run(project, "--review")


def test_a_libraries_own_translation_needs_none_of_ours(monkeypatch):
    monkeypatch.undo()
    lacking = {catalogues.key(message) for message in borrowed.missing("ru")}
    assert (None, "Enter a valid value.") not in lacking
    assert (None, "Select all") in lacking
    kyrgyz = {catalogues.key(message) for message in borrowed.missing("ky")}
    assert {(None, "Breadcrumbs"), (None, "Confirm import"), ("alt. month", "June")} <= kyrgyz


def test_every_string_retranslated_is_one_of_the_library(monkeypatch):
    monkeypatch.undo()
    for (_locale, package, _domain), texts in borrowed.RETRANSLATED.items():
        library = next(one for one in borrowed.LIBRARIES if one.package == package)
        assert texts <= {catalogues.key(message)[1] for message in borrowed._messages(library)}


def test_the_projects_own_strings_have_no_hidden_ones():
    assert list(catalogues.uncollected(Path(__file__).resolve().parents[2])) == []
