"""The catalogues in ``locale/``: collecting, merging, checking and compiling them.

Done with Babel, because GNU gettext is not there on a fresh machine. English
is the source language and needs no catalogue. What is written depends on the
strings alone: no dates, no line numbers, a stable order, so that two people
who add a string each do not collide in every line.
"""

import ast
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from language import borrowed

PLURALS = {
    "ky": "nplurals=1; plural=0;",
    # Django's own expression to the letter: catalogues with another one do not merge.
    "ru": (
        "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
        "(n%100<12 || n%100>14) ? 1 : n%10==0 || (n%10>=5 && n%10<=9) || "
        "(n%100>=11 && n%100<=14)? 2 : 3);"
    ),
}
LOCALES = tuple(sorted(PLURALS))
DOMAINS = ("django", "djangojs")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
COMMENT_TAGS = ("Translators:",)
SKIPPED = {"tests", "locale", "static", "var", "docs", "benchmarks", "node_modules", "migrations"}
REVIEW = "review"

Key = tuple[str | None, str]


class PlainCatalog(Catalog):
    """A catalogue whose header says only what a reader of it needs."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Project-Id-Version", "inclusion-portal"),
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", PLURALS[str(self.locale_identifier)]),
        ]

    @property
    def num_plurals(self) -> int:
        found = re.match(r"nplurals=(\d+)", PLURALS[str(self.locale_identifier)])
        return int(found[1]) if found else 1


def empty(locale: str, domain: str = "django") -> PlainCatalog:
    """A catalogue of ``locale`` with our header and no messages."""
    return PlainCatalog(locale=locale, domain=domain, fuzzy=False, header_comment="")


def key(message: Message) -> Key:
    """What tells one message of a catalogue from another: context and singular."""
    return message.context, _sources_of(message)[0]


def _sources_of(message: Message) -> list[str]:
    """The English of a message: one text, or singular and plural."""
    return list(message.id) if isinstance(message.id, (list, tuple)) else [message.id]


def path(root: Path, locale: str, domain: str = "django", suffix: str = "po") -> Path:
    """Where a catalogue lies under the project's folder."""
    return root / "locale" / locale / "LC_MESSAGES" / f"{domain}.{suffix}"


def collect(root: Path) -> Catalog:
    """Every string marked for translation in our Python files and templates.

    Files are told by their folder and never by their line; a template that
    cannot be read as one raises what Django raises.
    """
    catalog = Catalog(fuzzy=False)
    for file in _sources(root):
        place = file.relative_to(root).as_posix()
        text = file.read_text("utf-8")
        if file.suffix != ".py":
            # One statement a line: what is left of the page's indentation means nothing.
            text = "\n".join(
                line.strip() for line in templatize(text, origin=str(file)).split("\n")
            )
        found = extract("python", io.BytesIO(text.encode()), KEYWORDS, COMMENT_TAGS)
        for _line, msgid, comments, context in found:
            if msgid and any(msgid):
                catalog.add(msgid, locations=[(place, 0)], auto_comments=comments, context=context)
    return catalog


def uncollected(root: Path) -> Iterator[str]:
    """Sentences about strings that ``collect`` cannot see: those marked within an f-string."""
    for file in _sources(root):
        if file.suffix != ".py":
            continue
        for outer in ast.walk(ast.parse(file.read_text("utf-8"))):
            calls: list[ast.AST] = []
            if isinstance(outer, ast.JoinedStr):
                calls = list(ast.walk(outer))
            elif isinstance(outer, ast.Call) and any(
                isinstance(one, ast.JoinedStr) for one in outer.args
            ):
                calls = [outer]
            if isinstance(outer, ast.expr) and any(_marks(call) for call in calls):
                place = file.relative_to(root).as_posix()
                yield f"{place}:{outer.lineno}: a string marked within an f-string is not collected"


def _marks(call: ast.AST) -> bool:
    if not isinstance(call, ast.Call):
        return False
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return (call.func.id if isinstance(call.func, ast.Name) else name) in KEYWORDS


