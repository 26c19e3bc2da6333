"""The words, names and texts of `benchmarks.many`: frequent and rare ones, in several languages. Deterministic."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from benchmarks import phrases, world

#: So many family names, performers, organizers, venues of a city, and descriptions there are.
SURNAMES, PERFORMERS, ORGANIZERS, VENUES, DESCRIPTIONS = 12_000, 30_000, 5_000, 360, 20_000
#: Of a hundred events so many are told in each language.
LANGUAGES = {"en": 70, "de": 8, "fr": 6, "es": 6, "pt": 4, "hi": 3, "ja": 3}
_TURNS = 1 << 16
_NOUNS = """
candle window letter mirror bridge forest mountain valley island desert thunder rainbow sunrise midnight winter summer
autumn spring ocean shadow silence whisper echo rhythm melody canvas marble velvet amber crystal feather anchor compass
lighthouse railway airport engine bicycle camera theatre poem novel letters puppet mask carnival circus magic dragon tiger
peacock elephant sparrow falcon butterfly lotus jasmine banyan mango coconut coffee chocolate cinnamon saffron pepper ginger
honey cheese noodles dumpling barbecue vegan brunch whisky wine beer cocktail startup design typography photography sculpture
ceramics origami calligraphy knitting weaving carpentry gardening astronomy physics history philosophy politics climate
housing language memory dreams freedom justice peace family children parents grandmother friendship marathon cricket football
badminton climbing swimming skating surfing sailing hiking cycling meditation breathing pilates zumba ballet flamenco kathak
bharatanatyam sitar tabla violin cello piano guitar trumpet saxophone flute harp accordion orchestra symphony opera musical
karaoke techno house disco reggae blues folk soul metal punk indie gospel
"""
_ADJECTIVES = """
Golden Silent Electric Hidden Wandering Burning Frozen Infinite Broken Secret Crimson Gentle Wild Ancient Modern Lost
Royal Lazy Curious Tiny Urban Sunday Friday Annual Free Big Early Late
"""
_KINDS = {
    "en": "Night Session Workshop Festival Talk Class Concert Tour Show Meetup Screening Fair Jam Party",
    "de": "Abend Konzert Lesung Führung Werkstatt Ausstellung Fest Gespräch",
    "fr": "Soirée Concert Atelier Exposition Visite Fête Lecture Spectacle",
    "es": "Noche Concierto Taller Exposición Visita Fiesta Charla Espectáculo",
    "pt": "Noite Concerto Oficina Exposição Visita Festa Conversa Espetáculo",
    "hi": "संध्या संगीत कार्यशाला प्रदर्शनी उत्सव कविता नाटक",
    "ja": "音楽会 展覧会 講演会 体験教室 映画祭 朗読会",
}
_SENTENCES = {
    "de": (
        "Ein Abend mit {a} und {b} in kleiner Runde|"
        "Der Eintritt ist frei, Spenden sind willkommen|"
        "Einlass ist eine Stunde vor Beginn|"
        "Mit Werken von {a} und Gesprächen danach|"
        "Für Kinder und Erwachsene, ohne Anmeldung|"
        "Die Gruppe {b} spielt neue Lieder"
    ),
    "fr": (
        "Une soirée avec {a} et {b} dans un lieu intime|"
        "Entrée libre, réservation conseillée|"
        "Les portes ouvrent une heure avant|"
        "Une rencontre avec les artistes après le spectacle|"
        "Atelier ouvert à tous les niveaux avec {a}|"
        "Le groupe {b} présente ses nouvelles chansons"
    ),
    "es": (
        "Una noche con {a} y {b} en un lugar pequeño|"
        "Entrada libre hasta completar el aforo|"
        "Las puertas abren una hora antes|"
        "Encuentro con los artistas después de la función|"
        "Taller abierto a todos los niveles con {a}|"
        "El grupo {b} presenta sus nuevas canciones"
    ),
    "pt": (
        "Uma noite com {a} e {b} num lugar pequeno|"
        "Entrada livre, lugares limitados|"
        "As portas abrem uma hora antes|"
        "Conversa com os artistas depois do espetáculo|"
        "Oficina aberta a todos os níveis com {a}|"
        "O grupo {b} apresenta as suas novas canções"
    ),
    "hi": (
        "{a} और {b} के साथ एक शाम|"
        "प्रवेश निःशुल्क है, सीटें सीमित हैं|"
        "द्वार एक घंटा पहले खुलेंगे|"
        "कलाकारों के साथ बातचीत|"
        "बच्चों और बड़ों के लिए कार्यशाला"
    ),
    "ja": (
        "{a}と{b}の夕べです|"
        "入場は無料です|"
        "開場は開演の一時間前です|"
        "終演後に出演者との交流があります|"
        "初心者も参加できます"
    ),
}
_ONSETS = [
    "b",
    "br",
    "ch",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "kr",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "sh",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "y",
    "z",
]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ei", "ou"]
_CODAS = ["l", "m", "n", "r", "s", "k", "t", "nd", "rk", "st"]
_HALLS = [*world.HALLS, "Stage", "House", "Studio", "Rooms", "Bar", "Yard", "Kitchen", "Terrace"]
_SOCIETIES = ["Society", "Collective", "Arts Trust", "Foundation", "Club", "Company", "Productions", "Circle"]
_TAGS = ["free entry", "live music", "kids", "outdoors", "family friendly", "beginners", "open mic", "hands-on", "late night", "pet friendly"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Description:
    """A text that several events have, as HTML, with its language."""

    html: str
    language: str


class Texts:
    """Pools from which the events draw. `word` gives frequent words often and rare ones seldom."""

    def __init__(self) -> None:
        self._chance = random.Random(7)
        self.surnames = self._surnames()
        self.first = [self._name(1).title() for _ in range(400)]
        self.nouns = [*world.WORDS, *(word.title() for word in _NOUNS.split())]
        self.adjectives = _ADJECTIVES.split()
        self.kinds = {language: said.split() for language, said in _KINDS.items()}
        self.performers = [f"{self._any(self.first)} {self._any(self.surnames)}" for _ in range(PERFORMERS)]
        self.organizers = [
            f"{self._any(self.surnames)} {_SOCIETIES[number % len(_SOCIETIES)]}"
            for number in range(ORGANIZERS)
        ]
        self.tags = [*_TAGS, *(word.lower() for word in self.nouns)]
        self.descriptions = self._descriptions()
        self.languages = self._turns(list(LANGUAGES), list(LANGUAGES.values()))

    @cached_property
    def often(self) -> list[str]:
        """Nouns by Zipf's law: the first is in one draw of six, the last in one of a thousand."""
        return self._turns(self.nouns, [1 / (place + 1) for place in range(len(self.nouns))])

    def venues(self, city: str) -> list[str]:
        """The names of the venues of a city: some ordinary, most with a name of their own."""
        chance = random.Random(f"venues {city}")
        made = dict.fromkeys(f"{word} {hall}" for word in world.WORDS[:20] for hall in world.HALLS[:3])
        while len(made) < VENUES:
            made[f"{chance.choice(self.surnames)} {chance.choice(_HALLS)}"] = None
        return list(made)

    def title(self, language: str, performer: str, chance: random.Random) -> str:
        """The title of one show, in the words of its language."""
        noun, kind, turn = chance.choice(self.often), chance.choice(self.kinds[language]), chance.random()
        if language == "ja":
            return f"{performer}の{kind}"
        if language == "hi":
            return f"{performer} {kind}"
        if turn < 0.3:
            return f"{noun} {kind} {_WITH[language]} {performer}"
        if turn < 0.5:
            return f"{chance.choice(self.surnames)} {noun} {kind}"
        if turn < 0.7:
            return f"{chance.choice(self.adjectives)} {noun} {kind} {chance.randrange(1, 99)}"
        if turn < 0.85:
            return f"{noun} & {chance.choice(self.often)}: {kind} {chance.randrange(1, 99)}"
        return f"{kind}: {chance.choice(self.often)} {noun} {chance.choice(self.surnames)}"

    def _descriptions(self) -> dict[tuple[str, str], list[Description]]:
        """By language and category."""
        chance, made = self._chance, {}
        for category in world.CATEGORIES:
            for language, share in LANGUAGES.items():
                count = max(1, DESCRIPTIONS * share // 100 // len(world.CATEGORIES))
                made[language, category] = [
                    Description(self._description(language, category, chance), language) for _ in range(count)
                ]
        return made

    def _description(self, language: str, category: str, chance: random.Random) -> str:
        rare = f"{chance.choice(self.first)} {chance.choice(self.surnames)}"
        if language == "en":
            text = phrases.description(category, self.nouns, chance)
            return text.replace("</p>", f" Hosted by {rare}.</p>")
        told = [
            one.format(a=rare, b=chance.choice(self.nouns))
            for one in chance.sample(_SENTENCES[language].split("|"), 4)
        ]
        return f"<p>{'. '.join(told)}.</p>"

    def _surnames(self) -> list[str]:
        made: dict[str, None] = {}
        while len(made) < SURNAMES:
            made[self._name(2 + self._chance.randrange(2)).title()] = None
        return list(made)

    def _name(self, syllables: int) -> str:
        chance = self._chance
        said = [chance.choice(_ONSETS) + chance.choice(_VOWELS) for _ in range(syllables)]
        return "".join(said) + chance.choice(_CODAS) + ("" if syllables > 1 else chance.choice(_VOWELS))

    def _any(self, of: Sequence[str]) -> str:
        return of[self._chance.randrange(len(of))]

    def _turns(self, of: Sequence[str], weights: Sequence[float]) -> list[str]:
        return self._chance.choices(of, cum_weights=list(accumulate(weights)), k=_TURNS)


_WITH = {"en": "with", "de": "mit", "fr": "avec", "es": "con", "pt": "com"}
