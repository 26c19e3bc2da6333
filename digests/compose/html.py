"""The HTML of mails: MJML, compiled once a language, into which words are put.

MJML becomes tables that every mail program understands, with its styles inline (mrml). Compiling needs some milliseconds, so
a frame is compiled with marks in its slots and cut there; a mail is then joined from pieces. What an event looks like is the
same for all who get it in one language, so its rows are kept too.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import mrml
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from digests.compose.content import OFF_STATES, Entry
from digests.compose.words import labels_of
from languages.reading import current_code
from pipeline.text.sanitize.mending import without_controls

_MARK: Final = "@@"
#: Rows of events that are kept, as HTML some 2 kB each, and as text.
MOST_KEPT: Final = 2_000
#: Lines of a mail end here: none may have more than 998 octets (RFC 5322, 2.1.1).
_ENDS: Final = ("</tr>", "</div>", "</style>", "<![endif]-->", "</span>", "</h1>", "</p>", "<tbody>", "<br>")


#: In a table a mark must be a row.
_IN_TABLE: Final = "<tr><td>%s</td></tr>"


#: Without fonts: mrml would ask Google for those that it knows by name.
_OPTIONS: Final = mrml.RenderOptions(fonts={})


class _Slots:
    """The slots of a template: `{{ slot.name }}` leaves a mark."""

    def __getitem__(self, name: str) -> SafeString:
        mark = f"{_MARK}{name}{_MARK}"
        return mark_safe(_IN_TABLE % mark if name == "entries" else mark)  # noqa: S308 (a name of ours)


def page(bodies: Sequence[tuple[str, Mapping[str, str]]], around: Mapping[str, str]) -> str:
    """The HTML of a mail in the active language: the frame with these bodies (name of the template, its words).

    Words are escaped unless they are safe.
    """
    before, after = page_around(bodies, around)
    return f"{before}{conditional_escape(around['foot'])}{after}"


def page_around(
    bodies: Sequence[tuple[str, Mapping[str, str]]], around: Mapping[str, str]
) -> tuple[str, str]:
    """The same before and after its foot."""
    language = current_code()
    head, foot = _frame(language)
    parts = [_filled(head, around), *(_filled(_body(name, language), own) for name, own in bodies)]
    number = foot.index("foot", 1)
    return "".join([*parts, _filled(foot[:number], around)]), _filled(foot[number + 1 :], around)


def rows(entries: Sequence[Entry]) -> SafeString:
    """The rows of a part."""
    return mark_safe("".join(_row(entry) for entry in entries))  # noqa: S308 (rendered by templates)


def paragraphs(*lines: str, kind: str = "p") -> SafeString:
    """Each line as a paragraph; lines may be safe HTML."""
    opening = _opening("p", kind)
    return format_html_join("", "{}{}</p>\n", ((opening, line) for line in lines if line))


def link(address: str, words: str) -> SafeString:
    """A link in the colour of links."""
    opening = _opening("a", "link").replace("<a ", '<a href="{}" ', 1)
    return format_html(opening + "{}</a>", address, words)


@lru_cache(maxsize=16)
def _opening(tag: str, kind: str) -> SafeString:
    """The opening tag of an element with this class, and the style of the class."""
    source = f'<mj-section><mj-column><mj-text><{tag} class="{kind}">{_MARK}</{tag}></mj-text></mj-column></mj-section>'
    before = _inside(source).split(_MARK)[0]
    return mark_safe(before[before.rindex(f"<{tag} ") :])  # noqa: S308 (a template of ours)


def _row(entry: Entry) -> str:
    """The rows of one event in the active language, with their styles. What is for one reader is not kept."""
    return _styled_row(entry) if entry.because else _row_in(current_code(), entry)


@lru_cache(maxsize=MOST_KEPT)
def _row_in(_language: str, entry: Entry) -> str:
    return _styled_row(entry)


def _styled_row(entry: Entry) -> str:
    shown = {"entry": entry, "labels": labels_of(entry), "hard": OFF_STATES}
    # mrml reads no control characters
    return _styled_rows(without_controls(render_to_string("digests/mail/entry.html", shown)))


def _styled_rows(written: str) -> str:
    """Rows of a table, their classes made styles."""
    source, before, after = _around_rows(current_code())
    full = _inside(source.replace(_Slots()["entries"], written))
    return full[before : len(full) - after]


@lru_cache(maxsize=32)
def _around_rows(_language: str) -> tuple[str, int, int]:
    """The source of a part, and how many characters stand before and after its rows once it is compiled."""
    source = render_to_string("digests/mail/part.mjml", {"slot": _Slots()})
    before, after = _inside(source).split(_Slots()["entries"])
    return source, len(before), len(after)


@lru_cache(maxsize=32)
def _frame(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    head, foot = _around(language)
    return tuple(head.split(_MARK)), tuple(foot.split(_MARK))


@lru_cache(maxsize=32)
def _around(_language: str) -> tuple[str, str]:
    """The frame before and after its body."""
    head, foot = _document(f"<mj-raw>{_MARK}body{_MARK}</mj-raw>").split(f"{_MARK}body{_MARK}")
    return head, foot


@lru_cache(maxsize=64)
def _body(name: str, _language: str) -> tuple[str, ...]:
    source = render_to_string(f"digests/mail/{name}.mjml", {"slot": _Slots()})
    return tuple(_inside(source).replace(_Slots()["entries"], f"{_MARK}entries{_MARK}").split(_MARK))


def _inside(body: str) -> str:
    """What a body becomes inside of the frame."""
    head, foot = _around(current_code())
    document = _document(body)
    return document[len(head) : len(document) - len(foot)]


def _document(body: str) -> str:
    made: str = mrml.to_html(
        _source(current_code()).replace(f"{_MARK}body{_MARK}", body), render_options=_OPTIONS
    ).content
    for end in _ENDS:
        made = made.replace(end, f"{end}\n")
    return made


@lru_cache(maxsize=32)
def _source(_language: str) -> str:
    """The frame as MJML, with a mark for its body."""
    return render_to_string("digests/mail/frame.mjml", {"slot": _Slots()})


def _filled(pieces: Sequence[str], values: Mapping[str, str]) -> str:
    """Pieces and, between them, names of slots: with the words of the slots, escaped unless they are safe."""
    return "".join(
        conditional_escape(values[piece]) if number % 2 else piece for number, piece in enumerate(pieces)
    )
