"""Days that are not the event's: of a deadline, a sale, the past, or of the text itself."""

from datetime import date
from typing import Final

from pipeline import patterns
from pipeline.dates.free_text import CLOCK
from pipeline.prose.days.day import Day
from pipeline.prose.lines import MAX_LENGTH

#: Words for other days than the event's: closings, sales, the post's own day. English, German, French,
#: Spanish, Italian, Dutch, Portuguese.
_OTHERS: Final = patterns.compile(
    r"\b(?:deadline|dead line|due|apply|applications?|submissions?|submit|rsvp|regist(?:er|ration)s?|sign[- ]?ups?|early[- ]?birds?|on sale|presale|pre-sale"
    r"|sales? (?:start|begin|open|end)s?|tickets? (?:go|drop|available|sale|release)|until|till|through|thru|by|before|since|born|founded"
    r"|established|est\.?|posted"
    r"|updated?|published|last|ago|as of|released?|out (?:now|on)|album|single|ep|copyright|expires?|valid|closed|postponed from|originally"
    r"|rescheduled from|moved from|instead of"
    r"|bewerbungsschluss|anmeldeschluss|anmeldung|bewerbung|vorverkauf\w*|vvk|bis(?: zum)?|seit|vor dem|frist|stand|gegründet|geboren|verschoben vom"
    r"|jusqu(?:'|’)?(?:au|à)|avant le|depuis|inscriptions?|date limite|né(?:e)? le|hasta(?: el)?|antes del|desde(?: el)?|inscripción\w*|plazo|nacid[oa]"
    r"|fino al|entro il|iscrizioni|dal|até|inscriç\w+|uiterlijk|tot(?: en met)?|v[oó][oó]r(?! de\b)|solliciteer|inschrijv\w+"
    r"|cut-?off|(?:ent)?fällt|(?:ent)?fallen|orders?|shipping|ships|delivery|available|verfügbar|disponible|re-?opens?|réouverture|reabrimos"
    r"|reapertura|si riapre|riapriamo|heropening"
    r"|we close|schließen(?: wir)?|cerra(?:mos|remos)|fermons|chiudiamo|sluiten(?: wij)?|encerramos|fechamos"
    r"|(?:is|are|comes?|coming) out|drops|erscheint|(?:sort|paraît) le|sale el|esce il"
    r"|geschlossen|ferm[ée]e?s?|cerrad[oa]s?|chius[oi]|gesloten|encerrad[oa]s?|fechad[oa]s?|clos(?:ing|ure))\s*(?::|the|from|du|vom|von|van|del|de|do|dia|op|a|ao|le|les|el|il|den|dem|zum|on|is|am|ends?|close[sd]?|opens?|open|begins?|starts?|ist|until|till|by|at)*[\s:]*$",
    patterns.IGNORECASE,
    longest=80,
)
#: A time before the day: "Registration opens 8pm, Dec 5".
_CLOCK_LEFT: Final = patterns.compile(
    rf"[\s,]*(?:\b(?:at|um|à|a las)\s+)?(?:{CLOCK})[\s,]*(?:\bon\s+)?$", patterns.IGNORECASE, longest=80
)
#: Before a time these words mark the end of something, whose day may still be the event's: "open until 2am,
#: Sat 28 Nov".
_UNTIL: Final = patterns.compile(
    r"(?:until|till|through|thru|by|before|since|bis|seit|jusqu|avant|depuis|hasta|antes|desde|dal|fino|entro)\b",
    patterns.IGNORECASE,
    longest=80,
)
#: Words after a day on which a venue is closed: "Am 24.12. geschlossen", "Nov 26: closed".
_CLOSED_AFTER: Final = patterns.compile(
    r"[\s,:;–—-]*(?:(?:we|wir|wij|zijn|hebben|is|are|be|will|haben|bleibt|bleiben|ist|sind|the|office|library|museum|shop)\s+){0,4}(?:closed"
    r"|nur (?:bis|von) .{1,20}geöffnet|geschlossen|zu\b|ruhetag"
    r"|sind wir wieder|schließen wir|sluiten wij|cerramos|fermons|we close|fermée?s?"
    r"|cerrad[oa]s?|chius[oi]|gesloten|encerrad[oa]s?|fechad[oa]s?)(?![^\W_]|\s+(?:beta|group|session|door|meeting))",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: "dal 4 al 6 dicembre": the beginning of a span.
_FROM: Final = patterns.compile(r"(?:dal|desde)\b", patterns.IGNORECASE, longest=80)
#: "Der Vorverkauf für unser Konzert startet am".
_SALE: Final = patterns.compile(
    r"\b(?:vorverkauf|pre-?sales?|prévente|preventa|prevendita|voorverkoop|ticket sales?)\b.{0,70}"
    r"\b(?:start\w*|begin\w*|opens?|empieza|inizia|démarre)(?: (?:am|on|ab|le|el))?\s*$",
    patterns.IGNORECASE,
    longest=80,
)
#: Verbs in the past tense before "Thursday".
_PAST: Final = patterns.compile(
    r"(?<![^\W_])(?:(?:ha|hanno|abbiamo) \w+(?:ato|uto|ito)|an? \w+é|avons \w+é"
    r"|terminó|ganó|celebró|inauguró|terminou|inaugurou|wurden?|fand|feierten?)(?![^\W_])"
    r"|\b(?:welcomed|was|were|met|held|took|won|said|celebrated|attended|raised|beat|lost|ended|performed|visited|gathered|enjoyed|died|happened|reported)\b",
    patterns.IGNORECASE,
    longest=80,
)
#: "Am Mittwoch wurde": verbs after a past day, and the original day of a rescheduled event.
_PAST_AFTER: Final = patterns.compile(
    r"\s*(?:wurden?|war|waren|fand|gab es|feierten?|kamen)\b", patterns.IGNORECASE, longest=MAX_LENGTH
)
_MOVED: Final = patterns.compile(
    r"[\s,]*(?:(?:has|have) been|was|were|is|are|wird|wurde|est|sera)\s+(?:now )?"
    r"(?:postponed|moved|rescheduled|verschoben|verlegt|reportée?)",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_HISTORY: Final = patterns.compile(
    r"\b(?:born|since|back in|was held|took place|fand statt|a eu lieu|tuvo lugar)\b",
    patterns.IGNORECASE,
    longest=80,
)
#: Separators between a day and the words before it.
_STOP: Final = patterns.compile(r"(?:(?<!\d)\.|[!?;|•])\s", longest=200)
#: The dateline of a news agency or paper: "DENVER, June 9 (UPI) --".
_DATELINE: Final = patterns.compile(r"^\s*(?:\([^()]{2,20}\)\s*)?(?:[-–—]{1,2})\s", longest=80)


def is_other(line: str, day: Day) -> bool:
    """Whether the words before a day assign it to something else than the event."""
    before = _STOP.split(line[max(0, day.start - 200) : day.start])[-1][-80:]
    found = _OTHERS.search(before)
    if _SALE.search(before) or _MOVED.match(line, day.stop):
        return True
    if not day.dated and (_PAST.search(before) or _PAST_AFTER.match(line, day.stop)):
        return True
    if (
        (found and not (day.last and _FROM.match(found.group())))
        or _HISTORY.search(before)
        or _CLOSED_AFTER.match(line, day.stop)
    ):
        return True
    deadline = _OTHERS.search(_CLOCK_LEFT.sub("", before))
    return deadline is not None and not _UNTIL.match(deadline.group())


def is_dateline(line: str, day: Day, written: date) -> bool:
    """Whether a day at the beginning of a line is that of the writing (a news agency's dateline)."""
    return (
        day.start <= 40
        and abs((day.first - written).days) <= 1
        and bool(_DATELINE.match(line[day.stop : day.stop + 80]))
        and len(line) > day.stop + 80
    )
