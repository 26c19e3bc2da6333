"""Functions for all connectors: bytes to text, limits on what is kept, safe URLs. Free of Django and I/O."""

import codecs
import hashlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.contract.raw import RawPayload

#: Limits of one record, in characters unless noted. Later steps may be stricter.
MAX_TITLE: Final = 1_000
MAX_DESCRIPTION: Final = 100_000
MAX_LINE: Final = 1_000
MAX_URL: Final = 2_000
MAX_ID: Final = 300
MAX_RAW: Final = 64_000
MAX_ITEMS: Final = 50

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Python's names of the permitted charsets (WHATWG Encoding, 4.2): none that unpacks or unescapes.
_CHARSETS: Final = patterns.compile(
    r"^(utf-(8|16|32)(-[lb]e)?|ascii|iso8859-\d+|cp(125\d|866|874|932|949|950)|koi8-[rut]|mac-(roman|cyrillic)|shift_jis|euc_(jp|kr)"
    r"|iso2022_(jp|kr)\w*|gb2312|gbk|gb18030|big5(hkscs)?|tis-620)$"
)
#: Bytes in these may look like valid UTF-8 and still mean something else, so their declaration takes
#: precedence.
_BELIEVED_FIRST: Final = ("utf-16", "utf-32", "iso2022")
_DECLARED: Final = patterns.compile(
    rb"""(?:<\?xml[^>]{0,200}?encoding|<meta[^>]{0,400}?charset)\s*=\s*["']?([A-Za-z0-9_:.-]{2,40})""",
    patterns.IGNORECASE,
)
_CHARSET_PARAMETER: Final = patterns.compile(
    r"""charset\s*=\s*["']?([A-Za-z0-9_:.-]{2,40})""", patterns.IGNORECASE
)
#: Control characters (C0 except tab and line ends, DEL, C1) and lone surrogates: PostgreSQL refuses some, and
#: no text needs them.
_CONTROLS: Final = patterns.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NOT_ASCII: Final = patterns.compile("[^\x00-\x7f]")
_URL_SPACE: Final = patterns.compile(r"[\s\x00-\x20]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """Text, its charset, and notes on what was guessed or removed."""

    text: str
    charset: str
    notes: tuple[str, ...] = ()


def decode(content: bytes, *, content_type: str = "") -> Decoded:
    """The text of `content`; never fails.

    In this order: BOM, declared UTF-16 and similar, valid UTF-8, the charset declared by Content-Type, XML or
    HTML, Windows-1252. Valid UTF-8 takes precedence over a declaration, because text in another charset is
    hardly ever valid UTF-8 by chance, while declarations are often wrong. Invalid bytes become U+FFFD.
    Control characters are removed.
    """
    text, charset, notes = _decode(content, _declared(content, content_type))
    clean = strip_controls(text)
    if len(clean) != len(text):
        notes = (*notes, "control characters removed")
    return Decoded(text=clean, charset=charset, notes=notes)


def is_wide(content: bytes) -> bool:
    """Whether `content` is UTF-16 or UTF-32, in which a line break is more than one byte."""
    return bool(_wide(content)) or any(content.startswith(bom) for bom, name in _BOMS if name != "utf-8-sig")


def decode_payload(payload: RawPayload) -> Decoded:
    """`decode` of a payload with the charset of its Content-Type."""
    return decode(payload.content, content_type=payload.content_type)


def strip_controls(text: str) -> str:
    """`text` without NUL, other control characters and lone surrogates.

    Tab, line feed and carriage return stay.
    """
    return _CONTROLS.sub("", text)


def clip(text: str, limit: int, *, what: str, notes: list[str]) -> str:
    """`text`, at most `limit` characters long. A cut is noted in `notes`."""
    if len(text) <= limit:
        return text
    notes.append(f"{what} cut from {len(text)} to {limit} characters")
    return text[:limit]


def bounded_id(text: str, *, notes: list[str]) -> str:
    """A source's id without control characters and outer space.

    One longer than `MAX_ID` is replaced by its SHA-256, with a note.
    """
    clean = strip_controls(text).strip()
    if len(clean) <= MAX_ID:
        return clean
    notes.append(f"id of {len(clean)} characters replaced by its hash")
    return "sha256:" + hashlib.sha256(clean.encode()).hexdigest()


def http_url(text: str) -> str:
    """`text` as an absolute http or https URL (webcal becomes https).

    '' where it is invalid, contains a user name, or is too long.
    """
    url = strip_controls(text).strip().strip("<>")
    if url.lower().startswith(("webcal://", "webcals://")):
        url = "https://" + url.split("://", 1)[1]
    if len(url) > MAX_URL or _URL_SPACE.search(url) or "\\" in url:
        return ""
    try:
        parts = urlsplit(url)
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return ""
    return url if usable else ""


def _declared(content: bytes, content_type: str) -> str:
    """Python's name of the charset declared by Content-Type, or in the first 2,000 bytes.

    '' without a usable one.
    """
    header = _CHARSET_PARAMETER.search(content_type)
    inside = _DECLARED.search(content[:2000])
    for label in (header.group(1) if header else "", inside.group(1).decode("ascii") if inside else ""):
        name = _charset(label)
        if name:
            return name
    return ""


def _charset(label: str) -> str:
    try:
        name = codecs.lookup(label).name if label else ""
    except LookupError:
        return ""
    if not _CHARSETS.match(name):
        return ""
    return "cp1252" if name in ("ascii", "iso8859-1") else name


def _decode(content: bytes, declared: str) -> tuple[str, str, tuple[str, ...]]:
    for bom, name in _BOMS:
        if content.startswith(bom):
            return content.decode(name, "replace"), name, ()
    wide = _wide(content)
    if wide or declared.startswith(_BELIEVED_FIRST):
        name = wide or declared
        return content.decode(name, "replace"), name, ()
    try:
        return content.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        return _decode_broken(content, declared)


def _wide(content: bytes) -> str:
    """UTF-16 without BOM, recognized by the zero bytes of its first two letters."""
    if len(content) >= 4 and content[1] == content[3] == 0 and content[0] and content[2]:
        return "utf-16-le"
    if len(content) >= 4 and content[0] == content[2] == 0 and content[1] and content[3]:
        return "utf-16-be"
    return ""


def _decode_broken(content: bytes, declared: str) -> tuple[str, str, tuple[str, ...]]:
    """Decode invalid UTF-8: as declared if possible, as UTF-8 with single bad bytes, or as Windows-1252."""
    if declared and not declared.startswith("utf-8"):
        try:
            return content.decode(declared), declared, ()
        except UnicodeDecodeError:
            pass
    kept = content.decode("utf-8", "ignore")
    multibyte = sum(1 for _ in _NOT_ASCII.finditer(kept))
    lost = len(content) - len(kept.encode("utf-8"))
    if multibyte >= lost:
        return (
            content.decode("utf-8", "nocturne_cp1252"),
            "utf-8",
            ("bytes outside UTF-8 read as Windows-1252",),
        )
    return content.decode("cp1252", "replace"), "cp1252", ("charset guessed: Windows-1252",)


def _bad_bytes_as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("nocturne_cp1252", _bad_bytes_as_cp1252)
