"""Accessibility as a small controlled mapping, from words in several languages."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from pipeline import patterns
from pipeline.siblings import SIBLINGS
from pipeline.text.folding import fold

#: The keys of the mapping, and the words for each (folded: small letters, no accents).
_WORDS: Final = MappingProxyType(
    {
        "wheelchair": r"wheel-?chair[- ](?:access\w*|friendly|users?|ramp|spaces?|seating)|access\w* (?:to|for|by) (?:people (?:in|using) )?wheel-?chairs?"
        r"|ada[- ](?:accessible|compliant)|step-?free|barrierefrei\w*|rollstuhl(?:gerecht|gangig|geeignet|platz|platze|zuganglich)"
        r"|accessible aux (?:fauteuils roulants|personnes a mobilite reduite|pmr)|acces pmr|accesible (?:para|en) silla de ruedas|silla de ruedas"
        r"|accessibile (?:in|ai|alle) (?:sedia a rotelle|disabili|carrozzin\w+)|rolstoeltoegankelijk"
        r"|(?:venue|space|building|location|site|entrance|room) is (?:fully |wheelchair )*accessible|fully accessible(?! (?:to|for) )",
        "accessible_toilet": r"(?:accessible|disabled|wheelchair) (?:toilets?|restrooms?|bathrooms?|wc)"
        r"|behindertengerechte? (?:toilette|wc)|toilettes? adaptees?",
        "sign_language": r"sign[- ]language (?:interpret\w*|translat\w*|provided|available|support)|sign(?:ed)? interpret\w+|(?:mit|in) gebardensprache"
        r"|gebardensprachdolmetsch\w*|langue des signes|\blsf\b|(?:lengua de (?:signos|senas)|lingua dei segni|gebarentaal)",
        "captions": r"(?:live |open |closed )?caption(?:s|ed|ing)\b|surtitles?"
        r"|subtitles? for the (?:deaf|hard of hearing)|untertitel\w* fur (?:gehorlose|horgeschadigte)"
        r"|sous-titr\w+ (?:sme|pour sourds)",
        "hearing_loop": r"(?:hearing|induction|audio)[- ]loops?|\bt-coil\b|assistive listening|horschleife|induktionsschleife|induktive horanlage"
        r"|boucle (?:magnetique|a induction)|bucle (?:magnetico|de induccion)",
        "audio_description": r"audio[- ]descri\w+|audiodeskription|audiodescri\w+|audiodescripcion",
        "relaxed": r"sensory[- ](?:friendly|inclusive|adapted)|relaxed (?:performance|screening|session|showing)|autism[- ]friendly"
        r"|quiet (?:hours?|room|space|session)"
        r"|stille stunde|heures? silencieuses?|seance relax|reizarme?\b",
        "gender_neutral_toilets": r"(?:gender[- ]neutral|all[- ]gender|unisex) (?:toilets?|restrooms?|bathrooms?|wcs?)"
        r"|(?:genderneutrale?|unisex-?)\s?(?:toiletten?|wcs?)"
        r"|toilettes? (?:mixtes?|non genrees?)",
        "companion_ticket": r"(?:free|complimentary) (?:companion|carer|essential companion|personal assistant)(?:'?s)? (?:tickets?|seats?|admission|entry)"
        r"|(?:carers?|companions?|personal assistants?) (?:go|are|get in|enter|come|admitted) (?:for )?free"
        r"|begleitperson\w* (?:frei|kostenlos|hat freien eintritt)"
        r"|accompagnateur gratuit|acompanante gratis",
        "service_animals": r"(?:service|assistance|guide) (?:animals?|dogs?) (?:are )?(?:welcome|allowed|permitted)|assistenzhunde? (?:willkommen|erlaubt)",
    }
)
_PATTERNS: Final = {
    key: patterns.compile(rf"(?:(?<=\W)|^)(?:{words})", patterns.IGNORECASE) for key, words in _WORDS.items()
}
#: Upper case in a pattern matches capitals only: "asl" is a chat word, "cart" a vehicle.
_CAPITALS: Final = {
    key: patterns.compile(words)
    for key, words in {
        "sign_language": r"\b(?:ASL|BSL)\b(?:[- ](?:interpret\w+|provided|available|friendly|translat\w+|support))|\b(?:with|in) (?:ASL|BSL)\b",
        "captions": r"\bCART (?:caption\w*|services?)",
    }.items()
}
#: Every match of the patterns contains one of these. They are searched first, in small letters, so that
#: nearly all texts cost one search.
_ANY: Final = (
    "wheel", "accessib", "accesib", "step-free", "stepfree", "barriere", "rollstuhl", "fauteuil", "pmr", "silla", "sedia", "rolstoel", "toilet",
    "restroom", "bathroom", "wc", "sign-lang", "sign lang", "sign inter", "signed inter", "asl", "bsl", "gebärden", "gebarden", "gebaren",
    "des signes", "de signos", "de seña", "de sena", "dei segni", "lsf", "caption", "surtitle", "subtitle", "untertitel", "sous-titr", "cart",
    "loop", "t-coil", "assistive", "schleife", "induktiv", "boucle", "bucle", "audio-des", "audio des", "audiodes", "sensory",
    "relaxed ", "séance relax", "seance relax", "reizarm", "autism", "quiet ", "stille stunde", "silenci", "companion", "carer",
    "personal assist", "begleitperson", "accompagnateur", "acompañante", "acompanante", "service animal", "service dog", "assistance animal",
    "assistance dog", "guide animal", "guide dog", "assistenzhund", "ada-", "ada ",
)  # fmt: skip
_NOT: Final = patterns.compile(
    r"\b(?:not?|isn't|aren't|without|un|nicht|kein\w*|non|pas|sans|sin|niet|geen)\b(?:\W+\w+){0,2}\W*$",
    patterns.IGNORECASE,
)

#: The names of platforms and schema.org for the same keys, folded to letters.
_KEYS: Final = MappingProxyType(
    {
        "wheelchairaccessible": "wheelchair", "wheelchairaccess": "wheelchair", "wheelchair": "wheelchair", "wheelchairaccessibleentrance": "wheelchair",
        "mi": "wheelchair", "stepfree": "wheelchair", "signlanguage": "sign_language", "asl": "sign_language", "sl": "sign_language",
        "captions": "captions", "subtitles": "captions", "closedcaptioning": "captions", "hearingloop": "hearing_loop", "hi": "hearing_loop",
        "audiodescription": "audio_description", "vi": "audio_description", "relaxed": "relaxed", "sensoryfriendly": "relaxed",
        "accessibletoilet": "accessible_toilet", "wheelchairaccessiblerestroom": "accessible_toilet", "genderneutraltoilets": "gender_neutral_toilets",
        "companionticket": "companion_ticket", "serviceanimals": "service_animals",
    }
)  # fmt: skip


def access_of(stated: Mapping[str, Any], text: str) -> dict[str, Any]:
    """`stated` under our keys, with the facts that `text` (plain) adds: true or false.

    What the source states is kept, also under other names.
    """
    reported: dict[str, Any] = {}
    for name, value in stated.items():
        key = _KEYS.get("".join(char for char in name.casefold() if char.isalpha()), name)
        reported.setdefault(key, value)
    return reported | {key: value for key, value in _access_in(text).items() if key not in reported}


@lru_cache(maxsize=SIBLINGS)
def _access_in(text: str) -> Mapping[str, bool]:
    reported: dict[str, bool] = {}
    lowered = text.lower()
    if not any(word in lowered for word in _ANY):
        return reported
    words = fold(text)
    for key, pattern in _PATTERNS.items():
        capitals = _CAPITALS.get(key)
        if capitals is not None and capitals.search(text):
            reported[key] = True
            continue
        found = pattern.search(words)
        if found is not None:
            reported[key] = not _NOT.search(words[max(0, found.start() - 30) : found.start()])
    return reported
