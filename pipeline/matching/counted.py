"""Counters in titles: "Part 2", "Room B", "Level Two"; and rooms by name: "Python Devroom at FOSDEM".

Two titles that count one kind of thing differently are two events, however similar they are.
"""

from collections.abc import Sequence
from itertools import pairwise

from pipeline import patterns

#: Words that count, by their usual names; folded as `text.fold` does.
_NAMES = """part: parte partie teil pt
day: tag jour dia giorno
night: nacht noche nuit
session: sesion seance sitzung
class: classe clase klasse kurs
group: gruppe grupo groupe
track: tracks
volume: vol
week: woche semana semaine
episode: ep folge
round: runde ronda
series: season staffel
chapter: kapitel capitulo chapitre
level: lvl niveau nivel stufe
stage: buhne
module: modul modulo
room: rm raum zimmer sala salle
hall: saal halle
studio: studios
screen: leinwand
section: sektion
workshop: workshops
lesson: lektion leccion lecon
unit: einheit unidad
cohort: kohorte
batch: charge
slot: slots
step: schritt
table: tisch mesa
court: courts
heat: heats
flight: flights
wave: waves
set: sets
show: shows
performance: vorstellung"""
_COUNTER: dict[str, str] = {
    word: name
    for line in _NAMES.splitlines()
    for name, others in [line.split(": ")]
    for word in (name, name + "s", *others.split())
}
_WORDS = frozenset(_COUNTER)
#: Words of rooms that have a name before them, and small words that are none.
_ROOMS = frozenset("devroom track stage room hall studio screen".split())  # noqa: SIM905
_NAMELESS = frozenset("the a in on of and".split())  # noqa: SIM905
_SPELLED = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_NUMBERS = {word: str(number) for number, word in enumerate(_SPELLED, 1)} | {"i": "1", "v": "5", "x": "10"}
#: "A" as an article is no counter ("Master class: a journey"); as a letter it ends its part ("Room A", "(Room
#: A)").
_LETTER_A = patterns.compile(r"[^\W\d](?:\s++|\s*+[.:#]\s++)a(?=\s*+(?:$|[^\w\s'’]))", patterns.IGNORECASE)


def counted(title: str, words: Sequence[str]) -> frozenset[str]:
    """The counters of a title, as "part 2" or "room b".

    `words` are the folded words of `title`.

    "No Children Under 4" has none.
    """
    if _WORDS.isdisjoint(words):
        return frozenset()
    found = set()
    for word, value in pairwise(words):
        if (name := _COUNTER.get(word)) is None:
            continue
        value = _NUMBERS.get(value, value)
        if value.isdecimal():
            found.add(f"{name} {int(value)}")
        elif len(value) == 1 and (value != "a" or _LETTER_A.search(title)):
            found.add(f"{name} {value}")
    return frozenset(found)


def named_room(words: Sequence[str]) -> str:
    """The room that a title names before its host, as "python devroom" of "Python Devroom @ FOSDEM"; else ''.

    `words` are the folded words of the title.
    """
    if _ROOMS.isdisjoint(words):
        return ""
    for name, room, at in zip(words, words[1:], words[2:], strict=False):
        if at == "at" and room in _ROOMS and name not in _NAMELESS:
            return f"{name} {room}"
    return ""


def counter_of(name: str) -> str:
    """The kind of thing in a name made by `counted`: "room" of "room b"; else ''."""
    word, _, value = name.partition(" ")
    return word if value and word in _COUNTER and (value.isdecimal() or len(value) == 1) else ""
