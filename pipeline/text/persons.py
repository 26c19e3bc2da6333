"""Whether a telephone number is a person's, by the words around it.

"call Ravi on …", "Kontakt: Anna Berg, Tel. …", "appelez-moi au …". English, German, French, Spanish, Italian
and Hindi. Precision first: a number that may be a venue's ("Kontakt: Kulturhaus, Tel. …") is not personal.
"""

from collections.abc import Collection
from typing import Final

from pipeline import patterns
from pipeline.text.folding import fold_name

#: How many characters before a number are searched for its person.
REACH: Final = 90

_WORD: Final = r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ'’]{1,20}(?:-[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{1,20})?"
_INDIAN: Final = r"[\u0900-\u097f]{2,20}"
_TITLE: Final = r"(?:(?:Mr|Mrs|Ms|Dr|Herrn?|Frau|M|Mme|Mlle|Sra?|Don|Doña|Sig|Shri|Smt|श्री|श्रीमती|डॉ)\.?\s+)"
_MORE: Final = rf"\s+(?:(?:von|van|de|del|di|da|la|le)\s+)?(?:{_WORD}|[A-Z]\.)"
_NAME: Final = rf"(?:{_TITLE}?{_WORD}(?:{_MORE}){{0,2}})"
#: After a label, one word may be a venue's; two are a name, and so is one after "Frau".
_FULL_NAME: Final = rf"(?:{_TITLE}?{_WORD}(?:{_MORE}){{1,2}}|{_TITLE}{_WORD}|{_TITLE}?{_INDIAN}\s+{_INDIAN}(?:\s+{_INDIAN})?|{_TITLE}{_INDIAN})"
_ASKED: Final = (
    r"(?:call|text|phone|ring|whatsapp|sms|message|contact|reach|rsvp to|dm|ping|speak to|ask for|ruf(?:t|en sie)?|kontaktier(?:e|t|en sie)"
    r"|appele[rz]|contacte[rz]|téléphone[rz](?: à)?|joindre|llam(?:a|ad|e|ar)(?: a)?|contact(?:a|ar|e)(?: con| a)|pregunt(?:a|ar) por"
    r"|chiam(?:a|are|ate)|contatt(?:a|are|ate)|chiedere di)"
)
#: After these, one word may be an office's: "Fragen an Redaktion".
_TURNED_TO: Final = (
    r"(?:(?:melde(?:t|n sie)? (?:dich|euch|sich)|anmelden|anmeldung(?:en)?|infos?|auskunft|(?:rück)?fragen) (?:bei|an|von)"
    r"|schreib(?:t|en sie)?(?: an)?|écri(?:re|vez)(?: à)?|(?:inscriptions?|renseignements?|infos?|réservations?) auprès (?:de|d['’])"
    r"|escrib(?:e|ir)(?: a)?|(?:inscripciones|información|info) con|scriv(?:i|ere|ete)(?: a)?|telefonare a|rivolgersi a)"
)
_LABEL: Final = (
    r"(?:contact(?: person)?|kontakt(?:person)?|ansprechpartner(?:in)?|ansprechperson|contacto|contatt[oi]|referente|संपर्क(?: करें)?|sampark(?: kar(?:ein|en|o))?)"
    r"\s*[:\-–—]?"
)
_MINE: Final = (
    r"(?:(?:call|text|phone|ring|whatsapp|sms|message|contact|reach|rsvp to|dm|ping) (?:me|us personally|my (?:cell|mobile|number))"
    r"|my (?:cell|mobile|phone|number|whatsapp)(?: number)?(?: is)?|ruf(?:t|en sie)? mich(?: an)?"
    r"|schreib(?:t|en sie)? mir|mein[e]? (?:handy|mobil|telefon)?-?nummer(?: ist)?"
    r"|appele[rz][- ]moi|écrivez[- ]moi|mon (?:numéro|portable|téléphone)(?: est)?|(?:le|au) mien"
    r"|ll[áa]m(?:a|e|en)me|escr[íi]b(?:e|a|an)me|mi (?:número|móvil|celular|teléfono|whatsapp)(?: es)?"
    r"|chiam(?:a|ate)mi|scriv(?:i|ete)mi|(?:il )?mio (?:numero|cellulare|telefono)(?: è)?|मेरा (?:नंबर|मोबाइल|फ़ोन)(?: है)?|मुझे|mera number(?: hai)?)"
)
_TELEPHONE: Final = (
    r"(?:tel(?:efon|ephone|éphone|efono|éfono)?|tél(?:éphone)?|phone|ph|fon|mob(?:il|ile)?|móvil|handy|cell(?:ulare)?|cel(?:ular)?|portable|whatsapp|nummer|number|no|nr"
    r"|फ़ोन|फोन|मोबाइल|मो)\b"
)
_TO_NUMBER: Final = (
    rf"[\s,;:|(/–—-]*(?:(?i:on|at|via|by|under|unter|über|per|auf|au|al|allo|sul|en el|sous|@|को|से|पर|ko|se)[\s:]+)?"
    rf"(?:(?i:{_TELEPHONE})[\s.:]*)?[\s:(–-]*$"
)
_PERSON: Final = patterns.compile(
    rf"(?<!\w)(?:(?i:{_MINE})|(?i:{_ASKED})\s+(?P<asked>{_NAME})|(?i:{_LABEL}|{_TURNED_TO})\s*(?P<listed>{_FULL_NAME})){_TO_NUMBER}"
    rf"|(?:(?<=[.!?।|\n])|^)\s*(?P<told>{_INDIAN}(?:\s+{_INDIAN})?|{_NAME})\s+(?:को|से|ko|se)\s*$",
    longest=REACH,
)
#: "Ravi ko 98450 12345 par call karein": only the words after it ask for the call.
_ASKED_AFTER: Final = patterns.compile(
    r"\s*(?:पर|par|pe)\s+(?:कॉल|फ़ोन|फोन|संपर्क|व्हाट्सऐप|call|phone|sampark|whatsapp)\s*(?:करें|करे|kar(?:ein|en|o|e))?",
    patterns.IGNORECASE,
)
#: The end of "rufen Sie Anna unter … an".
_SEPARABLE: Final = patterns.compile(r"\s+an\b(?=\s*(?:[.,;!?)]|$))")
_WORDS: Final = patterns.compile(r"[^\s,;:()'’-]+", longest=REACH)
#: Words for a venue, an office or a call, in the position of a name; their beginnings and ends.
_VENUE_WORDS: Final = frozenset(
    """
    box office theatre theater hall club museum musée museo gallery bar pub cafe café caffè restaurant ristorante hotel hostel centre center
    centro house room studio arena stadium school college library church parish temple festival team support service hotline helpline reception
    desk venue management front customer toll free now today us our here for tel phone the city town council society association asociación
    associazione foundation inc ltd llc gmbh verein e.v büro buro bureau oficina ufficio boletería teatro théâtre salle sala casa maison mairie
    billetterie biglietteria accueil école escuela scuola librería libreria librairie iglesia chiesa église ayuntamiento comune turismo
    tourismus touristinfo stadt gemeinde pfarramt volkshochschule vhs blue red green black white gold golden silver royal grand new old little
    first uns sie nous nosotros noi कार्यालय थियेटर थिएटर हॉल क्लब संस्थान विभाग भवन केंद्र टिकट काउंटर बॉक्स ऑफिस समिति मंदिर हमें आप
    """.split()  # noqa: SIM905
)
_VENUE_BEGINNINGS: Final = ("ticket", "universit", "booking", "reserv", "info", "taquilla", "bibliot")
_VENUE_ENDS: Final = (
    "haus", "halle", "theater", "kasse", "verkauf", "zentrum", "kirche", "schule", "museum", "verein", "stelle", "bühne", "galerie", "archiv", "club",
    "kino", "hof", "keller", "amt",
)  # fmt: skip


