"""Text is found and ordered as Kyrgyz readers expect, however it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.folding import fold, sort_key

ALPHABET = "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя"


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Ысык-Көл", "ысык кол"),
        ("ЫСЫК-КӨЛ", "Ысык-Көл"),
        ("Джети-Огузский", "жети огузский"),
        ("Аң-Сүү", "ан-суу"),
        ("Семёновка", "семеновка"),
        ("Ак-Суу", "  ак —  суу "),
        ("«Көк-Жар»", "кок жар"),
        ("Й", "И\u0306"),
        ("№ 5", "no 5"),
    ],
)
def test_what_looks_alike_folds_alike(written, typed):
    assert fold(written) == fold(typed)


@pytest.mark.parametrize("text", ["", " ", "-", "%_", "\0"])
def test_text_without_letters_folds_to_nothing(text):
    assert fold(text) == ""


@given(st.text())
def test_folding_twice_is_folding_once(text):
    once = fold(text)
    assert fold(once) == once
    assert once == once.strip()
    assert "  " not in once


def test_the_alphabet_is_in_its_own_order():
    assert sorted(ALPHABET, key=sort_key) == list(ALPHABET)
    assert sorted(["Өзгөн", "Ош", "Пача", "Нарын", "Ңа"], key=sort_key) == [
        "Нарын",
        "Ңа",
        "Ош",
        "Өзгөн",
        "Пача",
    ]


def test_a_shorter_word_comes_before_a_longer_and_capitals_do_not_matter():
    assert sorted(["Акматов", "ак-суу", "Ак", "АК-СУУ 2"], key=sort_key) == [
        "Ак",
        "ак-суу",
        "АК-СУУ 2",
        "Акматов",
    ]


@given(st.text())
def test_a_sort_key_is_plain_small_letters(text):
    key = sort_key(text)
    assert key == "" or (key.isascii() and key.isalpha() and key.islower())
