"""Characters that must not reach a cell, a file name or the database."""

import re
import unicodedata

# What XML 1.0 cannot carry, and halves of surrogate pairs, which nothing can.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def legal(text: str) -> str:
    """The text without what an Excel file cannot carry; line ends become ``\\n``."""
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def tidy(text: str) -> str:
    """Text as a person meant it: composed, without invisible and direction marks, trimmed.

    No-break spaces and tabs become spaces, so that what looks alike compares alike.
    """
    composed = unicodedata.normalize("NFC", legal(text))
    return "".join(
        " " if unicodedata.category(one) == "Zs" or one == "\t" else one
        for one in composed
        if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cf"}
    ).strip()
