"""The visitor sends what a page offers, and nothing else: the journeys rest on that."""

import pytest

from tests import builders
from tests.journeys import html
from tests.journeys.browsing import Form, Visitor

PAGE = """
<form method="post" action="/there/">
  <input type="hidden" name="token" value="t1">
  <label for="a">Имя <span class="optional">(необязательно)</span></label>
  <input id="a" name="name" value="Асан">
  <fieldset><legend>Уровень</legend>
    <input type="radio" name="level" value="1" id="l1"><label for="l1">первый</label>
    <input type="radio" name="level" value="2" id="l2" checked><label for="l2">второй</label>
  </fieldset>
  <input type="checkbox" name="day" value="mon" checked>
  <input type="checkbox" name="day" value="tue">
  <select name="unit"><option value="">–<option value="7">Сынак</select>
  <textarea name="text">
a
b</textarea>
  <input name="gone" value="1" disabled>
  <button type="submit" name="do" value="save"><b>Сохра</b>нить</button>
</form>
"""


def a_form() -> Form:
    visitor = Visitor()
    visitor.page = html.read(PAGE)
    return visitor.forms()[0]


def sent(form: Form) -> list[tuple[str, object]]:
    return [pair for control in form.controls for pair in form._pairs(control)]


def test_a_form_sends_what_stands_in_it() -> None:
    assert sent(a_form()) == [
        ("token", "t1"),
        ("name", "Асан"),
        ("level", "2"),
        ("day", "mon"),
        ("unit", ""),
        ("text", "a\r\nb"),
    ]


def test_fields_are_found_by_name_and_by_label() -> None:
    form = a_form().fill({"Имя": "Үсөн", "Уровень": "первый", "day": ["tue"], "unit": "Сынак"})
    assert sent(form)[1:5] == [("name", "Үсөн"), ("level", "1"), ("day", "tue"), ("unit", "7")]


@pytest.mark.parametrize(
    "values", [{"token": "t2"}, {"gone": "2"}, {"level": "3"}, {"unit": "8"}, {"other": "x"}]
)
def test_what_the_page_does_not_offer_cannot_be_filled_in(values: dict[str, str]) -> None:
    with pytest.raises(LookupError):
        a_form().fill(values)


def test_buttons_are_found_by_what_they_read() -> None:
    assert a_form().has_button("Сохранить")
    assert a_form().has_button("do=save")
    assert not a_form().has_button("Удалить")


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused() -> None:
    visitor = Visitor().open("/accounts/login/")
    user = builders.make_user()
    form = next(form for form in visitor.forms() if "password" in form.names())
    form.controls = [one for one in form.controls if one.get("name") != "csrfmiddlewaretoken"]
    form.fill({"login": user.email, "password": builders.PASSWORD}).send(status=403)
