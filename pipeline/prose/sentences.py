"""Detects running text (sentences, headlines of collections), and finds the names in it."""

from typing import Final

from pipeline import patterns
from pipeline.prose.lines import MAX_LENGTH

#: A line of fewer words is a name, whatever its words.
FEWEST_WORDS: Final = 3
#: A line of so many words is a sentence, unless they are capitalized.
MANY_WORDS: Final = 12
#: The share of a line's longer words that a title capitalizes, in languages that capitalize names.
LARGE: Final = 0.6

_STORY: Final = patterns.compile(
    r"^(?:it(?:['’]s|s| is| was)|there(?:['’]s| is| are| was)|this (?:month|year|week|is|was)|that(?:['’]s| is| was)|these|those|i(?:['’]m| am|['’]ve)? "
    r"|we(?:['’]re|['’]ve|['’]ll| )|you(?:['’]re|['’]ll|['’]ve| )|he |she |they|when (?!:)|if |even |although|though|while|because|after (?:a|nearly) "
    r"|save (?:&|and) share|share |tag |follow |swipe |click |hit the |head (?:to|over) |read |stay tuned |grab |link in |forget |let['’]?s "
    r"|have you|has |did |do you|are you|is it|whether |every time|as (?:a|part|the|we|always|\#|we)|now more|home to |looking for "
    r"|in (?:celebration|honou?r|case) |thank|don['’]?t |get (?:a|your|ready|in)\b|kick(?:[- ]| )?off |come (?:and|enjoy|experience|join)|pick up |check out "
    r"|(?:es|das|dies|wir|ihr|sie) (?:ist|sind|war|wird|haben|freuen|laden)|nous |vous |on vous |c['’]est|il y a|será |es |son |este es |no te )",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_VERB: Final = patterns.compile(
    r"(?<![^\W_])(?:is|are|was|were|has|have|had|will|would|can|could|should|makes?|goes|gets?|feels?|says|said|shares?|brought|brings|wants?"
    r"|['’](?:s|re|ll|ve) (?:a|an|the|so|been|going|coming|taking|time)|ist|sind|war|waren|wird|werden|wurde|hat|haben|gibt|kommt|freuen|laden|est|sont"
    r"|était|sera|seront|aura|ont|avons|organise|es|son|será|serán|está|están|tiene|tendrá|hay|fue|sono|sarà|è)(?![^\W_])",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: Beginnings of sentences that occur in short titles too: "In the Heights".
_OPENING: Final = patterns.compile(
    r"^(?:en (?:el|la|los|las)|in the|at the|dans|à l['’]occasion|auf|bei|nella?|for|with|from|after|since|to) ",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: How sentences end in Korean, Japanese, Hindi and Kannada.
_ENDED: Final = patterns.compile(
    r"(?:니다|습니까|세요|어요|아요|에요|해요|나요|네요|까요|죠|ます|ました|です|でした|ください|(?<=\s)(?:है|हैं|था|थे|रहा|रही|गया|गई|जाएगा|जायेगा|जाएगी|होगा|होगी|करेंगे)"
    r"|ದೆ|ಲಿದೆ|ವುದು|ತ್ತದೆ)[.!?。！？\s]*$",
    longest=MAX_LENGTH,
)
_OVER_MANY: Final = patterns.compile(
    r"\b(?:things to do|what to do|what['’]s (?:on|playing|happening)|where to go|happenings|round-?up|highlights?|calendar|agenda|programme?|schedule"
    r"|newsletter|bulletin(?: board)?|community (?:notes|news)|coming events|upcoming (?:events|shows|gigs)|this (?:week|weekend|month)(?: (?:at|in)\b|$)"
    r"|weekend (?:scene|guide|picks)|gig guide|events? (?:in|this|for)|(?:tour )?dates|listings?|week of|termine|veranstaltungen"
    r"|veranstaltungskalender|kalender"
    r"|programm|wochenende|où (?:aller|sortir)|sorties|au programme|citas|cartelera|qué hacer|fin de semana|programación|eventi|appuntamenti)\b"
    r"|\wkalender\b|^\d+ (?:things|events|shows|ways)\b",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_QUOTED: Final = patterns.compile(
    r"[“„«‹「『]\s*+([^“”„«»‹›「」『』\n]{3,90}?)\s*+[”“»›」』]|(?<!\w)\"([^\"\n]{3,90})\"|(?<!\w)[‘']([A-Z][^‘’'\n]{3,70})[’'](?!\w)",
    longest=MAX_LENGTH,
)
_ANNOUNCES: Final = patterns.compile(
    r"^(?P<who>.{2,60}?)[,]?\s+(?:(?:has|have|had|today|just)\s+)*(?:announc(?:e[sd]?|ing)|to embark|embarks?|reveals?|unveils?|extends?|adds?"
    r"|plots?|maps?|sets?"
    r"|share[sd]?|detail(?:s|ed)?|to tour|hits? the road|kündig(?:t|en)|annonce(?:nt)?|anuncian?)\b",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_WORD: Final = patterns.compile(r"[^\W\d_][\w'’]*", longest=MAX_LENGTH)


def reads_as_sentence(words: str) -> bool:
    """Whether `words` are running text rather than a name: "When it comes to music, the talent is unreal"."""
    found = _WORD.findall(words)
    if _ENDED.search(words):
        return True
    if len(found) <= FEWEST_WORDS:
        return bool(_STORY.match(f"{words} ")) and not _is_large(found)
    story = bool(_STORY.match(words) or _VERB.search(words)) or len(found) >= MANY_WORDS
    return (story or (len(found) > 2 * FEWEST_WORDS and bool(_OPENING.match(words)))) and not _is_large(found)


def is_over_many(headline: str) -> bool:
    """Whether a headline covers a collection of events: "Things to do this weekend"."""
    return bool(_OVER_MANY.search(headline))


def quoted_in(words: str) -> str:
    """The first name in quotation marks, '' where there is none."""
    found = _QUOTED.search(words)
    return (
        next((" ".join(name.split()).strip(" ,.;:") for name in found.groups() if name), "") if found else ""
    )


def who_announces(headline: str) -> str:
    """ "The Lanterns" of "The Lanterns announce winter tour"; '' where nobody announces anything."""
    found = _ANNOUNCES.match(headline)
    return found["who"].strip(" ,:") if found else ""


def _is_large(words: list[str]) -> bool:
    longer = [word for word in words if len(word) > 3]
    return bool(longer) and sum(word[0].isupper() for word in longer) >= LARGE * len(longer)
