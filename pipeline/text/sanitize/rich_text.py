"""HTML reduced to a few harmless tags."""

import html
from functools import lru_cache
from typing import Final

import nh3

from pipeline import patterns
from pipeline.masking import has_secret
from pipeline.siblings import SIBLINGS
from pipeline.text.markdown import as_html, is_markdown
from pipeline.text.sanitize.addresses import without_secrets
from pipeline.text.sanitize.mending import (
    ANY_SPACE,
    MAX_ROUNDS,
    SCRIPT,
    SHORTCODE,
    SPACES,
    decoded,
    mended,
    untagged,
)
from pipeline.text.sanitize.plain_text import clipped, lines

#: The tags of a description.
TAGS: Final = frozenset({"b", "i", "em", "strong", "a", "p", "br", "ul", "ol", "li"})
#: A tag that the sanitizer counts as open until it is closed: blocks were replaced by line breaks before, `p`
#: and `li` close themselves.
_NESTING: Final = patterns.compile(
    r"<(?P<closes>/?)(?!(?:p|li|br|img|hr|input|wbr|meta|link|option|div|h[1-6]|section|article|header|footer|main|table|tbody|thead|t[rdh]|blockquote|dl|dt|dd"
    r"|pre|figure|figcaption|address|center)\b)(?P<name>[A-Za-z][^\s<>/]{0,30})[^<>]*>",
    patterns.IGNORECASE,
)
_BLOCKS: Final = frozenset(
    """
    div h1 h2 h3 h4 h5 h6 section article header footer main table tbody thead tr blockquote hr dl dt dd pre figure figcaption address center
    """.split()  # noqa: SIM905
)
#: What is markup in angle brackets, and not "<3" or "<name>".
_HTML: Final = (
    _BLOCKS - {"header", "footer", "main", "thead", "dl", "dt", "dd", "figcaption", "address"}
) | frozenset(
    """
    p br a b i u em strong span ul ol li th td img font script style iframe object embed svg math form input button code small html body head
    meta link video audio title details template
    """.split()  # noqa: SIM905
)
_TAG: Final = patterns.compile(r"</?([a-z][a-z0-9]{0,12})\b[^<>]*>", patterns.IGNORECASE)
#: Any element with attributes, of any vocabulary.
_ELEMENT: Final = patterns.compile(
    r"<[a-z][\w:-]*(?:\s+[\w:-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))+\s*/?>", patterns.IGNORECASE
)
_BLOCK: Final = patterns.compile(r"<\s*+(?:/\s*+)?+([a-z][a-z0-9]{0,12})\b[^<>]*>", patterns.IGNORECASE)
#: An entity that was escaped any number of times.
_DOUBLE: Final = patterns.compile(
    r"&(?:amp;)+(?=(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
)
_MAX_TAGS: Final = 7_000
#: The most elements that are open at once, or closed in another order. No description has so many, and the
#: sanitizer searches all of them at each tag.
_MAX_OPEN: Final = 100
_MANY_BREAKS: Final = patterns.compile(r"(?:<br>\s*){3,}")
_BREAKS_AFTER: Final = patterns.compile(r"(</?(?:p|ul|ol|li)>)(?:\s|<br>)+")
_BREAKS_BEFORE: Final = patterns.compile(r"(?<!\s)(?<!<br>)(?:\s|<br>)++(</?(?:p|ul|ol|li)>)")
_NESTED: Final = patterns.compile(r"(<(?:b|i|em|strong|u|span|font|div|p)>)(?:\s*\1)+", patterns.IGNORECASE)
_EMPTY: Final = patterns.compile(r"<(p|b|i|em|strong|li|ul|ol)>\s*</\1>|<a\b[^<>]*>\s*</a>")
_BLANK_LINE: Final = patterns.compile(r"\n[ \t]*\n\s*")
_HALF_ENTITY: Final = patterns.compile(r"&[^;\s]{0,10}$")


@lru_cache(maxsize=SIBLINGS)
def rich(text: str, *, limit: int) -> str:
    """A description as sanitized HTML in paragraphs, at most `limit` characters with its tags.

    '' without readable text. Plain text gets paragraphs and line breaks. Kept are b, i, em, strong, a[href]
    (http, https, mailto; rel "nofollow noopener"), p, br, ul, ol, li. HTML that was escaped as a whole is
    unescaped first. Addresses that grant access are removed, in links and in the text.
    """
    made = _rich(text, limit)
    shown = without_secrets(made)
    return made if shown == made else _within(_settled(shown), limit)


