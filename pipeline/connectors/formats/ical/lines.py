"""Content lines of one component (RFC 5545, 3.1): name, parameters, value; and text values without their
escapes. Nothing here raises."""

import quopri
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

from pipeline import patterns
from pipeline.text.decoding import MAX_DESCRIPTION, strip_controls

#: Bytes of one line that are looked at: a description at its bound may take four bytes a character and be
#: escaped.
_MAX_BYTES: Final = 4 * MAX_DESCRIPTION + 1_000
_MAX_LINES: Final = 500
#: Components open within one another that are told apart.
_MAX_INNER: Final = 100
_NAME: Final = patterns.compile(rb"([A-Za-z0-9-]{1,60})[ \t]*(?=[;:])")
_MARK: Final = patterns.compile(
    rb"[ \t]*(BEGIN|END)[ \t]*:[ \t]*([A-Za-z0-9-]{1,60})[ \t]*$", patterns.IGNORECASE
)
_PARAMETER: Final = patterns.compile(r"""\s*([A-Za-z0-9-]{1,60})\s*=\s*("[^"]*"(?:,"[^"]*")*|[^;:"]*)\s*""")
#: What dates, lists of them and periods are written with; how a date begins; a duration.
_DATE_SIGNS: Final = "0123456789TZ:,/+P WDHMSt.-"
_DATE: Final = patterns.compile(r"\d{4}", patterns.ASCII)
_DURATION: Final = patterns.compile(r"P[\dTWDHMS]+", patterns.ASCII)
_MEMBER: Final = patterns.compile(r"(?:[^\\,]|\\.)+", patterns.DOTALL)
_ZONE: Final = patterns.compile(r";\s*+TZID\s*+=\s*+([^;]{1,200})$", patterns.IGNORECASE)
_ESCAPE: Final = patterns.compile(r"\\([\\;,:\"nN])")
_CARET: Final = patterns.compile(r"\^([n'^])")
#: Properties whose text may run on over lines that nobody folded.
_TEXTS: Final = ("DESCRIPTION", "SUMMARY", "LOCATION", "X-ALT-DESC", "STYLED-DESCRIPTION")
_DATES: Final = ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE")


class Line(NamedTuple):
    """One property. Parameter names are upper-case, their values without quotes; the value is as written, but
    for control characters."""

    name: str
    params: Mapping[str, str]
    value: str

    def param(self, name: str) -> str:
        """A parameter's value, '' where it is not there."""
        return self.params.get(name, "")


Properties = dict[str, list[Line]]


def read_lines(body: bytes, start: int, end: int, wanted: Collection[bytes]) -> Properties:
    """The `wanted` properties between `start` and `end` of an unfolded UTF-8 body, inner components left out.

    A line that is no property (no name, no colon) continues a text before it: generators that forget to
    escape a line break are common.
    """
    found: Properties = {}
    for name, raw in _joined(body, start, end, wanted):
        lines = found.setdefault(name, [])
        if len(lines) < _MAX_LINES:
            lines.append(_line(name, raw))
    return found


def text_of(line: Line) -> str:
    """The value of a TEXT property without its escapes."""
    return unescape(line.value).strip()


def unescape(value: str) -> str:
    r"""RFC 5545, 3.3.11: `\n`, `\,`, `\;`, `\\`; also `\:` and `\"`, which RFC 2445 left open. Any other
    backslash stays."""
    return (
        _ESCAPE.sub(lambda match: "\n" if match.group(1) in "nN" else match.group(1), value)
        if "\\" in value
        else value
    )


def split_list(value: str) -> list[str]:
    """The members of a comma-separated TEXT list, unescaped, without empty ones."""
    return [text for text in (unescape(piece).strip() for piece in _MEMBER.findall(value)) if text]


