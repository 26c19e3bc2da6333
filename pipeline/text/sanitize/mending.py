"""Repairs encodings, decodes entities, and removes control characters and tags."""

from typing import Final

from pipeline import patterns
from pipeline.characters import normalize, unescape

#: Nested escapes and tags are removed at most so many times; nobody writes deeper ones.
MAX_ROUNDS: Final = 20
#: C0 except tab and newline, DEL, C1, bidirectional embeddings, overrides and isolates, zero-width space,
#: soft hyphen, BOM, separators of lines and paragraphs, object replacement, non-characters, lone surrogates.
#: Zero-width joiners stay: Indic scripts and emoji need them.
_UNWANTED: Final = patterns.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc\ufffe\uffff\ud800-\udfff]"
)
#: Signs of UTF-8 that was decoded as Windows-1252, Latin-1, a Cyrillic or a DOS code page. ftfy decides; this
#: only skips it for other text.
_MOJIBAKE: Final = patterns.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u017e\u0192\u02c6\u02dc\u2013-\u2122]|[\u0400-\u04ff\u2500-\u25ff\u221a]"
)
SPACES: Final = patterns.compile(r"[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
ANY_SPACE: Final = patterns.compile(r"\s+")
_ENTITY: Final = patterns.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG: Final = patterns.compile(r"</?[A-Za-z][^<>]*>|<![A-Za-z\[][^<>]*>|<\?[^<>]*>")
_MAX_COMMENT: Final = 3_000
#: A word in angle brackets that is no element of HTML, SVG or MathML: "c't <webdev>". It has no attributes
#: and stays.
NO_TAG: Final = patterns.compile(
    r"<(?=[A-Za-z])(?!(?:p|br|div|a|b|i|u|em|s|q|strong|span|h[1-6]|ul|ol|li|dl|dt|dd|table|t[rdh]|tbody|thead|tfoot|caption|col|img|font|section|article|aside|nav"
    r"|header|footer|main|blockquote|hr|script|style|iframe|frame|object|embed|param|svg|math|form|input|button|select|option|textarea|label|pre|code|kbd"
    r"|small|big|sub|sup|center|figure|html|body|head|meta|link|base|title|video|audio|source|track|canvas|map|area|details|summary|template|slot|noscript"
    r"|marquee|blink|time|mark|del|ins|abbr|cite|dfn|var|samp|strike|tt|wbr|ruby|rt|rp|bdi|bdo|picture|dialog|menu|fieldset|legend|address|animate|set"
    r"|use|image|path|text|foreignobject|xml)\b)([A-Za-z][\w .'&-]{1,60})>",
    patterns.IGNORECASE,
)
SCRIPT: Final = patterns.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", patterns.DOTALL | patterns.IGNORECASE)
#: WordPress shortcodes that were not rendered: page builders', galleries', forms'.
SHORTCODE: Final = patterns.compile(
    r"\[/?(?:vc|et_pb|fusion|av|su|cs|mk|wpb|nectar)_\w{1,60}+[^\[\]]{0,2000}+(?:\]|$)"
    r"|\[/?(?:caption|gallery|embed|contact-form(?:-7)?|gravityform|wpforms|nggallery)(?:\s+[\w-]+=[^\[\]]{0,2000}+|/)?\]"
)
#: An ampersand that was escaped several times.
_AMPERSANDS: Final = patterns.compile(r"&(?:(?:amp|#38|#x26);){2,}+", patterns.IGNORECASE)


def mended(text: str) -> str:
    """`text` with repaired encoding (ftfy), composed (NFC), without control characters.

    Bidirectional overrides are removed too. Newlines are LF.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if text.isascii():
        return without_controls(text)
    while True:
        better = _fixed(text) if _MOJIBAKE.search(text) else text
        better = normalize("NFC", without_controls(better))
        if better == text:
            return text
        text = better


def _fixed(text: str) -> str:
    import ftfy  # noqa: PLC0415 - 40 modules, which few texts need

    return ftfy.fix_encoding(text)


def without_controls(text: str) -> str:
    """`text` without control characters and bidirectional overrides."""
    return _UNWANTED.sub("", text)


def decoded(text: str) -> str:
    """The text with its entities decoded once; repeatedly escaped ampersands are decoded completely."""
    return _ENTITY.sub(_character, _AMPERSANDS.sub("&amp;", text))


def _character(found: patterns.Match[str]) -> str:
    return unescape(found.group())


def untagged(text: str, gap: str) -> str:
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
