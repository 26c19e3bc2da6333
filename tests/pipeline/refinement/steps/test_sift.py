"""Listings that are no events are dropped with their reason; similar titles of real events stay."""

from datetime import UTC, datetime

import pytest

from pipeline.contract.draft import SourceContext
from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import RawRecord
from pipeline.refinement.lookups import MemoryLookups
from pipeline.refinement.no_events import NO_EVENTS, no_event
from pipeline.refinement.pipeline import refine

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CONTEXT = SourceContext(source_key="s", city="denver", timezone="America/Denver", now=NOW)


def refined(**fields: object) -> tuple[list[str], list[str]]:
    """Kept titles, and reasons of drops, for one record."""
    given = {
        "external_id": "1",
        "title": "A",
        "start": datetime(2026, 12, 4, 20),
        "venue": Venue(name="Blue Room"),
        **fields,
    }
    (batch,) = refine([RawRecord(**given)], CONTEXT, MemoryLookups())  # type: ignore[arg-type]
    return [draft.event.title for draft in batch.drafts], [drop.reason for drop in batch.dropped]


@pytest.mark.parametrize(
    ("reason", "titles"),
    [
        (
            "not an event: parking",
            "Parking: The Lanterns|Premier Parking: The Lanterns|The Lanterns - Parking|The Lanterns (Parking Pass)|Garage Parking at Blue Room"
            "|Parkticket – Rock am See|Estacionamiento: Los Faros",
        ),
        (
            "not an event: article",
            "15 Awesome Things to Do on Lantern Day|The 7 Best Places to Eat in Old Town|Best Free Things to Do This Weekend|Top 10 Bars to Visit in Town",
        ),
        (
            "not an event: extra to a ticket",
            "VIP Upgrade - The Lanterns|The Lanterns – VIP Package|Merch Bundle: The Lanterns|Drink Package|Suite Deposit 2026|Camping Add-On|Locker Rental"
            "|Shuttle Pass for Lantern Fest|Bowling Lane – not a concert ticket|Getränkegutschein|Navette: Fête du Lac",
        ),
        (
            "not an event: gift card or voucher",
            "Gift Card|Blue Room Gift Cards|Voucher|Gutschein|Carte cadeau|Tarjeta regalo",
        ),
        ("not an event: season ticket", "2026 Regular Season Pass|Season Ticket Deposit|Saisonkarte"),
        ("not an event: hiring", "We're hiring!|Now Hiring: Line Cooks|On recrute !|Wir suchen Verstärkung"),
        (
            "not an event: past report",
            "Photo recap: Summer Fest|Thank you to everyone who came|Rückblick: Sommernacht",
        ),
        (
            "not an event: room or rental",
            "Room hire|Hall rental – Saturday|Great Hall available for private hire|Saalvermietung",
        ),
        (
            "not an event: closure",
            "Closed for Thanksgiving|Library closed for Labor Day|CLOSED Tonight|Museum is closed until further notice|Geschlossen|Betriebsferien"
            "|Fermeture annuelle|Cerrado por vacaciones|No School - Spring Break|Public Holiday",
        ),
        ("not an event: placeholder", "TBD|TBA|Artist TBA|No title|À confirmer"),
        (
            "not an event: opening hours",
            "New hours starting Monday|Holiday Hours|Neue Öffnungszeiten|Horaires d'ouverture|Horario: de lunes a viernes",
        ),
        (
            "not an event: public notice",
            "Power cut|Road works on the A12|Sciopero dei mezzi|Grève des transports|Corte de tráfico en la calle",
        ),
        ("not an event: offer", "Two for one pizza|Buy one get one tacos|Flat 50% off"),
        ("not an event: private", "Private Event|PRIVATE EVENT (closed to the public)|Privatveranstaltung"),
        ("not an event: advertisement", "Sponsored: the best mattress|[AD] Cheap flights"),
    ],
)
def test_what_is_no_event_says_why(reason: str, titles: str) -> None:
    assert {title: no_event(title)[0] for title in titles.split("|")} == dict.fromkeys(
        titles.split("|"), reason
    )


