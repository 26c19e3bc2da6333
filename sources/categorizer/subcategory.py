"""Which part of a category: by the words that name it, in the source's labels first, then in the title, then in the description."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from events.taxonomy import BY_SLUG
from sources.categorizer.text import plain, words

#: More words than the subcategory's own name, folded; a trailing * stands for any ending.
_WORDS: Final[dict[str, str]] = {
    "classical": "classical symphon* orchest* philharmon* quartet sonata concerto chamber kammer* klassik clasica classique",
    "jazz": "jazz swing bebop",
    "rock": "rock punk metal indie",
    "pop": "pop",
    "folk": "folk bluegrass country liedermacher* chanson",
    "hip_hop": "rap hiphop rapper",
    "electronic": "techno house electronic edm trance dubstep dj",
    "opera": "opera oper zarzuela",
    "choral": "choir choral chorale chor coro chorale koor",
    "indian_classical": "hindustani carnatic raga sitar tabla",
    "open_mic": "",
    "club_night": "clubbing nightclub clubnacht",
    "party": "party parties fiesta soiree",
    "dj": "dj djs",
    "drag": "drag",
    "bar": "cocktail* cocktails pub bar",
    "theatre": "theatre theater teatro drama play schauspiel* toneel",
    "musical": "musical",
    "dance": "dance ballet danza tanz* danse dans",
    "circus": "circus circo cirque zirkus acrobat*",
    "magic": "magic magia magician mago illusion*",
    "puppetry": "puppet* titeres marionet* marioneta*",
    "performance": "performance",
    "stand_up": "standup comedian* monologo*",
    "improv": "improv* impro",
    "screening": "screening projection proyeccion kino",
    "documentary": "documentar* documental* dokumentar*",
    "short_films": "shorts cortometraj* kurzfilm*",
    "film_festival": "",
    "exhibition": "exhibition* exhibit ausstellung* exposicion* exposition* mostra",
    "gallery": "galler* galeri* galerie*",
    "museum": "museum* museo musee",
    "heritage": "heritage patrimonio patrimoine denkmal*",
    "photography": "photograph* fotograf*",
    "design": "design",
    "reading": "reading readings lesung* lectura lecture",
    "poetry": "poet* poesia poesie gedicht*",
    "storytelling": "storytelling cuentacuentos conte contes",
    "tasting": "tasting* degust* cata verkostung* weinprobe",
    "dinner": "dinner supper cena diner abendessen",
    "beer": "beer* brew* bier* cerveza*",
    "wine": "wine* winery vin vino wein*",
    "farmers_market": "greenmarket farmstand wochenmarkt bauernmarkt",
    "flea_market": "flohmarkt brocante mercadillo vide",
    "bazaar": "bazaar bazar basar",
    "seasonal_market": "weihnachtsmarkt adventsmarkt",
    "parade": "parade* procession cabalgata* desfile umzug",
    "carnival": "carnival carnaval karneval fasching",
    "holiday": "christmas halloween easter weihnacht* navidad noel diwali",
    "hackathon": "hackathon*",
    "conference": "conference conf congress summit",
    "meetup": "meetup",
    "data_ai": "ai data ml llm* machine",
    "security": "security cyber* infosec",
    "networking": "networking mixer",
    "startup": "startup* founder* pitch",
    "careers": "career* job* recruit* recrut* emploi empleo",
    "lecture": "lecture* vortrag* conferencia* vorlesung",
    "panel": "panel debate mesa",
    "webinar": "webinar*",
    "arts_crafts": "craft* paint* pottery ceramic* knitting basteln manualidades",
    "cooking": "cook* kochkurs cocina cuisine",
    "yoga": "yoga joga",
    "meditation": "meditat* mindful*",
    "running": "run running marathon 5k 10k lauf*",
    "cycling": "cycl* bike* bicycle radtour ciclis*",
    "fitness": "fitness workout gym zumba pilates",
    "martial_arts": "boxing karate judo boxeo wrestling lucha",
    "water_sport": "swim* rowing sailing kayak* natacion",
    "match": "vs match league tournament",
    "walk": "walk walks spaziergang paseo promenade",
    "hike": "hike* hiking wander* trek* randonnee senderismo",
    "guided_tour": "tour fuhrung* guiada guiadas visite",
    "garden": "garden* jardin* botanic*",
    "nature": "nature bird* natur naturaleza",
    "storytime": "storytime story",
    "camp": "camp campamento*",
    "teens": "teen teens",
    "children": "kids children kinder* ninos infantil enfants",
    "volunteering": "volunteer* cleanup voluntari* benevol*",
    "fundraiser": "fundraiser benefit benefiz*",
    "civic_meeting": "council hearing commission board trustees",
    "seniors": "senior seniors",
    "social": "social gathering",
    "prayer": "prayer* gebet* oracion",
    "service": "worship mass gottesdienst* misa messe",
    "ritual": "ritual* ceremony",
    "board_games": "boardgame* brettspiel*",
    "quiz": "quiz trivia",
    "chess": "chess ajedrez schach* echecs",
    "video_games": "esports videojuego* gaming",
}


def subcategory_of(category: str, labels: Sequence[str], title: str, description: str) -> str:
    """A subcategory of `category`, or '' where no word names one. Labels are asked before the title, the title before the description."""
    for text in (" ".join(labels)[:400], title[:300], plain(description[:900])[:300]):
        told = words(text, 60)
        joined, known = f" {' '.join(told)} ", frozenset(told)
        for slug in BY_SLUG[category].subcategories:
            whole, stems = _entries(slug)
            if f" {slug.replace('_', ' ')} " in joined or known & whole or (stems and any(word.startswith(stems) for word in told)):
                return slug
    return ""


@cache
def _entries(slug: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The words of a subcategory: whole ones, and the stems of those that end with a star."""
    entries = _WORDS.get(slug, "").split()
    return frozenset(entry for entry in entries if not entry.endswith("*")), tuple(entry[:-1] for entry in entries if entry.endswith("*"))
