"""Words are of one alphabet, and texts are set as Russian and Kyrgyz are set.

A Latin «c» inside a Cyrillic word looks right and is found by nobody; the
Kyrgyz «ө» has neighbours of the same look in other alphabets.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from language import catalogues

ROOT = Path(settings.BASE_DIR)
WORD = re.compile(r"[^\W\d_]+")
OF_RUSSIAN = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
OF_KYRGYZ = OF_RUSSIAN | set("ңөү")
FOLDERS = ("contest/data", "municipalities/data", "inclusion_portal/demo", "docs", "templates")
SUFFIXES = {".csv", ".md", ".html", ".txt", ".py"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>")
GOVERNED = re.compile(
    r"(?:%\(\w+\)[sd]|%[sd]|\{\w*\}) (?:чейин|баштап|тартып|кийин|мурун|карата)\b"
)
GLUED = re.compile(r"(?:%\(\w+\)[sd]|%[sd]|\{\w*\})[а-яңөү]")


def is_cyrillic(letter: str) -> bool:
    """Whether the letter is of a Cyrillic alphabet, ours or another's."""
    return "\u0400" <= letter <= "\u052f"


def mixed(text: str, letters: set[str]) -> list[str]:
    """Return the words of two alphabets, and those with a Cyrillic letter not among ``letters``."""
    found = []
    for word in WORD.findall(text):
        if len(word) == 1:  # «буквы ң, ө или ү» in a Russian sentence
            continue
        cyrillic = {letter for letter in word.casefold() if is_cyrillic(letter)}
        if cyrillic and (cyrillic - letters or not all(map(is_cyrillic, word))):
            found.append(word)
    return found


def plain(text: str) -> str:
    """Return the text without its placeholders and marks of HTML."""
    return PLACEHOLDER.sub(" ", text)


def sentences(locale: str) -> Iterator[str]:
    """Yield every translation of the locale, forms of the plural too."""
    for domain in catalogues.DOMAINS:
        file = catalogues.path(ROOT, locale, domain)
        for message in catalogues.read(file, locale) or ():
            if message.id:
                yield from (message.string,) if isinstance(message.string, str) else message.string


def files() -> Iterator[Path]:
    """Yield the files outside the catalogues in which people find Russian or Kyrgyz."""
    yield ROOT / "README.md"
    for folder in FOLDERS:
        yield from (p for p in sorted((ROOT / folder).rglob("*")) if p.suffix in SUFFIXES)


@pytest.mark.parametrize(
    ("word", "letters"),
    [
        ("cрок", OF_RUSSIAN),
        ("Кoмиссия", OF_RUSSIAN),
        ("Өкмөт", OF_RUSSIAN),
        ("к\u04e9л\u04a3\u0451i", OF_KYRGYZ),
    ],
)
def test_a_stray_letter_is_seen(word, letters):
    assert mixed(f"до {word}, 15 МБ", letters) == [word]


def test_whole_words_of_either_alphabet_pass():
    assert mixed("Файл .xlsx: Excel программасында, SHA-256, «Ысык-Көл», 100дөн", OF_KYRGYZ) == []


@pytest.mark.parametrize(("locale", "letters"), [("ru", OF_RUSSIAN), ("ky", OF_KYRGYZ)])
def test_no_word_of_the_catalogues_mixes_alphabets(locale, letters):
    assert [word for text in sentences(locale) for word in mixed(plain(text), letters)] == []


def test_no_word_of_data_documents_and_templates_mixes_alphabets():
    found = {str(p.relative_to(ROOT)): mixed(p.read_text("utf-8"), OF_KYRGYZ) for p in files()}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize("locale", ["ru", "ky"])
def test_translations_have_our_quotes_and_dashes(locale):
    texts = map(plain, sentences(locale))
    assert [text for text in texts if re.search(r"—|[“”„\"]| - |\w'\w", text)] == []


def test_no_kyrgyz_ending_or_postposition_hangs_on_a_placeholder():
    hanging = [s for s in sentences("ky") if GOVERNED.search(s) or GLUED.search(s)]
    assert hanging == []