@pytest.mark.parametrize(
    "title",
    [
        "Parking Lot Party", "Car Park Rave", "10 Things To Do Before I Die", "Things to Do in Denver When You're Dead", "5 Ways to Improve Your CV",
        "7 Places to Eat: A Walking Tour", "The Way of Things", "Parking Authority Board Meeting", "Parking: a documentary screening", "Concert - Free Parking",
        "Gift Card Holder Craft Night", "Bingo: Win a $50 Gift Card", "Gutschein-Tauschbörse",
        "Job Fair", "Hiring Event", "Tech Career Fair: Exclusive Tech Hiring Event", "We're Hiring: Info Session",
        "Closed Caption Screening", "Closed Circle: AA Meeting", "Closing Night Party", "No School Day Camp", "Bank Holiday Weekender",
        "Geschlossene Gesellschaft", "Cerrado por amor", "Case Closed", "The Store Is Closed: A Musical",
        "Upgrade", "VIP", "VIP Gala", "Cello Suite", "Family Camping: Bronx", "Introduction to R Packages", "Locker Room Talk", "Shuttle Launch Viewing",
        "Season Opener", "Season Ticket Holder Party", "Private Lives", "Hold Steady", "Busy Bee Storytime", "Drop-in Office Hours",
        "After Hours: A Night at the Mill", "24 Hours of Dance", "Two for One: Ticket Tuesday at the Odeon", "Flat Earth",
        "Road to Nowhere: A Concert", "Power Yoga", "Strike!", "Water Music", "Opening Hours: A Play",
        "RStudio Conf Recap and learnR!", "In Pictures: Exhibition", "Untitled New Work by Mo Bill", "Test Event", "World Cup Watch Party: Teams TBD",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_stays(title: str) -> None:
    assert no_event(title) == ("", "")


def test_a_dropped_record_is_counted_with_its_words() -> None:
    (batch,) = refine(
        [RawRecord(external_id="1", title="The Lanterns &ndash; Parking", start=datetime(2026, 12, 4, 20))],
        CONTEXT,
        MemoryLookups(),
    )
    (drop,) = batch.dropped
    assert (drop.reason, drop.external_id, drop.detail) == (
        "not an event: parking",
        "1",
        "left out for “Parking”",
    )
    assert [step.dropped for step in batch.steps if step.name == "sift"] == [1]


def test_a_word_of_a_calendar_is_a_placeholder_only_where_nothing_else_is_told() -> None:
    assert refined(title="Hold", venue=Venue()) == ([], ["not an event: placeholder"])
    assert refined(title="Hold", description="A dance in four parts.") == (["Hold"], [])
    assert refined(title="Private Party", venue=Venue()) == ([], ["not an event: private"])
    assert refined(title="Private Party") == (["Private Party"], [])


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("Thank you to everyone who came! What a night.", ["not an event: past report"]),
        ("Danke an alle, die da waren. Schön war's!", ["not an event: past report"]),
        ("We are hiring a bar manager. Send your CV by post.", ["not an event: hiring"]),
        ("Hiring alert! Baristas needed. Walk-in interviews on Friday.", ["not an event: hiring"]),
        ("Vacature: wij zoeken een bedrijfsleider.", ["not an event: hiring"]),
        ("Estamos a contratar! Envia o teu currículo.", ["not an event: hiring"]),
        ("We are hiring! Meet us at the job fair.", []),
    ],
)
def test_a_post_that_looks_back_or_offers_work_is_none(text: str, reasons: list[str]) -> None:
    assert (
        refined(
            title="Lantern Walk",
            description=text,
            method=ExtractionMethod.TEXT,
            metadata={"start_confidence": 0.5},
        )[1]
        == reasons
    )
    assert refined(title="Lantern Walk", description=text)[1] == [], "structured data says what it is"


def test_thanks_before_a_sure_date_announce_the_next_one() -> None:
    text = "Thank you to everyone who came! The next one is on Friday 4 December at 8 pm."
    assert (
        refined(
            title="Lantern Walk",
            description=text,
            method=ExtractionMethod.TEXT,
            metadata={"start_confidence": 0.85},
        )[1]
        == []
    )


def test_every_reason_begins_alike() -> None:
    assert all(kind.reason.startswith("not an event: ") for kind in NO_EVENTS)


def test_a_day_on_which_an_office_is_closed_is_none() -> None:
    assert refined(title="Administrative Day", description="<p>Office Closed</p>", venue=Venue())[1] == [
        "not an event: closure"
    ]
    assert refined(title="Winter gala", description="Registration closed", venue=Venue())[1] == []
    assert (
        refined(title="Winter gala", description="The library is closed.", venue=Venue(name="Library"))[1]
        == []
    )


@pytest.mark.parametrize(
    "title",
    [
        "Vip-Upgrade", "Schließfach", "Zeltticket", "Wertgutschein", "Tarjeta regalo", "Buono regalo", "Dauerkarte", "Carte d'abonnement", "Cercasi personale",
        "Danke an alle", "Saalvermietung", "Zu vermieten", "Jour férié", "Ruhetag", "Chiuso per ferie", "To be determined", "À venir", "n/a", "[AD] Lamps",
        "No meeting - Holiday", "Soirée privée", "Se busca personal",
    ],
)  # fmt: skip
def test_the_cheap_look_at_the_words_lets_every_pattern_speak(title: str) -> None:
    found = next(
        (
            kind.reason
            for kind in NO_EVENTS
            if kind.pattern.search(title) and not (kind.unless and kind.unless.search(title))
        ),
        "",
    )
    assert no_event(title, is_bare=True)[0] == found
