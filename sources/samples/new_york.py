"""New York: invented venues and programmes, written for this project."""

from zoneinfo import ZoneInfo

from sources.samples.programmes import (
    EVERY_DAY,
    WEEKDAYS,
    WEEKEND,
    Change,
    Hall,
    Programme,
    Town,
    programme,
)

_HALLS = {
    "lamp": Hall(name="The Lamplight Room", address="Ludlow Street, New York, NY 10002", lat=40.7209, lng=-73.9880),
    "pier": Hall(name="Pier House Stage", address="Water Street, Brooklyn, NY 11201", lat=40.7033, lng=-73.9903),
    "annex": Hall(name="Annex on Orchard", address="Orchard Street, New York, NY 10002", lat=40.7190, lng=-73.9899),
    "field": Hall(name="Northfield Lawn", address="Fort Greene Park, Brooklyn, NY 11205", lat=40.6917, lng=-73.9754),
    "cinema": Hall(name="Kestrel Cinema", address="Bedford Avenue, Brooklyn, NY 11249", lat=40.7176, lng=-73.9579),
    "casa": Hall(name="Casa del Barrio", address="East 116th Street, New York, NY 10029", lat=40.7973, lng=-73.9395),
    "works": Hall(name="Gowanus Bench", address="3rd Avenue, Brooklyn, NY 11215", lat=40.6733, lng=-73.9903),
}  # fmt: skip

CALENDAR, LISTINGS = "sample-nyc-calendar", "sample-nyc-listings"

_PROGRAMMES: tuple[Programme, ...] = (
    programme("nyc-quartet", "Dana Whitlock Quartet", "lamp", (2, 3, 4, 5), (20, 30), 120, "Music", "$25",
       "Two sets of new tunes for saxophone, vibraphone, bass and drums. The second set is the loud one.", LISTINGS, CALENDAR,
       other="Dana Whitlock Quartet at the Lamplight (jazz)", organizer="The Lamplight Room", performers=("Dana Whitlock Quartet",),
       tags=("jazz", "live music"), picture=True, language="en"),
    programme("nyc-jam", "Monday jam, all welcome", "lamp", (0, 1, 6), (21, 0), 180, "Music", "Free",
       "The house trio plays four tunes, then the list is open. Bring what you can carry.", LISTINGS, organizer="The Lamplight Room",
       tags=("jazz", "jam"), series=True),
    programme("nyc-salsa", "Noche de salsa: orquesta en vivo", "casa", (4, 5), (21, 0), 240, "Nightlife", "$15",
       "Clase abierta a las nueve, orquesta de once músicos a las diez. Se baila hasta la una.", LISTINGS, language="es",
       organizer="Casa del Barrio", performers=("Orquesta La Quinta",), tags=("salsa", "baile"), picture=True),
    programme("nyc-cuentos", "Cuentos para chicos, en español", "casa", (5, 6), (11, 0), 60, "Family", "Free",
       "Tres cuentos, dos canciones y un títere que no se calla. Para chicos desde los tres años.", LISTINGS, language="es", age="3+",
       organizer="Casa del Barrio", tags=("kids", "cuentos"), series=True, picture=True),
    programme("nyc-cinema-fr", "Ciné-club : un film, un débat", "cinema", (2, 6), (19, 0), 150, "Film", "$14",
       "Un film français en version originale, puis une heure de discussion. Sous-titres anglais.", LISTINGS, language="fr",
       organizer="Kestrel Cinema", tags=("french", "cinema"), picture=True, changes=Change.SOLD_OUT),
    programme("nyc-newjokes", "Eleven minutes: new comedy", "annex", (1, 3, 5), (20, 0), 90, "Comedy", "$12",
       "Seven comics, eleven minutes each, nothing that was on television.", LISTINGS, CALENDAR, other="Eleven Minutes (stand-up)",
       tags=("stand-up",), organizer="Annex on Orchard"),
    programme("nyc-play", "The Night Ferry, a play", "pier", (3, 4, 5), (19, 30), 110, "Theatre", "$35 – $60",
       "Four strangers, one boat, a crossing that takes all night.", LISTINGS, organizer="Pier House", performers=("Pier House Company",),
       tags=("drama",), picture=True, changes=Change.LATER),
    programme("nyc-dance", "Open dance floor: house and disco", "pier", (5,), (22, 30), 270, "Nightlife", "$20 – $30",
       "One room, two selectors, a floor of real wood. 21 and over.", LISTINGS, CALENDAR, other="House & disco, open floor", age="21+",
       performers=("Odile Grant", "M. Castellano"), tags=("house", "disco"), picture=True),
    programme("nyc-market", "Saturday growers' market", "field", (5,), (9, 0), 300, "Market", "Free",
       "Apples, bread, mushrooms, knives sharpened while you wait.", CALENDAR, LISTINGS, other="Growers' market at Northfield"),
    programme("nyc-run", "Bridge run, easy pace", "field", (1, 3), (6, 30), 60, "Sports", "Free",
       "Over one bridge and back by the other. Nobody is left behind.", CALENDAR),
    programme("nyc-bench", "Learn to solder in an evening", "works", (0, 2), (18, 30), 120, "Workshops", "$45",
       "You leave with a small radio that works, or an honest reason why it does not.", LISTINGS, organizer="Gowanus Bench",
       tags=("electronics", "hands-on"), picture=True, changes=Change.ELSEWHERE, other_hall="annex"),
    programme("nyc-tech", "Maps and data: three short talks", "works", (3,), (18, 30), 120, "Technology", "Free",
       "Bus arrivals, tree censuses, and why north is not up.", LISTINGS, CALENDAR, other="Maps & Data meetup", tags=("open data",)),
    programme("nyc-drawing", "Draw the city: sketching walk", "field", WEEKEND, (14, 0), 120, "Art", "$10",
       "Bring a pencil. Paper and a folding chair are lent.", LISTINGS, tags=("sketching",), series=True, changes=Change.CANCELLED),
    programme("nyc-show", "Exhibition: Elevators", "annex", EVERY_DAY, (12, 0), 420, "Art", "Free",
       "Eighty photographs of small rooms that move.", LISTINGS, tags=("photography",), picture=True),
    programme("nyc-books", "Lunch poems", "annex", WEEKDAYS, (12, 30), 45, "Books", "Free",
       "One poet, one sandwich, three quarters of an hour.", CALENDAR),
    programme("nyc-late", "Late set: piano and one lamp", "lamp", EVERY_DAY, (23, 0), 120, "Music", "$10",
       "A pianist, no list, no talking. The door stays open.", LISTINGS, tags=("late", "piano"), series=True, organizer="The Lamplight Room"),
    programme("nyc-ferry", "Night walk along the water", "pier", EVERY_DAY, (0, 30), 75, "Outdoors", "Free",
       "From pier to pier while the city is quiet. Wear warm shoes.", LISTINGS, tags=("late", "walk"), series=True),
)  # fmt: skip

NEW_YORK = Town(
    city="new-york",
    zone=ZoneInfo("America/New_York"),
    country="US",
    currency="USD",
    halls=_HALLS,
    programmes=_PROGRAMMES,
)