def _rich(text: str, limit: int) -> str:
    text = mended(text[: limit * 3]).strip()
    if "[" in text:
        text = SHORTCODE.sub(" ", text)
    if not _has_markup(text) and "&" in text:
        text = _unescaped(text)
    if _is_tangled(text):
        text = lines(text[:limit])
    if not _has_markup(text):
        return _from_plain(text, limit)
    return _within(_settled(text), limit)


def _has_markup(text: str) -> bool:
    return any(tag[1].lower() in _HTML for tag in _TAG.finditer(text)) or bool(_ELEMENT.search(text))


def _as_break(tag: patterns.Match[str]) -> str:
    return "<br>" if tag[1].lower() in _BLOCKS else tag[0]


def _is_tangled(text: str) -> bool:
    """Whether the text has so many tags, open or misnested, that it is no description.

    The sanitizer would take seconds for it.
    """
    tags = text.count("<")
    if not _MAX_OPEN < tags <= _MAX_TAGS:
        return tags > _MAX_TAGS
    opened: list[str] = []
    crossed = 0
    for tag in _NESTING.finditer(text):
        name = tag["name"].lower()
        if not tag["closes"]:
            opened.append(name)
        elif opened and opened[-1] == name:
            opened.pop()
        else:
            crossed += 1
        if len(opened) + crossed > _MAX_OPEN:
            return True
    return False


def _unescaped(text: str) -> str:
    for _ in range(MAX_ROUNDS):
        better = mended(decoded(text))
        if better == text or _has_markup(better):
            return better
        text = better
    return text.replace("&", " ")


def _from_plain(text: str, limit: int) -> str:
    text = clipped("\n".join(SPACES.sub(" ", line).strip() for line in text.split("\n")).strip(), limit)
    if not text:
        return ""
    if is_markdown(text):
        return _within(_settled(as_html(text)), limit)
    escaped = html.escape(text, quote=False)
    paragraphs = (part.strip() for part in _BLANK_LINE.split(escaped) if part.strip())
    return _within(_settled("".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in paragraphs)), limit)


def _settled(text: str) -> str:
    """Sanitize and tidy until nothing changes: the sanitizer's closing tags may need further tidying."""
    text = _NESTED.sub(r"\1", SCRIPT.sub(" ", text))
    if not untagged(text, "").strip():
        return ""
    for _ in range(10):
        safe = _sanitize(text)
        text = _tidy(safe)
        if text == safe:
            break
    return text if untagged(text, "").strip() else ""


def _sanitize(text: str) -> str:
    text = _BLOCK.sub(_as_break, _DOUBLE.sub("&", text))
    return nh3.clean(
        text,
        tags=set(TAGS),
        clean_content_tags={
            "script",
            "style",
            "title",
            "template",
            "iframe",
            "object",
            "svg",
            "math",
            "noscript",
            "textarea",
            "select",
        },
        attributes={"a": {"href"}},
        attribute_filter=lambda _tag, _name, value: None if has_secret(value) else value,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
        strip_comments=True,
    )


def _tidy(text: str) -> str:
    text = ANY_SPACE.sub(
        " ", mended(text).replace("&nbsp;", " ")
    )  # a character reference may have hidden a control character
    if "<br>" in text:
        text = _MANY_BREAKS.sub("<br><br>", text)
    text = _BREAKS_BEFORE.sub(r"\1", _BREAKS_AFTER.sub(r"\1", text))
    for _ in range(20):
        bare = _EMPTY.sub("", text)
        if bare == text:
            break
        text = bare
    text = _NESTED.sub(r"\1", text)
    text = _without_edge_breaks(text)
    return f"<p>{text}</p>" if text and not text.startswith(("<p>", "<ul>", "<ol>")) else text


def _without_edge_breaks(text: str) -> str:
    text = text.strip()
    while text.startswith("<br>"):
        text = text[4:].lstrip()
    while text.endswith("<br>"):
        text = text[:-4].rstrip()
    return text


def _within(markup: str, limit: int) -> str:
    """Sanitized HTML cut to at most `limit` characters.

    The cut is repeated with a shorter length, since the sanitizer adds closing tags.
    """
    kept = markup
    size = limit
    while len(kept) > limit:
        size = size * 19 // 20
        kept = _settled(_cut(markup, size))
    return kept


def _cut(markup: str, size: int) -> str:
    """The first `size` characters, without a partial tag or entity at the end."""
    head = markup[:size]
    opened = head.rfind("<")
    head = head[:opened] if opened > head.rfind(">") else head
    return _HALF_ENTITY.sub("", head)
