"""Indoor or outdoor: by the event's words, else by the kind of place that its venue's name ends with."""

from functools import lru_cache
from typing import Final

from pipeline import patterns
from pipeline.contract.enums import Online, Setting
from pipeline.siblings import SIBLINGS
from pipeline.text.folding import fold_name

_OUTDOOR: Final = patterns.compile(
    r"\b(?:rain or shine|weather permitting|outdoors?(?! (?:wear|gear|clothing|equipment|brand|store|retailer|adventure film))|open[- ]air|al fresco|alfresco"
    r"|(?:bring|pack) (?:a |your |your own )?(?:lawn chairs?|folding chairs?|picnic blankets?|blankets? (?:and|or) (?:lawn )?chairs?|sunscreen)"
    r"|on the rooftop|rooftop (?:party|terrace|bar|cinema|yoga|screening)|on the beach|beach (?:clean-?up|volleyball|party)"
    r"|en plein air|im freien|freiluft\w*|unter freiem himmel|al aire libre|all['’]aperto|in de open lucht|bei jedem wetter)\b",
    patterns.IGNORECASE,
)
_INDOOR: Final = patterns.compile(
    r"\b(?:(?:held|takes? place|moved|event is|all) indoors|indoors? (?:event|market|venue|only|concert|pool|festival)|indoor (?!plant)|climate[- ]controlled"
    r"|en int[ée]rieur|in innenr[äa]umen|bajo techo|al chiuso)\b",
    patterns.IGNORECASE,
)
#: Events of these kinds get no setting: they may be moved, or have both.
_BOTH: Final = patterns.compile(
    r"\bindoors?\s*(?:and|&|/|or)\s*outdoors?\b|\boutdoors?\s*(?:and|&|/|or)\s*indoors?\b|\b(?:rain (?:location|venue)|in case of rain|if it rains)\b",
    patterns.IGNORECASE,
)
#: The last word of a venue's name, folded. 'Garden' and 'Square' are missing, since they may be arenas and
#: shops.
_OUTDOOR_PLACES: Final = frozenset(
    """park parks beach lawn playground field fields meadow trail trailhead lake lakeside pier rooftop campground campsite forest woods
    farm vineyard orchard amphitheatre amphitheater bandshell bandstand gazebo promenade boardwalk waterfront riverfront strand wiese stadtpark parc plage
    parque playa spiaggia marktplatz greenway esplanade racecourse""".split()  # noqa: SIM905
)
_OUTDOOR_ENDS: Final = (
    "botanical garden", "botanic garden", "botanical gardens", "botanic gardens", "community garden", "beer garden", "skate park",
    "dog park",
)  # fmt: skip
_INDOOR_PLACES: Final = frozenset(
    """theatre theater cinema museum library gallery church cathedral auditorium ballroom gym gymnasium bar pub cafe restaurant lounge tavern bookstore
    bookshop nightclub playhouse kino bibliothek bibliotheque mediatheque biblioteca musee museo theatre teatro opernhaus kirche eglise
    synagogue temple mosque classroom hotel motel mall""".split()  # noqa: SIM905
)
_ASIDE: Final = patterns.compile(r"(?:(?<!\s)\s++)?+[(\[].*$|(?<!\s)\s++[-–|].*$|,.*$", longest=400)
_SAID: Final = 0.8
_BY_PLACE: Final = 0.65


@lru_cache(maxsize=SIBLINGS)
def setting_of(title: str, text: str, venue: str, online: Online) -> tuple[Setting, float]:
    """The setting and the confidence in it; unknown where the words state none, or both."""
    if online is Online.YES:
        return Setting.UNKNOWN, 0.0
    words = f"{title}. {text}"
    if _BOTH.search(words):
        return Setting.UNKNOWN, 0.0
    outdoor, indoor = bool(_OUTDOOR.search(words)), bool(_INDOOR.search(words))
    if outdoor is not indoor:
        return (Setting.OUTDOOR if outdoor else Setting.INDOOR), _SAID
    return (Setting.UNKNOWN, 0.0) if outdoor else _of_place(venue)


def _of_place(venue: str) -> tuple[Setting, float]:
    name = fold_name(_ASIDE.sub("", venue))
    last = name.rpartition(" ")[2]
    if last in _OUTDOOR_PLACES or name.endswith(_OUTDOOR_ENDS):
        return Setting.OUTDOOR, _BY_PLACE
    return (Setting.INDOOR, _BY_PLACE) if last in _INDOOR_PLACES else (Setting.UNKNOWN, 0.0)
