"""San Francisco: invented venues and programmes, written for this project."""

from zoneinfo import ZoneInfo

from sources.samples.programmes import EVERY_DAY, WEEKEND, Change, Hall, Programme, Town, programme

_HALLS = {
    "fog": Hall(name="The Fog Signal", address="Valencia Street, San Francisco, CA 94110", lat=37.7599, lng=-122.4212),
    "sutro": Hall(name="Sutro Reading Room", address="Balboa Street, San Francisco, CA 94121", lat=37.7757, lng=-122.4917),
    "mission": Hall(name="Taller de la Misión", address="24th Street, San Francisco, CA 94110", lat=37.7524, lng=-122.4150),
    "dock": Hall(name="Dock Nine", address="The Embarcadero, San Francisco, CA 94111", lat=37.7986, lng=-122.3969),
    "lab": Hall(name="Southpark Lab", address="South Park Street, San Francisco, CA 94107", lat=37.7816, lng=-122.3940),
    "meadow": Hall(name="Meadow Bandshell", address="Golden Gate Park, San Francisco, CA 94118", lat=37.7703, lng=-122.4669),
}  # fmt: skip

CALENDAR, LISTINGS = "sample-sf-calendar", "sample-sf-listings"

_PROGRAMMES: tuple[Programme, ...] = (
    programme("sf-songs", "Songs for a foggy night", "fog", (1, 3, 4), (20, 0), 120, "Music", "$18",
       "Three songwriters, one microphone, no amplifiers.", LISTINGS, CALENDAR, other="Songs for a foggy night (songwriters)",
       organizer="The Fog Signal", performers=("Ines Okafor", "Tom Bellweather"), tags=("acoustic", "live music"), picture=True),
    programme("sf-techno", "Low Tide: techno till four", "dock", (4, 5), (22, 0), 360, "Nightlife", "$25 – $40",
       "A long warehouse, a short bar, the bay behind the wall. 21 and over.", LISTINGS, organizer="Dock Nine", age="21+",
       performers=("Harbour Static",), tags=("techno", "late"), picture=True),
    programme("sf-mural", "Taller de murales para familias", "mission", (5, 6), (11, 0), 150, "Family", "Free",
       "Un muro, veinte colores, muchas manos. Para chicos desde los cinco años, con una persona adulta.", LISTINGS, language="es",
       age="5+", organizer="Taller de la Misión", tags=("kids", "murals"), series=True, picture=True),
    programme("sf-open", "Open mic at the Fog Signal", "fog", (0, 2, 6), (19, 30), 150, "Music", "Free",
       "Five minutes each. The list opens at seven.", LISTINGS, CALENDAR, other="Fog Signal open mic", tags=("open mic",), series=True),
    programme("sf-talk", "How the fog works: a talk with pictures", "sutro", (1,), (18, 30), 75, "Talks", "$8",
       "Why one street is sunny and the next is not.", LISTINGS, organizer="Sutro Reading Room", tags=("weather",), picture=True,
       changes=Change.ELSEWHERE, other_hall="lab"),
    programme("sf-hack", "Build night: small tools for the city", "lab", (2, 3), (18, 0), 180, "Technology", "Free",
       "Bring a laptop, leave with something that helps a neighbour.", LISTINGS, CALENDAR, other="Build night for small city tools",
       organizer="Southpark Lab", tags=("civic tech",), picture=True),
    programme("sf-founders", "First customers: an evening of questions", "lab", (0, 4), (18, 30), 90, "Business", "$20",
       "No pitches. Six people who have sold one thing to one person.", LISTINGS, tags=("startups",), changes=Change.SOLD_OUT),
    programme("sf-brass", "Brass in the meadow", "meadow", (6,), (14, 0), 90, "Music", "Free",
       "Twenty players, four marches, one tango.", CALENDAR, LISTINGS, other="Meadow brass band", tags=("outdoors",), picture=True),
    programme("sf-yoga", "Sunrise stretch on the pier", "dock", EVERY_DAY, (7, 0), 50, "Wellness", "$5",
       "Slow, facing the water. Mats are lent.", CALENDAR),
    programme("sf-improv", "Improvised comedy: the wrong bus", "fog", (3, 5), (20, 30), 80, "Comedy", "$15",
       "Every scene begins at a stop that you name.", LISTINGS, tags=("improv",), changes=Change.CANCELLED),
    programme("sf-garden", "Plant swap and seed library", "meadow", WEEKEND, (10, 0), 120, "Community", "Free",
       "Bring one, take one. Advice is free, too.", CALENDAR, LISTINGS, other="Seed library and plant swap"),
    programme("sf-hybrid", "Online: read a tide table", "dock", (2, 4), (17, 30), 45, "Talks", "Free",
       "For sailors, swimmers and the curious. The link opens ten minutes before.", LISTINGS, online=True, tags=("online", "water")),
    programme("sf-dinner", "Long table: a dinner for forty", "mission", (4, 5), (19, 0), 150, "Food", "$55",
       "One table, four courses, whoever sits beside you.", LISTINGS, organizer="Taller de la Misión", tags=("dinner",), picture=True),
    programme("sf-late", "Last songs at the Fog Signal", "fog", EVERY_DAY, (22, 30), 90, "Music", "$8",
       "Whoever is left plays for whoever is left.", LISTINGS, tags=("late", "acoustic"), series=True, organizer="The Fog Signal"),
    programme("sf-bakery", "Night bakery: the first bread", "mission", EVERY_DAY, (1, 30), 120, "Food", "Free",
       "Watch the oven, take a warm loaf home before the street wakes.", LISTINGS, tags=("late", "bread"), series=True),
)  # fmt: skip

SAN_FRANCISCO = Town(
    city="san-francisco",
    zone=ZoneInfo("America/Los_Angeles"),
    country="US",
    currency="USD",
    halls=_HALLS,
    programmes=_PROGRAMMES,
)
