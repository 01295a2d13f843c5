"""The shared templates: what they write, and how heavy and how self-contained the look is."""

import gzip
import re
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from inclusion_portal.templatetags import look
from tests.look import catalogue

ROOT = Path(__file__).resolve().parents[2]


def render(source: str, **values: object) -> str:
    with translation.override("en"):
        return Template(source).render(Context(values))


@pytest.mark.parametrize(("sheet", "limit"), [("portal.css", 12), ("admin.css", 4)])
def test_a_stylesheet_stays_light(sheet: str, limit: int) -> None:
    css = (ROOT / "static/css" / sheet).read_bytes()

    assert len(gzip.compress(css, mtime=0)) <= limit * 1024


def test_nothing_of_the_look_is_fetched_from_elsewhere() -> None:
    fetched = re.compile(r"(?:url\(|@import|src=|<link[^>]+href=)[\s\"']*(?:https?:)?//", re.I)
    files = [
        path
        for folder in ("static", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".css", ".js", ".html", ".svg"}
    ]

    assert files
    assert [str(path) for path in files if fetched.search(path.read_text())] == []


def test_no_template_writes_a_script_or_a_style_into_the_page() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"", re.I)

    guilty = [
        str(path)
        for path in (ROOT / "templates").rglob("*.html")
        if inline.search(path.read_text())
    ]

    assert guilty == []


@pytest.mark.parametrize("language", ["ru", "ky"])
def test_a_page_says_its_language_and_begins_its_title_with_the_error(language: str) -> None:
    clean = catalogue.page(language)
    refused = catalogue.page(language, errors=True)

    assert f'<html lang="{language}">' in clean
    with translation.override(language):
        word = translation.gettext("Error:")
    assert f"<title>{word} " in refused
    assert f"<title>{word} " not in clean


@pytest.mark.parametrize("language", ["ru", "ky"])
def test_no_comment_of_a_template_reaches_the_page(language: str) -> None:
    assert "{#" not in catalogue.page(language)


def test_every_link_of_the_error_summary_leads_to_something_on_the_page() -> None:
    html = catalogue.page("ru", errors=True)
    summary = html[html.index('class="error-summary"') : html.index("<h1>")]
    targets = re.findall(r'href="#([^"]+)"', summary)

    assert len(targets) == 12
    assert [target for target in targets if f'id="{target}"' not in html] == []


def test_the_error_summary_names_the_row_and_the_field() -> None:
    rows = catalogue.make_rows(
        "ru", {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "2", "rows-0-name": "x"}
    )

    with translation.override("en"):
        links = look.error_links([rows, "It is late."])

    assert links == [
        look.ErrorLink("Row 2. Название программы: This field is required.", "id_rows-1-name"),
        look.ErrorLink("It is late.", ""),
    ]


def test_general_errors_of_a_form_can_be_jumped_to() -> None:
    class Refusing(forms.Form):
        secret = forms.CharField(widget=forms.HiddenInput)

        def clean(self) -> None:
            raise forms.ValidationError("Women are more than people.")

    html = render(
        '{% load crispy_forms_tags %}{% include "components/error_summary.html" with form=form only'
        " %}{{ form|crispy }}",
        form=Refusing({}, prefix="profile"),
    )

    assert '<a href="#profile-errors">Women are more than people.</a>' in html
    assert 'id="profile-errors"' in html


def test_a_form_not_yet_sent_has_no_error_summary() -> None:
    source = '{% include "components/error_summary.html" with form=form only %}'

    assert render(source, form=catalogue.make_form("ru")).strip() == ""


def test_a_field_reads_label_hint_error_control() -> None:
    html = render(
        "{% load crispy_forms_tags %}{{ form.name|as_crispy_field }}",
        form=catalogue.make_form("ru", {}),
    )

    parts = ["</label>", 'id="id_name_helptext"', 'id="id_name_error"', "<input"]
    positions = [html.index(part) for part in parts]
    assert positions == sorted(positions)
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_only_optional_fields_say_so() -> None:
    form = catalogue.make_form("ru")
    source = "{% load crispy_forms_tags %}{{ field|as_crispy_field }}"

    assert "(optional)" in render(source, field=form["email"])
    assert "(optional)" not in render(source, field=form["name"])
    form.hide_optional = True
    assert "(optional)" not in render(source, field=form["email"])


@pytest.mark.parametrize("name", ["sex", "days"])
def test_a_group_of_choices_is_a_fieldset_described_by_hint_and_error(name: str) -> None:
    form = catalogue.make_form("ru", {})

    html = render("{% load crispy_forms_tags %}{{ field|as_crispy_field }}", field=form[name])

    assert re.search(rf'<fieldset[^>]+aria-describedby="[^"]*id_{name}_error"', html)
    assert "<legend" in html
    assert "aria-invalid" not in html


def test_pages_keep_the_filters() -> None:
    html = catalogue.page("ru")

    assert 'href="?district=3&amp;page=5"' in html
    assert "page=4" not in html


def test_pages_are_not_shown_when_all_fits_on_one() -> None:
    page = catalogue.Paginator(range(3), 20).page(1)

    html = render('{% include "components/pagination.html" with page=page only %}', page=page)

    assert html.strip() == ""


@pytest.mark.parametrize(
    ("days", "tone", "text"),
    [
        (12, "tone-info", "12 days left"),
        (1, "tone-warning", "1 day left"),
        (0, "tone-danger", "Last day"),
        (-1, "badge", "Closed"),
    ],
)
def test_days_left_says_it_in_words(days: int, tone: str, text: str) -> None:
    html = render('{% include "components/days_left.html" with days=days only %}', days=days)

    assert tone in html
    assert text in html


def test_what_people_typed_is_escaped_everywhere() -> None:
    bad = "<script>alert(1)</script>"
    rows = [{"term": bad, "value": bad, "url": "/", "change": bad}]

    html = render(
        '{% include "components/summary_list.html" with rows=rows only %}'
        '{% include "components/notice.html" with title=bad text=bad only %}'
        '{% include "components/details.html" with summary=bad text=bad only %}'
        '{% include "components/badge.html" with label=bad only %}'
        '{% include "components/empty_state.html" with text=bad only %}',
        rows=rows,
        bad=bad,
    )

    assert html.count("&lt;script&gt;") == 10
    assert "<script" not in html
