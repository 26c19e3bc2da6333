"""Whether a record is visited at any time (an exhibition, a market) or has a seat or a beginning."""

from enum import Enum
from typing import Final

from pipeline import patterns
from pipeline.contract.raw import RawRecord
from pipeline.text.folding import fold


class Visit(Enum):
    """The kind of a record.

    NAMED: its title names an exhibition or market; LABELLED: the source's labels do. NEVER: it is a
    performance, lesson, tour or meal. OPEN: unknown.
    """

    NAMED = "named"
    LABELLED = "labelled"
    OPEN = "open"
    NEVER = "never"


_NAMED: Final = patterns.compile(
    r"\b(?:exhibit(?:ion|s|ions)?|exhibici\w*|exposi\w+|mostra|ausstellung\w*|\w+ausstellung|tentoonstelling|udstilling|utstallning|installations?"
    r"|gallery|galerie|museums?|musee|museo|retrospective|on (?:view|display)|permanent collection|biennale|triennale"
    r"|christmas market|holiday market|\w*weihnachtsm\w+|christkindl\w*|marche de noel|mercad\w+ de navidad|mercatin\w+ di natale|winter (?:wonderland|village)"
    r"|ice rink|ice skating|eislaufen|eisbahn|patinoire|(?:light|lantern) (?:trail|festival|show)|illuminations|lichterfest|corn maze|pumpkin patch"
    r"|botanical garden|botanic garden|zoo|aquarium|open studios?|pop-?up (?:shop|store|museum))\b",
    longest=500,
)
_NEVER: Final = patterns.compile(
    r"\b(?:concerts?|konzert\w*|concierto|live music|gigs?|dj|theat(?:re|er)|teatro|plays?|musicals?|opera|ballet|dance|comedy|stand-?up|improv|cabaret"
    r"|burlesque|circus|cirque|zirkus|shows?|performances?|performing|spectacle|films?|movies?|screenings?|cinema|kino|imax|planetarium|reading|lesung"
    r"|class(?:es)?|workshops?|ateliers?|talleres|taller|courses?|kurs\w*|lessons?|yoga|pilates|fitness|zumba|camps?|training|lectures?|talks?|vortrag"
    r"|tours?|fuhrung\w*|visites? guidees?|visitas? guiadas?|walks?|cruises?|brunch|dinner|lunch|happy hour|buffet|tasting|story ?times?|meet-?ups?|meetings?"
    r"|conferences?|seminars?|webinars?|mass|worship|prayers?|services?|match|game|quiz|trivia|karaoke|bingo|retreat|appointments?|registration|deadline"
    r"|opening (?:night|reception)|vernissage|finissage|reception|auditions?|rehearsals?)\b",
    longest=500,
)
#: Labels that do not count beside a title that names a visit (an ice rink is listed under sports), but do
#: where the title is open.
_TAKEN_PART_IN: Final = patterns.compile(
    r"\b(?:sports?|deportes?|part(?:y|ies)|nightlife|education|learning|career|volunteer\w*)\b", longest=500
)
_LIGHT_SHOW: Final = patterns.compile(r"\blight show\b", longest=500)


def visit_of(record: RawRecord) -> Visit:
    """The kind by the title, else by the source's labels.

    A museum's name does not count: it has lessons and concerts too. In a title, words for NEVER outweigh the
    others: 'Exhibition tour' and 'Museum yoga' are a tour and a lesson.
    """
    title = _LIGHT_SHOW.sub("light trail", fold(record.title[:300]))
    if _NEVER.search(title):
        return Visit.NEVER
    if _NAMED.search(title):
        return Visit.NAMED
    labels = fold(" | ".join((*record.categories, *record.tags))[:500])
    if _NAMED.search(labels):
        return Visit.LABELLED
    return Visit.NEVER if _NEVER.search(labels) or _TAKEN_PART_IN.search(labels) else Visit.OPEN
