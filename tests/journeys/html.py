"""A served page as a person meets it: title, text, links, forms with their labels.

Only the standard library reads the page, so that what a test fills in and sends is
what stands in the HTML: hidden fields, tokens, addresses and names of buttons.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905
)
INLINE = frozenset("a abbr b code em i small span strong sub sup time".split())  # noqa: SIM905
"""Elements that stand within a word or a sentence; any other ends it."""
UNREAD = frozenset(("script", "style", "template"))
BUTTONS = frozenset(("submit", "image", "button", "reset"))


@dataclass
class Node:
    """An element with its attributes; what is in it, in order: text and elements."""

    tag: str
    attributes: dict[str, str]
    content: list["Node | str"] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator["Node"]:
        """Yield the elements with these tags below this one, in the order of the page."""
        for part in self.content:
            if isinstance(part, Node):
                if part.tag in tags:
                    yield part
                yield from part.all(*tags)

    @property
    def raw(self) -> str:
        """The text as it was typed: what a textarea holds."""
        return "".join(part if isinstance(part, str) else part.raw for part in self.content)

    @property
    def text(self) -> str:
        """The text as it is read, with single spaces."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        if self.tag in UNREAD:
            return
        around = "" if self.tag in INLINE else " "
        yield around
        for part in self.content:
            if isinstance(part, str):
                yield part
            else:
                yield from part._texts()
        yield around

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        return self.attributes.get(name, default)

    def has(self, name: str) -> bool:
        """Return whether the attribute stands there, with a value or without."""
        return name in self.attributes


class _Reader(HTMLParser):
    """Builds the tree; ends that the page leaves out (``</li>``, ``</p>``) are forgiven."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "option" and self.open[-1].tag == "option":
            self.open.pop()
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].content.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].content.append(data)


def read(page: str) -> Node:
    """Return the root of the page."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.root
