"""Finds places in a line.

After a label or "@", after "at" and similar words, town and hall in a list of dates.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline import patterns
from pipeline.geography.fixture import fixture_gazetteer
from pipeline.geography.gazetteer import Gazetteer
from pipeline.prose.lines import MAX_LENGTH
from pipeline.prose.sentences import reads_as_sentence
from pipeline.text.folding import fold_name

MAX_NAME: Final = 100
#: At most so many words of a place between commas.
MAX_PART: Final = 6

_LABEL: Final = patterns.compile(
    r"(?:^|[|¦.;,]\s*)(?:venue|where|location|place|address|ort|wo|lieu|où|dónde|donde|lugar|dove|luogo|waar|locatie|local|स्थान|कहाँ|ಸ್ಥಳ|장소"
    r"|위치|場所|地點|地点)(?:\s{0,3}[^\x00-\x7f:：]{1,8})?\s{0,3}[:：]\s{0,3}(?P<place>[^|¦\n]{2,160})",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_AT_SIGN: Final = patterns.compile(r"(?:^|\s)@\s?(?P<place>[^\s@|¦][^@|¦\n]{1,120})", longest=MAX_LENGTH)
#: A preposition of place, then a capitalized name.
_NAME: Final = r"(?:(?:the|The|de|des|du|la|le|los|las|der|die|das|dem|den|il|lo)\s+)?[A-Z0-9ÄÖÜÀ-ÞİŁ\u0900-\u0cff][^|¦\n,;()!?]{1,80}"
#: Kinds of venues that precede their names, in languages whose "in" needs no article.
_KIND_FIRST: Final = (
    r"(?:Bar|Caf[eé]|Casa|Club|Sala|Teatro|Tasca|Jardim|Mercado|Praça|Largo|Igreja|Museu|Salão|Auditório|Centro|Parque|Plaza|Piazza|Palazzo|Galleria|Biblioteca|Livraria"
    r"|Libreria|Chiesa|Schouwburg|Theater)\b"
)
_AT: Final = patterns.compile(
    rf"(?:^|[\s,(])(?:(?i:at|in the|im|in der|in den|in die|in das|ins|beim|bei|auf dem|auf der|chez|à la|au|aux|en el|en la|presso|al|alla|nel|nella|bij"
    rf"|op het|op de|in het|in de|live in)\s+|(?:in|en|na|no|em)\s+(?={_KIND_FIRST})"
    rf"|(?i:à l['’]))(?P<place>{_NAME}"
    rf"|(?:cinéma|théâtre|salle|église|café|bar|médiathèque|bibliothèque|musée|parc|gymnase|chapelle|librairie)\s[A-ZÀ-Þ][^|¦\n,;()!?]{{1,60}})",
    longest=MAX_LENGTH,
)
_NOUNS: Final = patterns.compile(
    r"(?:\b(?:theat(?:er|re)|hall|club|bar|pub|caf[eé]|museum|gallery|galerie|church|kirche|centre|center|zentrum|park|garden|garten|library"
    r"|bibliothek|school|stadium|arena"
    r"|studio|lounge|room|house|haus|saal|halle|keller|scheune|schloss|hotel|brewery|tavern|ballroom|auditorium|plaza|square|platz|market|markt"
    r"|amphitheat\w+|chapel|temple|cathedral"
    r"|taproom|warehouse|winery|cinema|kino|teatro|sala|iglesia|plaza|parque|museo|biblioteca|salle|théâtre|église|musée|jardin|maison|centro"
    r"|castello|piazza|palace|palais|palacio"
    r"|inn|cellar|rooftop|lawn|pavilion|field|farm|ground|grounds|mall|campus|university|college|street|road|avenue|st|ave|rd|blvd|community"
    r"|academy|institute|conservatory|synagogue|legion|lodge|barn|loft|pier|wharf|records|books|bookshop|kitchen|grill"
    r"|samaja|sabha|mandir|bhavan|buchhandlung|bücherei|marktplatz|parkplatz|gutshof|schulhof|rathaus|gemeindehaus|cinéma|médiathèque|bibliothèque|mairie|gymnase"
    r"|chapelle|librairie|place|halles|estadio|pabellón|paseo|casa|librer[ií]a|livraria|hut|planetarium|heim|atelier|filmoteca|aula|circolo|chiesa|parco|palazzo|arci|kerk|zaal|schouwburg|plein|dorpsplein|tasca|jardim|mercado"
    r"|praça|largo|igreja|museu|salão|auditório)\b"
    r"|\w{3,}(?:haus|halle|saal|theater|kirche|platz|garten|museum|zentrum|keller|club|kneipe|straße|strasse|markt|park|schloss|bühne|fabrik|werk|hof))",
    patterns.IGNORECASE,
    longest=MAX_NAME,
)
#: A sentence, a price, an age: never a place, whatever venue it names.
_NO_NAME: Final = patterns.compile(
    r"^(?:then|and|or|with|ages?|tickets?|online|doors?|free|onwards?|live$|only|for|by|from|all|come|join|enjoy|meet)\b|\b(?:rs\.?|inr)\s?\d|[$€£₹]\s?\d|\d\s?(?:€|euros?\b)|[!?]\s|(?<!\bSt)(?<!\bMt)(?<!\bDr)(?<!\b[A-Z])\.\s+[A-Z]",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: A kind of venue alone, which the text has named before.
_BARE_KIND: Final = patterns.compile(r"^(?:the\s+)?[^\W\d]+$", patterns.IGNORECASE, longest=MAX_NAME)
_INSIDE: Final = patterns.compile(
    r"(?:in the|im|in der|in den|in die|in das|ins|en el|en la|nel|nella|op het|op de|in het|in de|in|en|na|no|nos|em)\s",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_STREET: Final = patterns.compile(
    r"\b\d{1,5}\s+[A-Z][a-z]+|\b\w+(?:straße|strasse|str\.)\s*\d+|\b(?:rue|calle|via|avenida)\s",
    patterns.IGNORECASE,
    longest=MAX_NAME,
)
_REGION: Final = patterns.compile(
    r"^(?P<town>[A-ZÄÖÜÀ-Þ][^,|¦\d]{1,40}),\s*(?P<region>[A-Z]{2,3}|[A-Z]\.[A-Z]\.|[A-Z][a-z]+(?: [A-Z][a-z]+)?)(?![^\W_])[.\s,:|¦–—-]*(?P<rest>.*)$",
    longest=MAX_LENGTH,
)
_ADDRESSED: Final = patterns.compile(
    r"(?P<name>[A-ZÄÖÜÀ-Þ][^,|¦\d]{2,60}), (?:\d{1,5}[a-z]? [A-Z][a-z]|[A-ZÄÖÜ][\w-]+(?:straße|strasse|str\.|weg|platz) \d)",
    longest=MAX_LENGTH,
)
_PARTS: Final = patterns.compile(r"(?<=[^\W\d_]{3}[.!])\s+|[,;]\s+", longest=MAX_LENGTH)
_WRITTEN_AS_NAME: Final = patterns.compile(
    r"[A-ZÄÖÜÀ-Þ]|(?:place|salle|cinéma|théâtre|église|parc|musée) ", longest=MAX_LENGTH
)
#: Words before a place that are not part of its name.
LEADS: Final = patterns.compile(
    r"^(?:in|at|im|in der|in den|en el|en la|en|à la|à l['’]|au|aux|nel|nella|al|alla|no|na|op het|op de|in de|in het)\s+(?=\S)",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_END: Final = patterns.compile(
    r":\s.*|\s(?:jusqu|bis\s|until\s|hasta\s).*|\.{3}.*|\s@[a-z][\w.]*.*|\s(?:[-–—•]\s.*|on\s+(?:the|this|next)\b.*|from\s+\d.*|with\s.*|mit\s.*|aus\s.*|avec\s.*|con\s.*"
    r"|contra\s.*|ein$|for\s(?:a|an|our|the|more)\b.*|for\s[“„\"«].*|dès\b.*|à partir\b.*|a partir\b.*|to\s(?:see|hear"
    r"|celebrate|support)\b.*|and\s(?:enjoy|join|get)\b.*)$",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: "jazz_club", "@bluenote": names in the form of social networks.
_HANDLE: Final = patterns.compile(r"[a-z\d_][\w.]*(?=$|\W)|\w*[_.]\w", longest=MAX_LENGTH)
_HANDLE_FIRST: Final = patterns.compile(r"^(?:the\s+)?@(\w+).*$", longest=MAX_LENGTH)
_DOTS: Final = patterns.compile(r"[._]+", longest=MAX_LENGTH)
#: Separators between the stops of a tour and their halls.
_STOPS: Final = patterns.compile(
    r"(?<!\s)\s++(?:[-–—|@¦/]++\s++|at\s++)|(?:(?<!\s)\s++)?+[|¦@]\s*+", longest=MAX_LENGTH
)
_BRACKETED: Final = patterns.compile(r"([^()]{2,60}?)\s*+\(([^()]{6,80})\)?$", longest=MAX_LENGTH)
_SENTENCE: Final = patterns.compile(r"(?<=[\w)]{3})[.!?](?:\s|$).*$", patterns.DOTALL, longest=MAX_LENGTH)
#: Words after "at" that are no place by themselves.
_NO_PLACE: Final = patterns.compile(
    r"(?:the )?(?:doors?|night|dusk|dawn|sunset|sunrise|midday|noon|midnight|weekend|christmas|easter|halloween|hearts?|end|same time|time|least|home|work"
    r"|all|first|last"
    r"|link|bio|address|venue|location|event|front|bar|moment|once|risk|top|bottom|menu|price|programme?|concert|monde|plaisir|lieu"
    r"|(?:entry |admission )?free(?: entry| admission)?|gratis|kostenlos|gratuit|onwards?|live|tonight|entry|admission|tickets?|various(?: venues| locations)?"
    r"|tb[acd]|to be (?:announced|confirmed|decided)|(?:rs\.?|inr|[$€£₹])\s?\d.*|\d+\s?(?:€|euros?\b).*)\W*",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: Beginnings of times and occasions: "at 7 pm", "im Dezember", "im Rahmen von".
_NO_START: Final = patterns.compile(
    r"(?:\d{1,2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?|uhr|h)?(?:\W|$)|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march\b|april|may\b|june|july|august"
    r"|september|october|november|december|januar|februar|märz|mai\b|juni|juli|oktober|dezember|(?:jahr|rahmen|anschluss|sommer|winter|frühling|herbst)\w*)",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A place in a line.

    Its name, town and address where given, its words, the confidence (0 to 1), and its position in the line.
    """

    name: str
    city: str = ""
    address: str = ""
    words: str = ""
    confidence: float = 0.5
    start: int = 0


