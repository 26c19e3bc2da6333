"""A description as people edit it: Markdown that `as_html` turns back into the same paragraphs, lists and links."""

from html.parser import HTMLParser
from typing import Final

from pipeline import patterns
from pipeline.text.markdown import as_html
from pipeline.text.markup import lines_of

_SIGNS: Final = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_BLOCKS: Final = frozenset({"p", "ul", "ol"})
#: What would be a sign of Markdown anywhere, and at the beginning of a line.
_INSIDE: Final = patterns.compile(r"[\\*]|(?<!\w)_|_(?!\w)|(?<=\])\(")
_LEADING: Final = patterns.compile(
    r"^(?:#{1,6}(?= )|[>+\-=\[])|(?<=^\d)[.)]|(?<=^\d\d)[.)]", patterns.MULTILINE
)
_SPACE: Final = patterns.compile(r"\s+")
_BLANK: Final = patterns.compile(r"\n{3,}")
#: An end of markup, by which a text that somebody wrote as HTML is known.
_HTML: Final = patterns.compile(r"</(?:p|b|i|em|strong|a|ul|ol|li)>|<br ?/?>", patterns.IGNORECASE)


def readable(markup: str) -> str:
    """Sanitized HTML as text without tags: a blank line between paragraphs, `- ` before items, `**bold**`,
    `[words](address)`. Where that would not give the same words back, only the words, a paragraph a line."""
    writer = _Writer()
    writer.feed(markup)
    writer.close()
    lines = "".join(writer.parts).split("\n")
    text = _BLANK.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()
    words = lines_of(markup)
    return text if lines_of(as_html(text)) == words else _escaped(words).replace("\n", "\n\n")


def from_readable(text: str) -> str:
    """HTML of a text that a person wrote as `readable` shows it, not yet sanitized; written HTML stays."""
    return text if _HTML.search(text) else as_html(text).strip()


def _escaped(words: str) -> str:
    return _LEADING.sub(r"\\\g<0>", _INSIDE.sub(r"\\\g<0>", words))


class _Writer(HTMLParser):
    """Collects `parts` of Markdown from the few tags of a description."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._lists: list[str] = []
        self._addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self._lists.append(tag)
        if tag in _BLOCKS:
            self.parts.append("\n" if len(self._lists) > 1 else "\n\n")
        elif tag == "li":
            sign = "1. " if self._lists[-1:] == ["ol"] else "- "
            self.parts.append("\n" + "   " * (len(self._lists) - 1) + sign)
        elif tag == "br":
            self.parts.append("\n" + "   " * len(self._lists))
        elif tag == "a":
            self._addresses.append(dict(attrs).get("href") or "")
            self.parts.append("[")
        else:
            self.parts.append(_SIGNS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag in _BLOCKS:
            self.parts.append("" if self._lists else "\n\n")
        elif tag == "a" and self._addresses:
            self.parts.append(f"](<{self._addresses.pop()}>)")
        else:
            self.parts.append(_SIGNS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        words = _SPACE.sub(" ", data)
        is_first = not self.parts or self.parts[-1].endswith(("\n", "- ", "1. "))
        words = words.lstrip() if is_first else words
        if words:
            self.parts.append(_escaped(words) if is_first else _INSIDE.sub(r"\\\g<0>", words))
