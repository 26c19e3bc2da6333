"""Finds the title in a line, without the date, the place, the price, and calls to action around it."""

from typing import Final

from pipeline import patterns
from pipeline.prose.lines import MAX_LENGTH
from pipeline.prose.places import Place
from pipeline.prose.sentences import reads_as_sentence

MAX_TITLE: Final = 120

LABEL: Final = patterns.compile(
    r"(?:^|[|¦]\s*)(?:what|event|event name|title|was|titel|veranstaltung|quoi|titre|qué|evento|título|cosa|titolo|wat|क्या|कार्यक्रम"
    r"|ಕಾರ್ಯಕ್ರಮ)\s*[:：]\s*(?P<title>[^|¦]{3,160})",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_OTHER_LABEL: Final = patterns.compile(
    r"^(?:when|date|time|day|doors?|start|starts|show|wann|datum|uhrzeit|zeit|beginn|einlass|quand|heure|horaire|cuándo|fecha|hora|quando"
    r"|orario|data|wanneer|कब|दिनांक|तारीख|समय|ದಿನಾಂಕ|ಸಮಯ"
    r"|where|venue|location|place|address|ort|wo|lieu|où|dónde|lugar|dove|luogo|स्थान|ಸ್ಥಳ|장소|場所|地點|地点"
    r"|price|cost|tickets?|entry|admission|cover|fee|eintritt|preis|tarif|prix|entrada|precio|ingresso|biglietti|प्रवेश|शुल्क|rsvp|info|infos"
    r"|more info|contact|kontakt|register"
    r"|registration|age|ages|note|hosts?|by|photo|photos?|credit|link|website|web|email|e-mail|phone|tel|line-?up|bands?|acts?|artists?"
    r"|musicians?|일시|날짜|시간|티켓|입장료|입장권|예매처?|링크|문의|주소|라인업|출연|위치|時間|時刻|日時|会場"
    r"|料金|チケット|票價|票价|門票|exhibition hours|opening hours|hours|öffnungszeiten"
    r"|featuring|feat|with|dj|djs|music by|organi[sz]er)(?:\s*[^\x00-\x7f]{1,8})?\s*[:：]"
    r"|^(?:when|date|time|venue|where|cost|price|tickets?|entry)\s+[–—-]\s",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: Calls, greetings and headings that are no title by themselves. Each must be the whole piece, except small
#: words around it.
_CALLS: Final = patterns.compile(
    r"^(?>\W|(?<!\w)(?:(?:please )?join us|come(?: and)?(?: join)?(?: us)?|save the dates?|mark your calendars?|(?:one|two|three) nights? only"
    r"|don['’]?t miss(?: it(?!['’])| out"
    r"| this)?|see (?:you|ya|u)(?: there| all(?! ages)| soon)?|get (?:your )?tickets?(?: now| here)?"
    r"|tickets?(?: are)?(?: still)?(?: available| on sale| selling fast| in bio| here| now| at the door| info)*|link in (?:our )?bio|swipe"
    r"|rsvp(?: now| here)?|register(?: now| here)?|sign up(?: now| here)?"
    r"|read more|more info(?:rmation)?|learn more|click here|view (?:this email )?in (?:your )?browser|unsubscribe|free (?:entry|admission"
    r"|event)|sold out|all ages|21\+|18\+|doors?(?: open)?|show|starts?|music"
    r"|live(?! (?:music|band|jazz|comedy)\b)|onwards?|free|entry|admission"
    r"|tonight|tomorrow|today|this|next|coming|week-?end|week|weekly|upcoming|events?|shows?|gigs?|concerts?|programme?|schedule|calendar"
    r"|what['’]?s on|agenda|highlights?|line-?up|(?:live )?dates|tour dates"
    r"|hello|hi|hey|dear|friends?|everyone|everybody|all|folks|neighbou?rs|good (?:morning|evening|afternoon)|happy|news(?:letter)?"
    r"|announcement|reminder|last (?:chance|call)|new|just announced|it['’]?s|is|happening|here|back"
    r"|we(?:['’]re| are)(?: so| very)? (?:excited|thrilled|happy|pleased|proud|back)|excited|thrilled"
    r"|(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?s?|nights?|evening|morning|afternoon|at|on|and|the|a|for|in|of|to|with|us|you|your|our"
    r"|be|from|by|pm|am|noon|only|one|more|day|days|time|again"
    r"|heute|morgen|abend|diese woche|diese[nrsm]?|wochenende|nächste[nrsm]?|kommende[nrsm]?|vom|bis"
    r"|programm|veranstaltungen|termine|liebe|hallo|freunde|alle|kommt|vorbei"
    r"|wir freuen uns(?: auf euch)?|eintritt frei|uhr|ab|um|am|und|einlass|beginn"
    r"|ce|soir|demain|aujourd['’]hui|semaine|bonjour|chers?|amis|entrée libre|au programme|à l['’]affiche|venez|rendez-vous"
    r"|à partir|à|le|les|la|de|du|au|et"
    r"|prochaine?|dès|(?:ouverture des )?portes|(?:apertura de )?puertas|próxim[oa]|inicio|début|concierto|s[áa]bado|mi[ée]rcoles|sonnabend|hs|uur"
    r"|शाम|सायं|रात|सुबह"
    r"|om|op|en|ore|às|aanvang|nos|dias|jeweils|täglich|je|vvk|ak|abendkasse|vorverkauf|del|dal|dalle|desde|vanavond|morgenavond|amanhã|hoje|horas?"
    r"|(?:rest)?karten|billets?|entradas|biglietti|kaarten|bilhetes|für|pour|para|per|voor"
    r"|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|jueves|viernes|domingo"
    r"|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
    r"|hoy|mañana|esta|este|noche|fin de semana|semana|hola|amigos|entrada libre|ven|no te (?:lo )?pierdas|el|los|las|y|domani|oggi|stasera"
    r"|ciao|amici|ingresso libero"
    r"|星期.|週.|周.|.曜日?|.요일|오전|오후|아침|낮|저녁|밤|새벽|일시|날짜|시간|공연|장소|티켓|입장료|라인업|日時|時間|時刻|save|share|tag|follow)(?!\w))++$",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_LEAD: Final = patterns.compile(
    r"^(?:(?:please )?(?:join|come|see|catch)(?: us| me| along| out)?(?: and celebrate)?(?: (?:for|at|to|as we host|as we present|celebrate))+"
    r"|don['’]?t (?:miss|forget)(?: out on)?|save the date(?: for)?|mark your calendars? for"
    r"|we(?:['’]re| are| will be|['’]ll be)? (?:so |very )?(?:(?:excited|thrilled|happy|pleased|proud) to )?(?:host|hosting|present|presenting"
    r"|announce|welcome|be hosting|celebrat(?:e|ing)|invite you to|hav(?:e|ing))(?: you (?:for|to))?"
    r"|you(?:['’]re| are) invited to|you are cordially invited to|get ready for|announcing|introducing|reminder|just announced|coming up"
    r"|up next|for|with|and|at|on|to see|to hear|check out|there(?:['’]s| is| will be)"
    r"|wir laden (?:euch |sie )?(?:herzlich )?(?:ein )?(?:zum|zur|zu)|kommt (?:zum|zur|zu)|herzliche einladung (?:zum|zur|zu)|einladung (?:zum"
    r"|zur|zu)|findet|rendez-vous pour|venez (?:à|au|découvrir)"
    r"|(?:spielt|spielen|singt|singen|liest|zeigt|präsentiert)(?: (?:die|der|das))?|nous vous invitons (?:à|au)"
    r"|te invitamos a(?:l)?|los invitamos a(?:l)?|ven a(?:l)?|vi invitiamo a(?:l|lla)?)\s*[:,–-]?\s+(?:(?:our|a|an|the|another|us"
    r"|unser(?:e[mnrs]?)?|eine?[mnrs]?|notre|une?|nuestr[oa]|il nostro)\s+)?",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_TRAIL: Final = patterns.compile(
    r"(?<![\s,;:–—|-])[\s,;:–—|-]++(?:at|on|from|this|next|and|the|in|um|am|ab|im|à|le|el|on the|featuring|starting|starts|beginning|kicks off|begins|returns"
    r"|is"
    r"|is on|takes place|will be held|is back|findet|statt|aura lieu|se celebra|tendrá lugar|with|to|for|every)$",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_VERB: Final = patterns.compile(
    r"(?<!\s)\s++(?:(?:opens?|closes?|returns?|starts?|begins?) (?:today|tonight|tomorrow|this|next|on|at)\b|opens$|(?:is|are|was|has been|have been|ist"
    r"|wird|wurde|est|está|è) (?:cancell?ed|called off|postponed|sold out|abgesagt|verschoben"
    r"|annulée?|reportée?|cancelad[oa]|aplazad[oa])|takes place|will take place|will be held|is held|is (?:happening|coming|back|here"
    r"|returning)|returns|kicks off|starts|begins|findet"
    r"|aura lieu|a lieu|s['’]installe|se tiendra|tendrá lugar|se celebrará|si terrà|si svolge|vindt plaats|terá lugar"
    r"|(?:performs?|plays?)(?= (?:at|in|on|with|live)\b))\b.*$",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_MONEY: Final = patterns.compile(
    r"(?:[$€£₹]|\b(?:rs\.?|inr|usd|eur|chf|hk\$)\s?)\s?\d[\d.,]*+(?:\s?(?:[-/–+]|to|adv\w*+|door"
    r"|dos)\s?[$€£₹]?\s?[\d.,]*+)*(?:\s*+(?:adv(?:ance)?|door|onwards|pp|each))?|\b(?<!\d[.,])\d[\d.,]*+\s?(?:€|euros?|eur|chf|\$)",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_FREE: Final = patterns.compile(
    r"(?:(?<![\s|,;(–-])[\s|,;(–-]++)?+\b(?:free (?:entry|admission|event)|free!?$|eintritt frei|entrée libre|entrada libre|ingresso libero|no cover|all ages"
    r"|sold out|tickets? (?:via|at|on|from|here|in bio)\b.*)\)?",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_TAG: Final = patterns.compile(r"\w+", longest=MAX_LENGTH)
_ASKED: Final = patterns.compile(
    r"^(?:are|do|does|have|has|did|who|looking|want|ready|what|can|need|wer|wollt|habt|êtes|vous|quién|quieres)\b",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_LAST_MARKS: Final = patterns.compile(r"(?<!\W)\W++$", longest=MAX_LENGTH)
_LETTERS: Final = patterns.compile(r"[^\W\d_]", longest=MAX_LENGTH)
_SENTENCE: Final = patterns.compile(
    r"(?<=[^\W\d_]{3}[.!?])(?<!Smt\.)(?<!Prof\.)(?<!Shri\.)(?<!feat\.)(?<!Mrs\.)(?<!Rev\.)(?<!Hon\.)(?<!inkl\.)\s+(?=[^\Wa-z]|,)",
    longest=MAX_LENGTH,
)
_CLAUSE: Final = patterns.compile(
    r"\s+[–—-]\s+|[.!?:;]\s+|,\s+(?:with|featuring|where|who|which|when|as|and|a|an|the)\s+",
    longest=MAX_LENGTH,
)
#: The rest of a headline around the gap of its day, and before a comma.
_DAY_LEFT: Final = patterns.compile(
    r"(?:(?<!\s)\s++)?+(?:\b(?:on|this|at|am|le|el|del|den|vom|du|from|de)\s++)?¦\s*+(?:को\s++)?",
    longest=MAX_LENGTH,
)
_GAP_LEFT: Final = patterns.compile(r"(?<!\s)\s++([:,])", longest=MAX_LENGTH)
#: Words before a place at the end that was removed.
_AT_LEFT: Final = patterns.compile(
    r"(?<![\s(@])[\s(@]*(?:\b(?:at|@|live at|live in|op het|op de|in het|in de|in die"
    r"|ins|na|no|em|in the|in|im|in der|in den|im|beim|bei|auf dem|auf der|chez|à la"
    r"|au|aux|en el|en la|presso|al|alla|nel|nella"
    r"|bij|venue|where|ort|lieu)|[@(])[\s:]*+$",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: A gap left by a date or a time, and strong separators between pieces.
_PIECES: Final = patterns.compile(
    r"(?:(?<!\s)\s++)?+[¦|•·●▪]\s*+|(?<!\s)\s++(?:[–—-]{1,2}|//?)\s++", longest=MAX_LENGTH
)


def pieces_of(line: str) -> list[str]:
    """The meaningful parts of a line between strong separators and the gaps ("¦") left by its dates."""
    return [
        piece
        for part in _PIECES.split(line)
        if has_words(piece := _unbracketed(part.strip(" ,.;:–—-*_~>＜＞《》「」")))
    ]


def has_words(piece: str) -> bool:
    """Whether a piece has at least two letters."""
    return len(_LETTERS.findall(piece)) >= 2


def is_call(piece: str) -> bool:
    """Whether a piece is a call, a greeting, or a labelled line, and no title."""
    return (
        not has_words(_MONEY.sub(" ", piece))
        or (len(piece) <= MAX_TITLE and bool(_CALLS.match(piece)))
        or is_labelled(piece)
        or _is_asked(piece)
        or piece.startswith(("#", "@"))
    )


def _is_asked(piece: str) -> bool:
    return (
        bool(_ASKED.match(piece))
        and (marks := _LAST_MARKS.search(piece)) is not None
        and "?" in marks.group()
    )


def is_labelled(line: str) -> bool:
    """Whether a line begins with a label other than the title's: "Venue: …", "Doors: …"."""
    return bool(_OTHER_LABEL.match(line))


def labelled(line: str) -> str:
    """The title that a line labels as such ("What: …"), or ''."""
    found = LABEL.search(line)
    return tidied(found["title"], None) if found else ""


def headline_of(bare: str) -> str:
    """An article's headline as a title, without its day.

    "Opening ¦ in the Gallery" is "Opening in the Gallery". Unchanged where nothing else is left.
    """
    words = " ".join(_DAY_LEFT.sub(" ", bare).split())
    return (
        _clipped(_unbracketed(_GAP_LEFT.sub(r"\1", words).strip(" ,;:–—|-*_~")))
        if has_words(words) and not is_call(words)
        else ""
    )


def tidied(piece: str, place: Place | None) -> str:
    """A piece as a title: without place, price, hashtags, and call; only the first clause of a long one."""
    words = piece
    if place is not None and place.words and place.words in words:
        before, after = (
            words[: words.index(place.words)],
            words[words.index(place.words) + len(place.words) :],
        )
        words = after if has_words(after) and (not before or is_call(before)) else before
        words = _AT_LEFT.sub("", words)
    words = _untagged(_FREE.sub(" ", _MONEY.sub(" ", words)))
    sentences = _SENTENCE.split(words.strip())
    words = sentences[0]
    if len(sentences) > 1 and reads_as_sentence(words):  # "The library is closed on Monday. Storytime"
        words = next(
            (other for other in sentences[1:] if not (reads_as_sentence(other) or is_call(other))), words
        )
    words = _LEAD.sub("", words.strip(' ,.;:!¡–—-*_~"“”„»«'))
    words = (
        _VERB.sub("", words)
        if len(words) > 60 or (_VERB.search(words) and len(_VERB.sub("", words)) > 8)
        else words
    )
    for _ in range(3):
        words = _TRAIL.sub("", words.strip(" ,;:–—|-*_~"))
    if len(words) > MAX_TITLE:
        words = _CLAUSE.split(words)[0]
    words = " ".join(words.split())
    return (
        _quoted(_unbracketed(_clipped(words).strip(' ,;:–—|-*_~"“”„»«@(').rstrip(".")))
        if not is_call(words)
        else ""
    )


def _untagged(words: str) -> str:
    """Words without the hashtags at their end."""
    kept = words.rstrip()
    while (at := kept.rfind("#")) >= 0 and _TAG.fullmatch(kept, at + 1):
        kept = kept[:at].rstrip()
        words = kept
    return words


def _quoted(words: str) -> str:
    """Words with the closing quotation mark at their end restored."""
    closing = next(
        (pair[1] for pair in ("«»", "„“", "“”") if words.rfind(pair[0]) > words.rfind(pair[1])), ""
    )
    return f"{words} {closing}" if closing == "»" and "« " in words else words + closing


def _unbracketed(words: str) -> str:
    """Words without brackets around all of them, and without an unclosed one."""
    for opening, closing in ("()", "[]"):
        if words.startswith(opening) and (words.endswith(closing) or closing not in words):
            words = words[1:].removesuffix(closing)
        if words.count(closing) > words.count(opening):
            words = (
                words.replace(closing, "", 1)
                if words.endswith(closing) or words.startswith(closing)
                else words
            )
        if words.count(opening) > words.count(closing):
            words = words[: words.rindex(opening)]
    return words.strip()


def _clipped(words: str) -> str:
    return words if len(words) <= MAX_TITLE else words[:MAX_TITLE].rsplit(" ", 1)[0]