def place_in(line: str, *, gazetteer: Gazetteer) -> Place | None:
    """The place that a line names; None where none is certain enough."""
    labelled = _LABEL.search(line)
    if labelled:
        return _built(labelled["place"], 0.8, labelled.start(), gazetteer)
    signed = _AT_SIGN.search(line)
    if signed:
        handle = _HANDLE.match(signed["place"]) and line[signed.start("place") - 1] == "@"
        if not handle:
            return _built(signed["place"], 0.7, signed.start(), gazetteer)
    found = [place for match in _AT.finditer(line) if (place := _after_at(match, gazetteer)) is not None]
    if found:
        return max(found, key=lambda place: place.confidence)
    return _handle(signed["place"].split()[0], signed.start()) if signed else None


def addressed(line: str) -> Place | None:
    """The place of a line that consists of it and its address: "The Old Mill, 44 River Rd"."""
    found = _ADDRESSED.match(line)
    return (
        Place(name=found["name"], address=line[:200], words=line[:200], confidence=0.66)
        if found and not _NO_NAME.search(line)
        else None
    )


def place_among(words: str, *, gazetteer: Gazetteer) -> str:
    """The first of the parts between commas and periods that names a place by itself, else ''.

    The hall of ", Village Hall. All welcome".
    """
    parts = (part.strip(" ,.;:|–—-()") for part in _PARTS.split(words))
    return next(
        (
            part
            for part in parts
            if 1 < len(part.split()) <= MAX_PART
            and _WRITTEN_AS_NAME.match(part)
            and looks_like_place(part, gazetteer=gazetteer)
        ),
        "",
    )


