"""The content of the samples: invented venues and programmes, written for this project.

A programme takes place on its weekdays. Each occurrence has its date in its id, so that yesterday's samples
never become rescheduled ones.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta

#: How many days are rendered, today included.
DAYS = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Hall:
    """An invented venue with the coordinates of a real street corner."""

    name: str
    address: str
    lat: float
    lng: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Programme:
    """An event that recurs on `weekdays` (0 is Monday).

    `feeds` list it; the second one in other words (`other_title`).
    """

    key: str
    title: str
    hall: str
    weekdays: tuple[int, ...]
    start: time
    minutes: int
    text: str
    price: str = ""
    category: str = ""
    organizer: str = ""
    feeds: tuple[str, ...]
    other_title: str = ""
    every: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """A programme on a day."""

    programme: Programme
    day: date

    @property
    def uid(self) -> str:
        """The id in every feed that lists it: programme and day."""
        return f"{self.programme.key}-{self.day:%Y%m%d}"


HALLS = {
    "blue": Hall(
        name="The Blue Room", address="12th Main, Indiranagar, Bengaluru 560038", lat=12.9719, lng=77.6412
    ),
    "loft": Hall(
        name="Loft Thirty-Eight",
        address="100 Feet Road, Indiranagar, Bengaluru 560038",
        lat=12.9784,
        lng=77.6408,
    ),
    "banyan": Hall(
        name="Banyan Courtyard",
        address="80 Feet Road, Indiranagar, Bengaluru 560038",
        lat=12.9762,
        lng=77.6478,
    ),
    "paper": Hall(
        name="Paper Lantern Books",
        address="CMH Road, Indiranagar, Bengaluru 560038",
        lat=12.9785,
        lng=77.6446,
    ),
    "tank": Hall(
        name="Lakeside Amphitheatre",
        address="Ulsoor Lake Road, Halasuru, Bengaluru 560042",
        lat=12.9833,
        lng=77.6198,
    ),
    "mill": Hall(
        name="The Old Mill Stage", address="Residency Road, Bengaluru 560025", lat=12.9698, lng=77.6035
    ),
    "sabha": Hall(
        name="Malleswaram Sabha Hall",
        address="8th Cross, Malleswaram, Bengaluru 560003",
        lat=13.0031,
        lng=77.5709,
    ),
    "press": Hall(
        name="Press Street Studio", address="Church Street, Bengaluru 560001", lat=12.9749, lng=77.6046
    ),
    "green": Hall(name="Cubbon Bandstand", address="Cubbon Park, Bengaluru 560001", lat=12.9763, lng=77.5929),
    "works": Hall(
        name="Signal Works", address="7th Block, Koramangala, Bengaluru 560095", lat=12.9352, lng=77.6146
    ),
    "yard": Hall(
        name="Whitefield Goods Yard",
        address="ITPL Main Road, Whitefield, Bengaluru 560066",
        lat=12.9858,
        lng=77.7363,
    ),
    "court": Hall(
        name="Jayanagar Courts", address="4th Block, Jayanagar, Bengaluru 560011", lat=12.9293, lng=77.5826
    ),
}

ICAL, RSS, PAGE, JSON = "sample-calendar", "sample-weekly", "sample-stages", "sample-listings"
EVERY_DAY, WEEKEND, WEEKDAYS = (0, 1, 2, 3, 4, 5, 6), (5, 6), (0, 1, 2, 3, 4)


def _p(
    key: str, title: str, hall: str, days: tuple[int, ...], start: tuple[int, int], minutes: int, category: str, price: str, text: str,
    *feeds: str, other: str = "", organizer: str = "", every: int = 1,
) -> Programme:  # fmt: skip
    return Programme(
        key=key, title=title, hall=hall, weekdays=days, start=time(*start), minutes=minutes, category=category, price=price, text=text,
        feeds=feeds, other_title=other, organizer=organizer, every=every,
    )  # fmt: skip


PROGRAMMES: tuple[Programme, ...] = (
    _p("late-trio", "Late Trio: piano, bass and drums", "blue", (1, 3, 4, 5), (20, 0), 150, "Music", "₹499",
       "Standards and their own tunes, two sets with a break. Doors at half past seven, seats are first come, first served.",
       ICAL, JSON, other="The Late Trio live (jazz)", organizer="The Blue Room"),
    _p("dusk-ragas", "Ragas at dusk", "sabha", (2, 6), (18, 15), 120, "Music", "Free",
       "A Hindustani vocal recital with tabla and harmonium. Come early: the front rows are on the floor.", PAGE, JSON,
       other="Ragas at Dusk – Hindustani vocal recital", organizer="Malleswaram Sabha"),
    _p("vinyl", "Vinyl night: Kannada film songs, 1960 to 1985", "press", (3,), (19, 30), 180, "Music", "₹250",
       "Bring a record, hear it on a good system. A selector plays between requests.", RSS, ICAL, organizer="Press Street Studio"),
    _p("choir", "Open choir rehearsal", "banyan", (0,), (18, 30), 90, "Music", "Free",
       "Four parts, no audition, sheet music on the chairs. New voices sit with a regular.", ICAL),
    _p("brass", "Sunday brass in the park", "green", (6,), (16, 30), 75, "Music", "Free",
       "Marches, film tunes and one slow piece, from the bandstand. Bring a mat.", PAGE, RSS, other="Brass band at Cubbon Bandstand"),
    _p("warehouse", "Signal: a night of dub and breaks", "works", (4, 5), (22, 0), 300, "Nightlife", "₹800 onwards",
       "Two rooms, one sound system built by hand. Last entry at one; no re-entry. 21 and over.", JSON, PAGE,
       other="SIGNAL – dub & breaks all night", organizer="Signal Works"),
    _p("salsa", "Salsa social with a first lesson", "loft", (2, 5), (20, 30), 180, "Nightlife", "₹350",
       "An hour's lesson for beginners, then the floor is open. Shoes with smooth soles help.", ICAL, JSON,
       other="Salsa Social + beginners' lesson", organizer="Loft Thirty-Eight"),
    _p("standup", "New jokes night", "loft", (1, 4), (20, 0), 90, "Comedy", "₹299",
       "Six comics try ten minutes each of what nobody has heard. In English and Kannada.", JSON, RSS, other="New Jokes Night (stand-up)"),
    _p("improv", "Improvised comedy: the suggestion box", "mill", (3, 6), (19, 0), 80, "Comedy", "₹400",
       "You write a line, five players make a play of it. No line is read twice.", PAGE),
    _p("play", "The Weaver's Daughter, a play in two acts", "mill", (4, 5, 6), (19, 30), 130, "Theatre", "₹500 – ₹900",
       "A loom, a letter and a lie. Kannada with English surtitles; latecomers wait for the interval.", PAGE, JSON,
       other="The Weaver's Daughter (Kannada, surtitled)", organizer="Old Mill Players"),
    _p("bharatanatyam", "Bharatanatyam: five solos", "sabha", (5,), (18, 0), 120, "Dance", "₹200",
       "Five dancers from five schools, live nattuvangam and violin.", PAGE, ICAL, other="Five Bharatanatyam solos"),
    _p("puppets", "String puppets for small people", "banyan", (5, 6), (11, 0), 50, "Family", "₹150",
       "A tiger, a well and a very clever hare. For children from four, with a grown-up.", PAGE, RSS, other="String puppet show for children"),
    _p("film-club", "Film club: one print, one talk", "press", (2,), (19, 0), 150, "Film", "₹200",
       "A feature from the archive, then half an hour with somebody who loves it.", RSS, JSON, other="Press Street film club"),
    _p("docs", "Short documentaries from the Deccan", "works", (6,), (18, 0), 120, "Film", "Free",
       "Six films of under twenty minutes and their makers, with tea.", JSON),
    _p("drawing", "Life drawing, no teaching", "press", (1, 6), (10, 30), 120, "Art", "₹300",
       "A model, easels, charcoal. Poses from two to twenty minutes.", ICAL, PAGE, other="Untutored life drawing"),
    _p("gallery", "Exhibition: Rain Maps", "loft", EVERY_DAY, (11, 0), 480, "Art", "Free",
       "Watercolours made by putting paper out in the monsoon, and the maps that came of them.", PAGE),
    _p("reading", "Read aloud: new poems", "paper", (3,), (18, 30), 75, "Books", "Free",
       "Eight readers, five minutes each. Sign up at the counter from six.", RSS, ICAL, other="New poems, read aloud at Paper Lantern"),
    _p("bookclub", "Book club: a novel a month", "paper", (6,), (17, 0), 90, "Books", "Free",
       "We read at home and argue here. This month: a family, a river, three endings.", RSS, every=2),
    _p("storytime", "Story hour in three languages", "paper", (2, 5), (16, 0), 45, "Family", "Free",
       "Kannada, English and Hindi, taking turns, with pictures held up high.", ICAL, RSS, other="Story hour for children at Paper Lantern"),
    _p("foodfest", "Indiranagar Food Festival", "banyan", (5, 6), (12, 0), 540, "Food", "₹100",
       "Forty stalls from Udupi to Manipur, a table for everybody, music from six.", PAGE, JSON, RSS,
       other="Food Festival at Indiranagar", organizer="Indiranagar Traders"),
    _p("dosa", "Dosa school: batter, heat, patience", "banyan", (2,), (17, 30), 120, "Food", "₹900",
       "You grind, you pour, you eat. Twelve places, all ingredients included.", JSON),
    _p("coffee", "Coffee tasting: five estates", "paper", (5,), (10, 0), 75, "Food", "₹450",
       "Five coffees of the Western Ghats side by side, with a grower on the line.", JSON, ICAL, other="Tasting: five estate coffees"),
    _p("market", "Farmers' market", "green", (6,), (7, 0), 300, "Market", "Free",
       "Vegetables from within a hundred kilometres, seedlings, honey. Bring bags.", RSS, PAGE, other="Sunday farmers' market at Cubbon Park"),
    _p("flea", "Flea market by the lake", "tank", (5,), (15, 0), 300, "Market", "Free",
       "A hundred tables of what people no longer need. Haggle kindly.", RSS),
    _p("python", "Python evening: two talks and a clinic", "works", (3,), (18, 30), 150, "Technology", "Free",
       "One talk on parsers, one on maps; afterwards bring the bug that haunts you.", ICAL, JSON,
       other="Bengaluru Python evening", organizer="Signal Works", every=2),
    _p("hacknight", "Civic hack night", "works", (1,), (18, 30), 180, "Technology", "Free",
       "Open data of the city: buses, lakes, trees. All levels, laptops help.", ICAL),
    _p("founders", "Founders' breakfast", "loft", (4,), (8, 30), 90, "Business", "₹300",
       "One question round the table, no pitches, good coffee.", JSON),
    _p("law", "Free tenancy clinic", "court", (5,), (10, 0), 180, "Community", "Free",
       "Bring your rental agreement; volunteers read it with you.", RSS),
    _p("astronomy", "Talk: the sky this month", "sabha", (4,), (18, 30), 75, "Talks", "Free",
       "Planets, one comet, and how to see either from a roof in the city.", RSS, ICAL, other="What's in the sky this month"),
    _p("history", "Lecture: how the lakes were joined", "mill", (1,), (18, 0), 90, "Talks", "₹100",
       "Channels, sluices and four hundred years of engineering, with maps.", PAGE),
    _p("pottery", "First bowl: a pottery class", "works", (2, 5), (11, 0), 150, "Workshops", "₹1,200",
       "Centre, open, pull, cut. The studio fires it and you collect it a week later.", JSON, ICAL, other="Pottery class: your first bowl"),
    _p("darkroom", "Darkroom for beginners", "press", (6,), (14, 0), 180, "Workshops", "₹1,500",
       "Develop a roll and print one frame. Film and paper are there.", JSON),
    _p("kannada", "Kannada for newcomers", "court", (0, 3), (19, 0), 60, "Workshops", "₹200",
       "Greetings, buses, markets. Come to any class, each stands alone.", ICAL),
    _p("yoga", "Morning yoga by the lake", "tank", EVERY_DAY, (6, 30), 60, "Wellness", "Free",
       "An hour of slow movement before the heat. Mats are lent.", ICAL),
    _p("meditation", "Sit together: half an hour of silence", "banyan", WEEKDAYS, (7, 30), 30, "Wellness", "Free",
       "A bell, half an hour, a bell. Chairs and cushions.", JSON),
    _p("football", "Five-a-side, all comers", "court", (0, 2, 4), (20, 0), 90, "Sports", "₹150",
       "Teams are drawn on the spot. Floodlights, bibs, a referee who listens.", ICAL),
    _p("cycling", "Sunday ride to Nandi and back", "green", (6,), (5, 0), 300, "Sports", "Free",
       "Sixty kilometres each way, regroup at every tea stall. Helmets, lights, two tubes.", RSS, ICAL, other="Nandi Hills Sunday ride"),
    _p("treewalk", "Tree walk in Cubbon Park", "green", (5,), (7, 30), 90, "Outdoors", "₹100",
       "Rain trees, silver oaks and one that nobody can name. With a botanist.", PAGE, RSS, other="Walk among the trees of Cubbon Park"),
    _p("nightwalk", "Night walk: old Halasuru", "tank", (3,), (19, 0), 100, "Outdoors", "₹250",
       "Temples, tanks and a printing press that still works.", PAGE),
    _p("quiz", "Open quiz", "loft", (2,), (19, 30), 120, "Games", "₹100",
       "Teams of four, thirty questions, one that nobody will get.", JSON, RSS, other="The Wednesday open quiz"),
    _p("boardgames", "Board games till late", "paper", (4, 5), (18, 0), 240, "Games", "₹150",
       "A hundred boxes and somebody to explain each.", ICAL, JSON, other="Board game night at Paper Lantern"),
    _p("chess", "Chess in the courtyard", "banyan", (1, 3), (17, 0), 120, "Games", "Free",
       "Clocks and boards are there; a trainer looks over shoulders.", ICAL),
    _p("lakeclean", "Lake clean-up", "tank", (6,), (7, 0), 120, "Community", "Free",
       "Gloves, boats and breakfast. Children over ten are welcome.", RSS, ICAL, other="Ulsoor Lake clean-up"),
    _p("repair", "Repair café", "works", (5,), (14, 0), 180, "Community", "Free",
       "Toasters, trousers, bicycles. You hold the torch, somebody who knows holds the screwdriver.", RSS),
    _p("robots", "Robots for ten-year-olds", "yard", (5, 6), (10, 0), 120, "Family", "₹600",
       "Build it, drive it into a wall, ask why. Kits are lent.", JSON),
    _p("bhajans", "Evening bhajans", "sabha", (0, 3), (18, 0), 60, "Faith", "Free",
       "Led from the front row, sung by everyone.", RSS),
    _p("lights", "Festival of lamps", "tank", (6,), (18, 30), 150, "Festivals", "Free",
       "A thousand lamps on the water, drums on the steps, sweets on paper plates.", PAGE, RSS, other="Lamps on Ulsoor Lake", every=2),
    _p("whitefield-rock", "Goods Yard rock: three bands", "yard", (5,), (19, 0), 240, "Music", "₹600",
       "Loud, then louder, then a ballad. Ear plugs at the bar.", PAGE, JSON, other="Three bands at the Goods Yard"),
)  # fmt: skip


def occurrences(feed: str, today: date) -> list[Occurrence]:
    """The occurrences that a feed lists on `today`, for a fortnight, in order."""
    days = [today + timedelta(days=offset) for offset in range(DAYS)]
    return [
        Occurrence(programme=programme, day=day)
        for day in days
        for programme in PROGRAMMES
        if feed in programme.feeds
        and day.weekday() in programme.weekdays
        and day.isocalendar().week % programme.every == 0
    ]
