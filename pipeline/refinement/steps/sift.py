"""Step: drop listings that are no events.

Parking, extras to a ticket, vouchers, job offers, reports of past events, closures and placeholders are
dropped, each with its reason. The record is kept as a staged drop, so that a moderator can inspect it.
"""

from typing import Any, Final

from pipeline import patterns
from pipeline.characters import unescape
from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.frozen import replace
from pipeline.refinement.no_events import no_event

#: Only so many characters of a title, and of the beginning of a text, are read.
MAX_TITLE: Final = 300
MAX_TEXT: Final = 600
#: Both together.
_MAX_WORDS: Final = MAX_TITLE + MAX_TEXT + 1
#: A longer text is more than the notice of a closure.
MAX_SHUT: Final = 120
#: From this confidence on, a day in prose is certainly in the future, whatever else the text says.
SURE: Final = 0.75

_TAG: Final = patterns.compile(r"<[^<>]{0,2000}>", longest=4 * MAX_TEXT)
_REPORT: Final = patterns.compile(
    r"\bthank(?:s| you)(?: so much)?(?: to)?(?: all| each)? (?:everyone|everybody|all|those|all of you|of you) (?:who|that) (?:came"
    r"|attended|joined|turned|made|showed)"
    r"|\b(?:thanks|thank you)(?: all| everyone)? for (?:coming|joining|attending)|\bwhat an? (?:\w+ )?(?:night|evening|weekend|day|show|party|crowd)\b"
    r"|\blast (?:night|weekend|week)(?:['’]s)?\b[^.!?]{0,60}\bwas\b|\bdanke an alle,? die\b|\bschön war['’]?s\b|\bmerci à (?:tous"
    r"|toutes)\b[^.!?]{0,60}\b(?:venus?|venues|présents)\b"
    r"|\bgracias a (?:todos|todas)\b[^.!?]{0,60}\b(?:vinieron|asistieron|vinisteis|acompañaron)\b|\bgrazie a tutti\b[^.!?]{0,60}\b(?:venuti|partecipato)\b",
    patterns.IGNORECASE,
    longest=_MAX_WORDS,
)
_HIRING: Final = patterns.compile(
    r"\b(?:we(?:['’]re| are) (?:currently |now )?(?:hiring|looking (?:for|to hire) (?:a|an|new|experienced) [^.!?]{0,40}(?:to join"
    r"|server|barista|bartender|chef|cook|manager|intern|assistant))|now hiring|send (?:us )?your (?:cv|resume|résumé)"
    r"|wir suchen (?:ab sofort|verstärkung|mitarbeiter|aushilfen?)|bewirb dich|deine bewerbung|nous recrutons|on recrute"
    r"|envoyez votre cv|estamos contratando|envía tu cv|buscamos personal"
    r"|hiring alert|walk-?in interviews?|(?:baristas?|servers?|cooks?|chefs?|bartenders?|waiters?|drivers?|staff) (?:wanted|needed)"
    r"|vacature|solliciteer|cercasi|inviare (?:il )?(?:cv|curriculum)|invia(?:ci)? il tuo (?:cv|curriculum)|estamos a contratar"
    r"|envi[ae] o (?:teu|seu) (?:cv|currículo))(?![^\W_])",
    patterns.IGNORECASE,
    longest=_MAX_WORDS,
)
#: A description that is only that: "Office closed", beside the title "Administrative Day".
_SHUT: Final = patterns.compile(
    r"\s*(?:(?:the|our|all) )?(?:\w+ )?(?:offices?|library|libraries|museum|building|school|schools|campus|center|centre|clinic"
    r"|shop|store|gallery|city hall|town hall|we) (?:is |are |will be )?closed(?: today| all day| for (?:the |this )?(?:holiday|day)s?)?[\s.!]*$",
    patterns.IGNORECASE,
    longest=MAX_SHUT,
)
_FAIR: Final = patterns.compile(
    r"\b(?:fair|hiring event|open day|info session|job ?dating|messe|salon|feria|forum|workshop)\b",
    patterns.IGNORECASE,
    longest=_MAX_WORDS,
)


def sift(drafts: list[Draft], context: SourceContext, lookups: Any) -> list[Draft]:
    """Drop what is no event: by its title for every source, for prose also by its text.

    Reasons begin with "not an event: ".
    """
    return [draft if draft.dropped else _sifted(draft) for draft in drafts]


def _sifted(draft: Draft) -> Draft:
    raw = draft.raw
    title = " ".join(unescape(raw.title[:MAX_TITLE]).split())
    is_bare = not (
        raw.description.strip() or raw.venue.name or raw.venue.address or raw.price_text or raw.ticket_url
    )
    reason, words = no_event(title, is_bare=is_bare)
    if (
        not reason
        and raw.description
        and not (raw.venue.name or raw.venue.address)
        and len(raw.description) <= MAX_SHUT
    ):
        shut = _SHUT.match(_TAG.sub(" ", raw.description))
        reason, words = ("not an event: closure", shut.group()) if shut else ("", "")
    if not reason and raw.method in (ExtractionMethod.TEXT, ExtractionMethod.AI):
        reason, words = _by_text(draft, title)
    return (
        replace(draft, dropped=reason, notes=(*draft.notes, f"left out for “{words[:100]}”"))
        if reason
        else draft
    )


def _by_text(draft: Draft, title: str) -> tuple[str, str]:
    """The reason to drop a post that looks back, or offers work, and has no certain future day."""
    text = f"{title}\n{unescape(_TAG.sub(' ', draft.raw.description[: 4 * MAX_TEXT]))[:MAX_TEXT]}"
    hiring = _HIRING.search(text)
    if hiring and not _FAIR.search(text):
        return "not an event: hiring", hiring.group()
    believed = draft.raw.metadata.get("start_confidence")
    report = _REPORT.search(text)
    if report and not (isinstance(believed, int | float) and believed >= SURE):
        return "not an event: past report", report.group()
    return "", ""