def looks_like_place(words: str, *, gazetteer: Gazetteer) -> bool:
    """Whether a piece of a list names a place by itself: a kind of hall, a street, a known town."""
    if len(words) > MAX_NAME or _NO_NAME.search(words) or reads_as_sentence(words):
        return False
    return (
        bool(_NOUNS.search(words)) or bool(_STREET.search(words)) or gazetteer.city_named(words) is not None
    )


def is_labelled_place(line: str) -> bool:
    """Whether a line begins with a place's label: "Venue: …"."""
    return bool(_LABEL.match(line))


def names_place(line: str) -> bool:
    """Whether a line contains a place's label."""
    return bool(_LABEL.search(line))


def is_no_name(words: str) -> bool:
    """Whether words in the position of a place are a sentence, a price, an age."""
    return bool(_NO_NAME.search(words)) or reads_as_sentence(words)


def tour_stop(words: str, *, gazetteer: Gazetteer) -> Place | None:
    """ "Chicago, IL – Metro" or "Berlin, Lido": town and hall, as bands list their dates.

    None for anything else.
    """
    parts = [part.strip(" ,:") for part in _STOPS.split(words) if part.strip(" ,:")]
    if not parts:
        return None
    region = _REGION.match(parts[0])
    if region and (len(region["region"]) in (2, 3) or parts[1:] or gazetteer.city_named(parts[0])):
        hall = " ".join(part for part in (region["rest"].strip(), *parts[1:]) if part)
        return Place(
            name=hall[:MAX_NAME], city=region["town"], words=words[:200], confidence=0.65 if hall else 0.4
        )
    if len(parts) == 1 and "," in parts[0]:
        parts = [part.strip() for part in parts[0].split(",", 1)]
    if len(parts) >= 2 and gazetteer.by_name(fold_name(parts[0])):
        return Place(name=parts[1][:MAX_NAME], city=parts[0], words=words[:200], confidence=0.65)
    return None


