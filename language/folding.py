"""Kyrgyz and Russian text as people type it: one key to find it, one key to order it.

People leave out ң ө ү, mix ё and е, hyphens and spaces, and databases disagree on
Cyrillic case and order. Both keys are computed here and stored beside the text, so
SQLite, PostgreSQL and Python find and order alike.
"""

import re
import unicodedata

_LETTERS_TYPED_ALIKE = str.maketrans({"ё": "е", "ң": "н", "ө": "о", "ү": "у", "ӊ": "н", "ъ": ""})
_NOT_A_LETTER_OR_DIGIT = re.compile(r"[\W_]+")

# Kyrgyz order: ң follows н, ө follows о, ү follows у. Latin letters come before Cyrillic.
_ORDER = "0123456789abcdefghijklmnopqrstuvwxyzабвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя"
_A_TO_Z = "abcdefghijklmnopqrstuvwxyz"
_SPACE = "aa"
_OTHER = "zz"
_RANK = {
    letter: _A_TO_Z[1 + number // 26] + _A_TO_Z[number % 26] for number, letter in enumerate(_ORDER)
}


def fold(text: str) -> str:
    """Return the search key of a text: «Ысык-Көл» and `ысык кол` both give `ысык кол`.

    Case, ё/е, ң/н, ө/о, ү/у and «дж»/«ж» are folded; every run of hyphens,
    quotes, points and spaces becomes one space.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS_TYPED_ALIKE)
    return _NOT_A_LETTER_OR_DIGIT.sub(" ", folded.replace("дж", "ж")).strip()


def sort_key(text: str) -> str:
    """Return a key of letters a–z whose plain order is the Kyrgyz alphabetical order of the text.

    Two letters stand for each character, so that any database, whatever its
    collation, puts ң after н, ө after о, ү after у, and a space before every letter.
    """
    words = _NOT_A_LETTER_OR_DIGIT.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    return "".join(
        _SPACE if letter == " " else _RANK.get(letter, _OTHER) for letter in words.strip()
    )
