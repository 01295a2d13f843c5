"""Typed or pasted text without what nobody sees: NUL, zero-width and direction marks.

Messengers and word processors leave such characters behind; PostgreSQL refuses
some of them, and a field that holds nothing else looks filled and is empty.
"""

import re
import unicodedata

# Control characters but tab and line feed, lone surrogates, and marks without width.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")


def tidy_text(text: str) -> str:
    """Return text of many lines, each break one line feed, without what nobody sees."""
    seen = _UNSEEN.sub("", _BREAKS.sub("\n", text))
    return unicodedata.normalize("NFC", seen).strip()


def tidy_line(text: str) -> str:
    """Return the text as one line, its spaces of every kind folded into single ones."""
    return _SPACES.sub(" ", tidy_text(text))