def person_around(
    text: str, start: int, stop: int, *, venues: Collection[str] = ()
) -> tuple[int, int] | None:
    """The start and end of the words that assign the number at `start` to `stop` to a person.

    None without any.

    The number is included. A name in `venues` is no person.
    """
    found = _PERSON.search(text, max(0, start - REACH), start)
    if found is None:
        return None
    name = found["asked"] or found["listed"] or found["told"] or ""
    asked_after = _ASKED_AFTER.match(text, stop)
    if (found["told"] and asked_after is None) or (
        name and (any(map(_names_venue, _WORDS.findall(name.lower()))) or _is_venue(name, venues))
    ):
        return None
    begin = found.start() + len(found.group()) - len(found.group().lstrip())
    after = asked_after or (
        _SEPARABLE.match(text, stop) if found.group().lower().lstrip().startswith("ruf") else None
    )
    return begin, after.end() if after else stop


def _names_venue(word: str) -> bool:
    word = word.strip(".")
    return word in _VENUE_WORDS or word.startswith(_VENUE_BEGINNINGS) or word.endswith(_VENUE_ENDS)


def _is_venue(name: str, venues: Collection[str]) -> bool:
    folded = fold_name(name)
    return any(folded in venue or venue in folded for venue in map(fold_name, venues) if venue)
