"""Text from outside made safe and readable: encodings mended, entities decoded, controls removed, HTML
reduced to a few harmless tags.

Every function here is idempotent: cleaning what is clean changes nothing.
"""

import html
from typing import Final
from urllib.parse import urlsplit

import ftfy
import nh3

from pipeline import patterns
from pipeline.characters import normalize, unescape
from pipeline.masking import has_secret
from pipeline.text.markdown import as_html, is_markdown

MAX_URL: Final = 2_000
#: Escapes within escapes and tags within tags are taken off so often; what is deeper is no text that anybody
#: wrote.
_MAX_ROUNDS: Final = 20
#: Tags that a description may keep.
TAGS: Final = frozenset({"b", "i", "em", "strong", "a", "p", "br", "ul", "ol", "li"})

#: C0 but tab and newline, DEL, C1, bidirectional embeddings, overrides and isolates, zero-width space, soft
#: hyphen, BOM, separators of lines and paragraphs, object replacement, non-characters, lone surrogates.
#: Zero-width joiners stay: Indic scripts and emoji need them.
_UNWANTED: Final = patterns.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc\ufffe\uffff\ud800-\udfff]"
)
#: What UTF-8 looks like when read as Windows-1252, Latin-1, a Cyrillic or a DOS code page. ftfy decides; this
#: only spares it the rest.
_MOJIBAKE: Final = patterns.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u017e\u0192\u02c6\u02dc\u2013-\u2122]|[\u0400-\u04ff\u2500-\u25ff\u221a]"
)
_SPACES: Final = patterns.compile(r"[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_ANY_SPACE: Final = patterns.compile(r"\s+")
_ENTITY: Final = patterns.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG: Final = patterns.compile(r"</?[A-Za-z][^<>]*>|<![A-Za-z\[][^<>]*>|<\?[^<>]*>")
_MAX_COMMENT: Final = 3_000
#: A tag of an element that must be closed, and that the sanitizer sees: blocks become line breaks before, `p`
#: and `li` close themselves.
_NESTING: Final = patterns.compile(
    r"<(?P<closes>/?)(?!(?:p|li|br|img|hr|input|wbr|meta|link|option|div|h[1-6]|section|article|header|footer|main|table|tbody|thead|t[rdh]|blockquote|dl|dt|dd"
    r"|pre|figure|figcaption|address|center)\b)(?P<name>[A-Za-z][^\s<>/]{0,30})[^<>]*>",
    patterns.IGNORECASE,
)
#: A word in angle brackets that is no element of HTML, SVG or MathML: "c't <webdev>". It has no attributes
#: and keeps its letters.
_NO_TAG: Final = patterns.compile(
    r"<(?=[A-Za-z])(?!(?:p|br|div|a|b|i|u|em|s|q|strong|span|h[1-6]|ul|ol|li|dl|dt|dd|table|t[rdh]|tbody|thead|tfoot|caption|col|img|font|section|article|aside|nav"
    r"|header|footer|main|blockquote|hr|script|style|iframe|frame|object|embed|param|svg|math|form|input|button|select|option|textarea|label|pre|code|kbd"
    r"|small|big|sub|sup|center|figure|html|body|head|meta|link|base|title|video|audio|source|track|canvas|map|area|details|summary|template|slot|noscript"
    r"|marquee|blink|time|mark|del|ins|abbr|cite|dfn|var|samp|strike|tt|wbr|ruby|rt|rp|bdi|bdo|picture|dialog|menu|fieldset|legend|address|animate|set"
    r"|use|image|path|text|foreignobject|xml)\b)([A-Za-z][\w .'&-]{1,60})>",
    patterns.IGNORECASE,
)
_ALL_TAGS: Final = patterns.compile(r"<[^<>]*>")
_SCRIPT: Final = patterns.compile(
    r"<(script|style)\b.*?(?:</\1\s*>|$)", patterns.DOTALL | patterns.IGNORECASE
)
_MARKUP: Final = patterns.compile(
    r"</?(?:p|br|div|a|b|i|u|em|strong|span|h[1-6]|ul|ol|li|table|t[rdh]|tbody|img|font|section|article|blockquote|hr|script|style|iframe|"
    r"object|embed|svg|math|form|input|button|pre|code|small|center|figure|html|body|head|meta|link|video|audio|title|details|template)\b[^<>]*>"
    r"|<[a-z][\w:-]*(?:\s+[\w:-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))+\s*/?>",  # any element with attributes, of whatever vocabulary
    patterns.IGNORECASE,
)
_BLOCK: Final = patterns.compile(
    r"<\s*+(?:/\s*+)?+(?:div|h[1-6]|section|article|header|footer|main|table|tbody|thead|tr|blockquote|hr|dl|dt|dd|pre|figure|figcaption|address|center)\b[^<>]*>",
    patterns.IGNORECASE,
)
#: WordPress' shortcodes that nothing has made into markup: page builders', galleries', forms'.
_SHORTCODE: Final = patterns.compile(
    r"\[/?(?:vc|et_pb|fusion|av|su|cs|mk|wpb|nectar)_\w{1,60}+[^\[\]]{0,2000}+(?:\]|$)"
    r"|\[/?(?:caption|gallery|embed|contact-form(?:-7)?|gravityform|wpforms|nggallery)(?:\s+[\w-]+=[^\[\]]{0,2000}+|/)?\]"
)
#: An entity that was escaped, however often.
_DOUBLE: Final = patterns.compile(
    r"&(?:amp;)+(?=(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
)
#: An ampersand that was escaped several times.
_AMPERSANDS: Final = patterns.compile(r"&(?:(?:amp|#38|#x26);){2,}+", patterns.IGNORECASE)
_LINE_TAG: Final = patterns.compile(r"<br\s*/?>|</(?:p|div|li)\s*>", patterns.IGNORECASE)
_MAX_TAGS: Final = 7_000
#: Elements that stand open at once, or are closed in another order. No description has so many; the sanitizer
#: asks all of them at each tag.
_MAX_OPEN: Final = 100
_MANY_BREAKS: Final = patterns.compile(r"(?:<br>\s*){3,}")
_BREAKS_AFTER: Final = patterns.compile(r"(</?(?:p|ul|ol|li)>)(?:\s|<br>)+")
_BREAKS_BEFORE: Final = patterns.compile(r"(?<!\s)(?<!<br>)(?:\s|<br>)++(</?(?:p|ul|ol|li)>)")
_NESTED: Final = patterns.compile(r"(<(?:b|i|em|strong|u|span|font|div|p)>)(?:\s*\1)+", patterns.IGNORECASE)
_EMPTY: Final = patterns.compile(r"<(p|b|i|em|strong|li|ul|ol)>\s*</\1>|<a\b[^<>]*>\s*</a>")
_BLANK_LINE: Final = patterns.compile(r"\n[ \t]*\n\s*")
_ADDRESS: Final = patterns.compile(r"\b(?:https?|webcals?)://[^\s\"'<>]++", patterns.IGNORECASE)
#: The end of a host and what follows, of an address with or without a scheme: `calendar.google.com/…`. It
#: begins with what is quickly found.
_AFTER_HOST: Final = patterns.compile(r"\.[A-Za-z]{2,63}(?::[0-9]{1,5})?/[^\s\"'<>]++")
_BEFORE_PATH: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:/+")
_MAX_HOST: Final = 280
#: Markup within a word that readers see as one, such as an address.
_INLINE: Final = (
    r"<(?:/?(?:a|b|i|u|s|q|em|strong|span|font|mark|small|big|su[bp]|code|wbr|abbr)\b|!--)[^<>]*>"
)
_INLINES: Final = patterns.compile(_INLINE, patterns.IGNORECASE)
_SPLIT: Final = patterns.compile(rf"/[^\s\"'<>/]*+(?:{_INLINE})++[^\s<]", patterns.IGNORECASE)
_HALF_ENTITY: Final = patterns.compile(r"&[^;\s]{0,10}$")
_URL_BAD: Final = patterns.compile('[\x00-\x1f\x7f<>"\\\\^`{|}]')


def mended(text: str) -> str:
    """`text` with its encoding mended (ftfy), composed (NFC), and without controls and bidirectional
    overrides. Newlines are LF."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if text.isascii():
        return _UNWANTED.sub("", text)
    while True:
        better = ftfy.fix_encoding(text) if _MOJIBAKE.search(text) else text
        better = normalize("NFC", _UNWANTED.sub("", better))
        if better == text:
            return text
        text = better


def plain(text: str) -> str:
    """One line of plain text: entities decoded however often they were escaped, tags stripped, white space
    collapsed."""
    for _ in range(_MAX_ROUNDS):
        better = mended(text)
        better = _decoded(better) if "&" in better else better
        better = (
            _untagged(_NO_TAG.sub(r"\1", _SCRIPT.sub(" ", _without_split(better))), " ")
            if "<" in better
            else better
        )
        better = _ANY_SPACE.sub(" ", _SPACES.sub(" ", without_secrets(better))).strip()
        if better == text:
            return text
        text = better
    return _ANY_SPACE.sub(" ", without_secrets(mended(text.replace("&", " ").replace("<", " ")))).strip()


def lines(text: str) -> str:
    """As `plain`, but line ends stay, and tags that end a line become one."""
    for _ in range(_MAX_ROUNDS):
        broken = _LINE_TAG.sub("\n", mended(text)) if "<" in text else mended(text)
        better = "\n".join(filter(None, (plain(line) for line in broken.split("\n"))))
        if better == text:
            break
        text = better
    return text


def clipped(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a space where one is near, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, _, tail = cut.rpartition(" ")
    return (head if head and len(tail) < 40 else cut).rstrip() + "…"


def rich(text: str, *, limit: int) -> str:
    """A description as sanitized HTML in paragraphs, at most `limit` characters with its tags; '' where
    nothing readable is in it.

    Plain text gets paragraphs and line breaks. Kept are b, i, em, strong, a[href] (http, https, mailto; rel
    "nofollow noopener"), p, br, ul, ol, li. HTML that was escaped as a whole is unescaped first. Addresses
    that let their holder in go, in links and in the text."""
    made = _rich(text, limit)
    shown = without_secrets(made)
    return made if shown == made else _within(_settled(shown), limit)


def _rich(text: str, limit: int) -> str:
    text = mended(text[: limit * 3]).strip()
    if "[" in text:
        text = _SHORTCODE.sub(" ", text)
    if not _MARKUP.search(text) and "&" in text:
        text = _unescaped(text)
    if _is_tangled(text):
        text = lines(text[:limit])
    if not _MARKUP.search(text):
        return _from_plain(text, limit)
    return _within(_settled(text), limit)


def to_plain(markup: str) -> str:
    """The words of a description that `rich` made, for counting and reading: one pass is enough for what is
    clean."""
    return " ".join(unescape(_ALL_TAGS.sub(" ", markup)).split())


def public_url(url: str) -> str:
    """As `http_url`, and '' where the address lets its holder in: what readers may be sent to."""
    safe = http_url(url)
    return "" if not safe or has_secret(safe) else safe


def http_url(url: str) -> str:
    """`url` as an absolute http or https address, '' where it is none, is too long, holds a user's name, or
    has no sound host."""
    url = _whole_url(url)
    if url.startswith("//"):
        url = f"https:{url}"
    elif url.lower().startswith("www."):
        url = f"https://{url}"
    url = _ANY_SPACE.sub("%20", url)
    if not url or len(url) > MAX_URL or _URL_BAD.search(url):
        return ""
    try:
        parts = urlsplit(url)
        sound = (
            parts.scheme in ("http", "https")
            and _host_is_sound(parts.hostname)
            and parts.username is None
            and (parts.port or 1) > 0
        )
    except ValueError:
        return ""
    return url if sound else ""


def without_secrets(text: str) -> str:
    """`text` without the addresses in it that let their holder in."""
    if "/" not in text:
        return text
    shown = _without_bare(_ADDRESS.sub(_if_public, text) if "://" in text else text)
    return _without_split(shown) if "<" in shown else shown


def _if_public(found: patterns.Match[str]) -> str:
    return "" if has_secret(found.group()) else found.group()


def _without_bare(text: str) -> str:
    """Without those that have no scheme, or another one."""
    kept: list[str] = []
    done = 0
    for found in _AFTER_HOST.finditer(text):
        start, least = found.start(), max(done, found.start() - _MAX_HOST)
        while start > least and text[start - 1] in _BEFORE_PATH:
            start -= 1
        if has_secret(text[start : found.end()]):
            kept.append(text[done:start])
            done = found.end()
    return "".join((*kept, text[done:])) if done else text


def _without_split(text: str) -> str:
    """Without those that markup has in pieces; where there is one the markup within words goes with it."""
    if ">" not in text or not _SPLIT.search(text):
        return text
    joined = _INLINES.sub("", text)
    public = _without_bare(_ADDRESS.sub(_if_public, joined))
    return text if public == joined else public


def _whole_url(url: str) -> str:
    for _ in range(_MAX_ROUNDS):
        better = _decoded(mended(url)).strip().strip("<>\"'")
        if better == url:
            return url
        url = better
    return ""


def _host_is_sound(host: str | None) -> bool:
    return (
        bool(host)
        and host is not None
        and not host.startswith(("-", "."))
        and "%" not in host
        and ".." not in host
    )


def _decoded(text: str) -> str:
    """The text with its entities decoded once, escaped ampersands however often they were."""
    return _ENTITY.sub(_character, _AMPERSANDS.sub("&amp;", text))


def _character(found: patterns.Match[str]) -> str:
    return unescape(found.group())


def _untagged(text: str, gap: str) -> str:
    """The text with `gap` in the place of each tag and each comment."""
    return _TAG.sub(gap, _without_comments(text, gap) if "<!--" in text else text)


def _without_comments(text: str, gap: str) -> str:
    kept: list[str] = []
    done, closed = 0, -1
    opened = text.find("<!--")
    while opened >= 0:
        if closed < opened + 4:
            closed = text.find("-->", opened + 4)
        if closed < 0:
            break
        after = opened + 4
        if closed - after <= _MAX_COMMENT:
            after = closed + 3
            kept += [text[done:opened], gap]
            done = after
        opened = text.find("<!--", after)
    return "".join([*kept, text[done:]])


def _is_tangled(text: str) -> bool:
    """Whether so many tags are in it, stand open at once, or are closed in another order, that it is no
    description and would cost the sanitizer seconds."""
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
    for _ in range(_MAX_ROUNDS):
        better = mended(_decoded(text))
        if better == text or _MARKUP.search(better):
            return better
        text = better
    return text.replace("&", " ")


def _from_plain(text: str, limit: int) -> str:
    text = clipped("\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n")).strip(), limit)
    if not text:
        return ""
    escaped = html.escape(text, quote=False)
    if is_markdown(text):
        escaped = as_html(escaped)
    paragraphs = (part.strip() for part in _BLANK_LINE.split(escaped) if part.strip())
    return _within(_settled("".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in paragraphs)), limit)


def _settled(text: str) -> str:
    """Sanitize and tidy until nothing changes: what the sanitizer closes may open a way to tidy further."""
    text = _NESTED.sub(r"\1", _SCRIPT.sub(" ", text))
    if not _untagged(text, "").strip():
        return ""
    for _ in range(10):
        safe = _sanitize(text)
        text = _tidy(safe)
        if text == safe:
            break
    return text if _untagged(text, "").strip() else ""


def _sanitize(text: str) -> str:
    text = _BLOCK.sub("<br>", _DOUBLE.sub("&", text))
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
    text = _ANY_SPACE.sub(
        " ", mended(text).replace("&nbsp;", " ")
    )  # a character reference may have hidden a control
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
    """Sanitized HTML cut to at most `limit` characters: shorter each time, since the sanitizer closes what
    was cut open."""
    kept = markup
    size = limit
    while len(kept) > limit:
        size = size * 19 // 20
        kept = _settled(_cut(markup, size))
    return kept


def _cut(markup: str, size: int) -> str:
    """The first `size` characters, without half a tag or half an entity at the end."""
    head = markup[:size]
    opened = head.rfind("<")
    head = head[:opened] if opened > head.rfind(">") else head
    return _HALF_ENTITY.sub("", head)