def _joined(body: bytes, start: int, end: int, wanted: Collection[bytes]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each wanted property, with what continues it."""
    name, pieces, room = "", [b""], 0
    for raw in _own_lines(body, start, end):
        match = _NAME.match(raw)
        upper = match.group(1).upper() if match else b""
        if match and (upper in wanted or match.group(1) == upper) and not (room and _soft_break(pieces)):
            if name:
                yield name, b"\n".join(pieces)
            name = upper.decode("ascii") if upper in wanted else ""
            pieces, room = [raw[match.end() :]], _MAX_BYTES - len(raw) if name else 0
        elif name in _TEXTS and room > 0:
            pieces.append(raw[:room])
            room -= len(raw) + 1
    if name:
        yield name, b"\n".join(pieces)


def _soft_break(pieces: list[bytes]) -> bool:
    """Whether a quoted-printable value (vCalendar 1.0) goes on in the next line."""
    return pieces[-1].endswith(b"=") and b"QUOTED-PRINTABLE" in pieces[0][:200].upper()


def _own_lines(body: bytes, start: int, end: int) -> Iterator[bytes]:
    """The lines of the component itself, each cut at `_MAX_BYTES`, without those of components within it."""
    inner: list[bytes] = []
    at = start
    while at < end:
        stop = body.find(b"\n", at, end)
        stop = end if stop < 0 else stop
        raw = body[at : min(stop, at + _MAX_BYTES)]
        at = stop + 1
        mark = _MARK.match(raw) if raw[:8].lstrip()[:3].upper() in (b"BEG", b"END") else None
        if mark is None:
            if raw and not inner:
                yield raw
        elif mark.group(1).upper() == b"BEGIN":
            if len(inner) < _MAX_INNER:
                inner.append(mark.group(2).upper())
        elif mark.group(2).upper() in inner:
            del inner[inner.index(mark.group(2).upper()) :]


def _line(name: str, raw: bytes) -> Line:
    text = strip_controls(raw.decode("utf-8", "ignore"))
    if text.startswith(":"):
        return Line(name, {}, text[1:])
    params, value = _parameters(text)
    if name in _DATES and not value.strip()[:4].isdigit():
        params, value = _with_colon_in_zone(text, params, value)
    if params.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
        value = _quoted_printable(value, params.get("CHARSET", ""))
    return Line(name, params, value)


def _parameters(text: str) -> tuple[dict[str, str], str]:
    """Parameters and value of `;A=b;C="d":value`. Broken quotes end at the first colon after them."""
    params: dict[str, str] = {}
    at = 0
    while at < len(text) and text[at] == ";":
        match = _PARAMETER.match(text, at + 1)
        if not match:
            break
        params.setdefault(
            match.group(1).upper(), _CARET.sub(_uncaret, match.group(2).strip().replace('"', ""))
        )
        at = match.end()
    if at < len(text) and text[at] == ":":
        return params, text[at + 1 :]
    rest = text[at:]
    name, _, broken = rest.partition("=")
    if ":" in broken and name.startswith(";"):
        params.setdefault(name[1:].strip().upper(), broken.partition(":")[0].strip(' "'))
    return params, rest.partition(":")[2]


def _with_colon_in_zone(text: str, params: dict[str, str], value: str) -> tuple[dict[str, str], str]:
    """`;TZID=(UTC+01:00) Berlin:20261201T190000`: a zone's name that should have been quoted."""
    start = _date_at_the_end(text)
    if start is None:
        return params, value
    zone = _ZONE.search(text, 0, start - 1)
    return params | ({"TZID": zone.group(1).strip(' "')} if zone else {}), text[start:]


def _date_at_the_end(text: str) -> int | None:
    """Where the dates that `text` ends with begin, behind the last colon that is followed by a year or a
    duration; None where it ends otherwise."""
    first = len(text.rstrip(_DATE_SIGNS))
    colon = text.rfind(":", first)
    if colon >= 0 and _DURATION.fullmatch(text, colon + 1):
        return colon + 1
    while colon >= 0:
        if _DATE.match(text, colon + 1):
            return colon + 1
        colon = text.rfind(":", first, colon)
    return None


def _uncaret(match: patterns.Match[str]) -> str:
    """RFC 6868: `^n`, `^'` and `^^` in a parameter."""
    return {"n": "\n", "'": '"', "^": "^"}[match.group(1)]


def _quoted_printable(value: str, charset: str) -> str:
    raw = quopri.decodestring(value.replace("=\n", "").encode("utf-8"))
    for name in (charset or "utf-8", "cp1252"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("utf-8", "replace")
