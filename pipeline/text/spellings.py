"""Spellings of one word: British and American, and the Latin spellings of Indian words and names.

`spelling` gives one of them for all, so that a text and a question meet whatever each of them wrote. The texts keep
their own words; the common spelling stands beside.
"""

from functools import lru_cache
from typing import Final

from pipeline import patterns

#: Words by their common spelling; an ending of the word ("theatres") is kept.
_TABLE: Final = """
theater theatre
amphitheater amphitheatre
center centre
meter metre
liter litre
fiber fibre
color colour
flavor flavour
favor favour
favorite favourite
harbor harbour
honor honour
humor humour
labor labour
neighbor neighbour
parlor parlour
rumor rumour
savor savour
vapor vapour
behavior behaviour
gray grey
jewelry jewellery
catalog catalogue
dialog dialogue
program programme
yogurt yoghurt yoghourt
donut doughnut
whiskey whisky
pajama pyjama
mustache moustache
plow plough
tire tyre
aging ageing
artifact artefact
medieval mediaeval
archeology archaeology
esthetic aesthetic
pediatric paediatric
defense defence
practice practise
license licence
traveling travelling
traveler traveller
modeling modelling
bharatanatyam bharathanatyam bharatnatyam bharathanatya bharatanatya
carnatic karnatic karnatak karnatik
kuchipudi kuchupudi
mohiniyattam mohiniattam
odissi orissi
diwali deepavali deepawali dipavali divali
navratri navaratri navarathri navrathri
dussehra dasara dasra dussera
ganesha ganesh
makara makar
sankranti sankranthi
ramadan ramzan
hindustani hindusthani
sangeetha sangeeta sangeet sangit
mridangam mrudangam mridanga
veena vina
tabla tabala
yakshagana yakshagaana
bengaluru bangalore
mysuru mysore
mangaluru mangalore
mumbai bombay
kolkata calcutta
chennai madras
pune poona
kochi cochin
puducherry pondicherry
varanasi benares banaras
"""
_COMMON: Final = {
    other: line.split()[0] for line in _TABLE.splitlines() if line for other in line.split()[1:]
}
#: "organise", "organisation" and their endings; the words in -ise that never have a z are shorter or stand below.
_ISE: Final = patterns.compile(r"^([a-z]{3,40})is(e|ed|er|ers|es|ing|ation|ations|ational)$", longest=60)
_S_WORDS: Final = """
adv appr comprom conc dev disgu enterpr exerc expert franch merchand otherw parad prec prem prom rev superv surpr telev
treat turquo
"""
_ALWAYS_S: Final = frozenset(_S_WORDS.split())
_ENDINGS: Final = ("s", "d", "ed", "ing", "ful")


@lru_cache(maxsize=50_000)
def spelling(word: str) -> str:
    """The common spelling of a folded word: 'theatres' and 'theaters' give one, most words themselves."""
    if not word.isascii() or len(word) < 4:
        return word
    found = _COMMON.get(word) or _with_ending(word)
    if found:
        return found
    if (ise := _ISE.match(word)) and ise[1] not in _ALWAYS_S:
        return f"{ise[1]}iz{ise[2]}"
    return word.replace("shw", "sw")


def _with_ending(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and (common := _COMMON.get(word[: -len(ending)])):
            return common + ending
    return ""
