"""Finds the title of an entry, and who is on tour."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pipeline import patterns
from pipeline.contract.prose import Prose
from pipeline.dates.free_text import day_names, languages_of
from pipeline.geography.gazetteer import Gazetteer
from pipeline.prose.entries import Entry, above
from pipeline.prose.lines import MAX_LENGTH
from pipeline.prose.places import Place, place_in
from pipeline.prose.rows import Row
from pipeline.prose.sentences import is_over_many, quoted_in, reads_as_sentence, who_announces
from pipeline.prose.titles import has_words, headline_of, is_call, is_labelled, labelled, pieces_of, tidied
from pipeline.text.folding import fold_name

#: Confidence in a substitute for a missing title: the author's name, a hashtag, a sentence.
GUESSED: Final = 0.3
#: How many lines of one event are searched for a name in quotation marks.
MAX_QUOTED: Final = 4
#: How many lines before the one with the day are first searched for its title.
MAX_BEFORE: Final = 4
_TOUR: Final = patterns.compile(
    r"\b(?:tour|tournee|tournée|gira|on the road|live dates|tour dates|dates)\b",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_AT: Final = patterns.compile(
    r"(?:at|@|in|im|bei|beim|chez|en|au|à|nel|presso)\s+(?:the\s+)?[A-ZÄÖÜÀ-Þ][^.!?]{1,50}(?:[.!?]|$)",
    longest=MAX_LENGTH,
)
_TAGS: Final = patterns.compile(r"^(?:#\w++\s*+)++", longest=MAX_LENGTH)
_JOINED: Final = patterns.compile(r"(?<=[a-z])(?=[A-Z])", longest=MAX_LENGTH)
#: "Die Bibliothek ist": the rest of a sentence that contained the day.
_UNFINISHED: Final = patterns.compile(
    r"(?<![^\W_])(?:ist|sind|wird|werden|est|sont|sera|è|sono|zijn|será|é)$", longest=MAX_LENGTH
)
#: "Next" before or after a weekday, folded by `fold_name`.
_NEXT: Final = frozenset(
    {
        "next",
        "prochain",
        "prochaine",
        "proximo",
        "proxima",
        "nachsten",
        "nachster",
        "kommenden",
        "prossimo",
        "prossima",
    }
)


def title_of(
    entry: Entry, prose: Prose, head: Sequence[Row], place: Place | None, *, gazetteer: Gazetteer
) -> tuple[str, float, str]:
    """The title, the confidence, and its words; '' where an item of a list has none.

    A labelled title, an article's headline, the first piece that is neither call nor running text, a name in
    quotation marks, or the author, in this order.
    """
    rows = [*entry.rows, *entry.details]
    for row in rows:
        if title := labelled(row.bare):
            return title, 0.8, row.line.text
    if not entry.listed:
        for row in head:
            if not is_over_many(row.line.text) and (title := headline_of(row.bare)):
                return title, 0.75, row.line.text
        rows = [*(row for row in entry.details if _before(row, entry)), *entry.rows, *entry.details]
    names = day_names(languages_of(prose.language))
    found: list[tuple[str, Row]] = []
    told = (
        (title, one)
        for one in rows
        for title in _pieces(one, place, gazetteer=gazetteer)
        if not _is_of_days(title, names)
    )
    for title, row in told:
        if not (
            reads_as_sentence(title) or is_labelled(row.line.text) or (is_over_many(title) and not row.days)
        ):
            return title, 0.65 if entry.listed else 0.6, row.line.text
        found.append((title, row))
    for row in rows[:MAX_QUOTED]:
        if name := quoted_in(row.line.text):
            return name, 0.5, row.line.text
    if prose.title and not entry.listed:
        return " ".join(prose.title.split()), GUESSED if is_over_many(prose.title) else 0.5, prose.title
    if prose.author:
        return prose.author, GUESSED, prose.author
    if entry.listed:
        return "", 0.0, ""
    if name := _tagged(rows):
        return name, GUESSED, name
    return (found[0][0], GUESSED, found[0][1].line.text) if found else ("", 0.0, "")


def tour_title(head: Sequence[Row], rows: Sequence[Row], entries: Sequence[Entry]) -> str:
    """The name of a tour above its list of dates: the announcing artist, the headline, or the lines before.

    '' where it is no tour.
    """
    over = above(head, rows, entries)
    if not any(_TOUR.search(row.line.text) for row in over):
        return ""
    for row in over:
        if who := who_announces(row.line.text):
            return tidied(who, None) or who
    titles = (
        title
        for row in over
        for piece in pieces_of(row.bare)
        if not is_call(piece) and (title := tidied(piece, None))
    )
    return next((title for title in titles if not reads_as_sentence(title)), "")


def _pieces(row: Row, place: Place | None, *, gazetteer: Gazetteer) -> Iterator[str]:
    """The pieces of a line that may be a title: neither calls, nor its place."""
    for piece in pieces_of(row.bare):
        if (
            place is not None
            and place.words
            and (after := piece.lstrip("@ ").removeprefix(f"{place.words}:")) != piece.lstrip("@ ")
        ):
            piece = after.strip()  # "@ Blue Hall: Quiet Trio"
        if (
            _UNFINISHED.search(piece)
            or is_call(piece)
            or (place is not None and piece.startswith(place.words) and place.words)
            or _AT.match(piece)
        ):
            continue
        if title := tidied(piece, place or place_in(piece, gazetteer=gazetteer)):
            yield title


def _is_of_days(words: str, names: Mapping[str, int]) -> bool:
    """Whether the words are only months, weekdays, numbers and "next": "August 2026", "samedi prochain"."""
    return all(word in names or word.isdigit() or word in _NEXT for word in fold_name(words).split())


def _tagged(rows: Sequence[Row]) -> str:
    """The last hashtag before the first other words, as words: "#JazzNight" is "Jazz Night"."""
    found = next((match for row in rows if row.days and (match := _TAGS.match(row.line.text))), None)
    name = found.group().split("#")[-1].strip() if found else ""
    return _JOINED.sub(" ", name.replace("_", " ")) if has_words(name) else ""


def _before(row: Row, entry: Entry) -> bool:
    return row in entry.details[: min(entry.before, MAX_BEFORE)] and not row.days