def _sources(root: Path) -> Iterator[Path]:
    for folder in sorted(root.iterdir()):
        if not folder.is_dir() or folder.name in SKIPPED or folder.name.startswith("."):
            continue
        for file in sorted(folder.rglob("*")):
            parts = file.relative_to(root).parts
            if file.suffix in {".py", ".html", ".txt"} and not SKIPPED & set(parts[:-1]):
                yield file


def merged(found: Catalog, locale: str, domain: str, old: Catalog | None) -> PlainCatalog:
    """The catalogue to write: today's strings in order, with the translations of ``old``.

    Of the libraries' strings only those are in it that they leave untranslated.
    """
    fresh = empty(locale, domain)
    library = [(m, _stripped(m)) for m in borrowed.missing(locale, domain)]
    ours = [(m, m.locations) for m in found if m.id] if domain == "django" else []
    known = {key(message): message for message in old if message.id} if old else {}
    for message, locations in sorted((*ours, *library), key=_order):
        before = known.get(key(message))
        fresh.add(
            message.id,
            string=_kept(message, before, fresh.num_plurals),
            locations=sorted({(place, 0) for place, _line in locations}),
            flags=before.flags & {"fuzzy"} if before else (),
            auto_comments=message.auto_comments if locations is message.locations else (),
            user_comments=before.user_comments if before else (),
            context=message.context,
        )
    return fresh


def _stripped(message: Message) -> list[tuple[str, int]]:
    return [(f"library/{place}", 0) for place, _line in message.locations]


def _order(pair: tuple[Message, object]) -> tuple[str, str]:
    context, text = key(pair[0])
    return text, context or ""


def _kept(message: Message, before: Message | None, plurals: int) -> str | tuple[str, ...]:
    """The old translation in today's shape; empty when there was none."""
    strings = _strings(before) if before else []
    if not isinstance(message.id, tuple):
        return strings[0] if strings else ""
    return tuple((strings + [""] * plurals)[:plurals])


def _strings(message: Message) -> list[str]:
    string = message.string
    return list(string) if isinstance(string, (list, tuple)) else [string or ""]


def read(file: Path, locale: str) -> Catalog | None:
    """The catalogue in ``file``; None when there is no such file."""
    if not file.exists():
        return None
    with file.open("rb") as stream:
        return read_po(stream, locale=locale)


def po(catalog: Catalog) -> bytes:
    """The text of a catalogue, the same for the same strings."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, include_lineno=False)
    return out.getvalue().lstrip(b"#\n ")


def mo(catalog: Catalog) -> bytes:
    """The compiled catalogue: translated strings only, the same for the same strings."""
    complete = empty(str(catalog.locale_identifier), catalog.domain or "django")
    for message in catalog:
        if message.id and not message.fuzzy and translated(message):
            complete.add(message.id, string=message.string, context=message.context)
    out = io.BytesIO()
    write_mo(out, complete)
    return out.getvalue()


def translated(message: Message) -> bool:
    """Whether every form of the message has a translation."""
    return all(_strings(message))


def for_review(catalog: Catalog) -> list[Message]:
    """Messages whose translation a native reader should check."""
    return [message for message in catalog if message.id and REVIEW in message.user_comments]


def faults(catalog: Catalog) -> Iterator[str]:
    """What is wrong with the translations, a sentence each."""
    locale = catalog.locale_identifier
    for message in catalog:
        if not message.id:
            continue
        name = repr(key(message)[1])
        if not translated(message):
            yield f"{locale}: no translation of {name}"
        elif message.fuzzy:
            yield f"{locale}: fuzzy translation of {name}"
        elif not _same_placeholders(message):
            yield f"{locale}: placeholders differ in the translation of {name}"


PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|%[sdrif]|\{\w*\}")


def _same_placeholders(message: Message) -> bool:
    """Each form has all placeholders; one that a plural form of the source omits may be omitted."""
    counts = [_placeholders(source) for source in _sources_of(message)]
    least, most = counts[0], counts[0]
    for count in counts[1:]:
        least, most = least & count, most | count
    return all(
        least <= count <= most for count in (_placeholders(text) for text in _strings(message))
    )


def _placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text.replace("%%", "")))