@lru_cache(maxsize=1)
def known_cities() -> Gazetteer:
    """The shipped cities, as a gazetteer for texts. The steps look up the cities of the database."""
    return fixture_gazetteer()


def _after_at(match: patterns.Match[str], gazetteer: Gazetteer) -> Place | None:
    words = match["place"]
    if _NO_START.match(words.strip()):
        return None
    place = _built(words, 0.5, match.start(), gazetteer)
    if place is None:
        return None
    likely = looks_like_place(place.name, gazetteer=gazetteer)
    if (_BARE_KIND.match(place.name) and _NOUNS.search(place.name)) or (
        _INSIDE.match(match.group().lstrip(" ,(")) and not likely
    ):
        return None
    sure = 0.65 if likely else 0.5
    return Place(
        name=place.name,
        city=place.city,
        address=place.address,
        words=place.words,
        confidence=sure,
        start=place.start,
    )


def _built(words: str, confidence: float, start: int, gazetteer: Gazetteer) -> Place | None:
    """A name, and the rest as its address: "Blue Note, 131 W 3rd St, New York"."""
    told = _END.sub("", _SENTENCE.sub("", words.split("¦")[0])).strip(" ,.;:|–—-!()\"'“”")
    name, _, rest = (part.strip() for part in told.partition(","))
    if bracketed := _BRACKETED.match(name):  # "Blue Note (131 W 3rd St)"
        name, rest = (
            bracketed[1],
            rest or (bracketed[2] if any(char.isdigit() for char in bracketed[2]) else ""),
        )
    name = _HANDLE_FIRST.sub(r"\1", name).strip()
    if (
        len(name) < 2
        or len(name) > MAX_NAME
        or not any(char.isalpha() for char in name)
        or _NO_PLACE.fullmatch(name)
    ):
        return None
    city = gazetteer.city_named(name)
    if city and fold_name(name) in {fold_name(city.name), *map(fold_name, city.aliases)}:
        return Place(name="", city=name, words=told[:200], confidence=min(confidence, 0.5), start=start)
    if rest and len(rest.split()) > 14:
        rest = ""
    return Place(
        name=name,
        address=f"{name}, {rest}"[:200] if rest else "",
        words=told[:200],
        confidence=confidence,
        start=start,
    )


def _handle(word: str, start: int) -> Place | None:
    name = _DOTS.sub(" ", word.strip("@.,:;!?)")).strip()
    return Place(name=name, words=word[:100], confidence=0.35, start=start) if len(name) > 2 else None
