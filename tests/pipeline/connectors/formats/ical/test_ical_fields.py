"""The fields of a VEVENT besides its times."""

from dataclasses import replace

import pytest

from pipeline.contract.enums import OrganizerType
from pipeline.contract.normalized import Image, OrganizerRef, Venue
from pipeline.contract.raw import Dropped
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_RAW, MAX_TITLE
from tests.pipeline.connectors.ical_text import calendar, drops, event, one, read

AT = "DTSTART:20261201T190000Z"


def test_texts_are_unfolded_and_unescaped():
    record = one(
        AT,
        r"SUMMARY:Tea\, cake\; and",
        "  talk",
        r"DESCRIPTION:First\nsecond \\ third\Nfourth",
        r"CATEGORIES:Food\, drink,Talk",
        "CATEGORIES:Talk,Free",
    )

    assert record.title == "Tea, cake; and talk"
    assert record.description == "First\nsecond \\ third\nfourth"
    assert record.categories == ("Food, drink", "Talk", "Free")


def test_a_fold_within_a_character_is_whole_again():
    text = calendar(event(AT, "SUMMARY:Café")).encode().replace(b"\xc3\xa9", b"\xc3\r\n \xa9")

    assert read(text)[0].title == "Café"


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\r\r\n", "\n\n"])
def test_every_kind_of_line_break_is_read(break_):
    (record,) = read(calendar(event(AT, "SUMMARY:Concert in", "  the park")).replace("\n", break_))

    assert record.title == "Concert in the park"


def test_a_description_with_unescaped_line_breaks_keeps_its_lines():
    record = one(
        AT, "DESCRIPTION:Doors at eight", "https://a.example/tickets", "Note: bring a coat", "SUMMARY:Concert"
    )

    assert record.description == "Doors at eight\nhttps://a.example/tickets\nNote: bring a coat"
    assert record.title == "Concert"


def test_a_broken_line_after_the_start_does_not_spoil_the_start():
    assert one(AT, "SUMMARY=Concert").start.hour == 19


def test_parameters_survive_broken_quotes_and_carets():
    assert one(AT, 'SUMMARY;LANGUAGE=de-AT;X-A="b:c;d":Konzert').title == "Konzert"
    assert one(AT, 'SUMMARY;X-A="broken:Konzert').title == "Konzert"
    assert one(AT, 'SUMMARY;X-A=a"b"c:Konzert').title == "Konzert"
    assert one(AT, "ORGANIZER;CN=The ^'Blue^' Note:mailto:a@b.example").organizer.name == 'The "Blue" Note'


def test_language_is_the_primary_subtag():
    assert one(AT, "SUMMARY;LANGUAGE=en-US:Concert").language == "en"
    assert one(AT, "SUMMARY;LANGUAGE=english:Concert").language == ""


def test_quoted_printable_of_old_calendars_is_read():
    record = one(
        AT,
        "DESCRIPTION;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Caf=E9=0D=0A=",
        "and: more",
        "SUMMARY;ENCODING=QUOTED-PRINTABLE:Sch=C3=B6n",
    )

    assert record.description == "Café\r\nand: more"
    assert record.title == "Schön"


def test_html_description_is_taken_where_it_says_as_much():
    html = "X-ALT-DESC;FMTTYPE=text/html:<p>Doors at <b>eight</b></p>"

    record = one(AT, "DESCRIPTION:Doors at eight", html)
    assert (record.description, record.metadata) == (
        "<p>Doors at <b>eight</b></p>",
        {"description_html": True},
    )
    record = one(AT, "DESCRIPTION:Doors at eight. " + "Long. " * 20, html)
    assert (record.description[:14], record.metadata) == ("Doors at eight", {})


@pytest.mark.parametrize(
    ("lines", "venue"),
    [
        ([r"LOCATION:Burg Wilhelmstein\, 52146 Würselen"], Venue(name="Burg Wilhelmstein, 52146 Würselen")),
        ([r"LOCATION:Town Hall\n1 Main St\nCorning"], Venue(name="Town Hall", address="1 Main St, Corning")),
        (["LOCATION:Park", "GEO:42.1428;-77.0547"], Venue(name="Park", lat=42.1428, lng=-77.0547)),
        (["LOCATION:Park", r"GEO:42.1428\;-77.0547"], Venue(name="Park", lat=42.1428, lng=-77.0547)),
        (["LOCATION:Park", "GEO:0;0"], Venue(name="Park")),
        (["LOCATION:Park", "GEO:123;500"], Venue(name="Park")),
        (["LOCATION:Park", "GEO:here"], Venue(name="Park")),
        (
            [
                'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="1 Main St\\nCorning";X-TITLE="Town Hall":geo:42.1,-77.0'
            ],
            Venue(name="Town Hall", address="1 Main St, Corning", lat=42.1, lng=-77.0),
        ),
        (["LOCATION:"], Venue()),
    ],
)
def test_venue(lines, venue):
    assert one(AT, *lines).venue == venue


VVENUE = """BEGIN:VVENUE
UID:v1
NAME:Blue Room
ADDRESS:12 Main St
CITY:Corning
REGION;ABBREV=NY:New York
COUNTRY;ABBREV=USA:United States
POSTALCODE:14830
GEO:42.143;-77.055
END:VVENUE"""


@pytest.mark.parametrize(
    ("component", "location"),
    [
        (VVENUE, "LOCATION;VVENUE=v1:Blue Room @ 12 Main St"),
        (VVENUE.replace("UID:v1\n", ""), "LOCATION:Blue Room @ 12 Main St\\, Corning"),
    ],
)
def test_a_venue_that_the_calendar_describes_gives_its_address_and_point(component, location):
    record = read(calendar(event("DTSTART:20261201T190000Z", location), component))[0]
    address = "12 Main St, Corning, New York 14830"
    assert record.venue == Venue(
        name="Blue Room", address=address, city="Corning", country="United States", lat=42.143, lng=-77.055
    )


def test_a_described_venue_of_another_event_is_not_taken():
    record = one("DTSTART:20261201T190000Z", "LOCATION:Blue Room Annex", header=tuple(VVENUE.split("\n")))
    assert record.venue == Venue(name="Blue Room Annex")


@pytest.mark.parametrize(
    ("lines", "online", "url", "name"),
    [
        (["LOCATION:https://zoom.us/j/1"], "yes", "https://zoom.us/j/1", ""),
        (
            ["LOCATION:Zoom: https://us02web.zoom.us/j/1?pwd=x"],
            "both",
            "https://us02web.zoom.us/j/1?pwd=x",
            "Zoom: https://us02web.zoom.us/j/1?pwd=x",
        ),
        (
            ["LOCATION:Hall", "X-GOOGLE-CONFERENCE:https://meet.google.com/abc"],
            "both",
            "https://meet.google.com/abc",
            "Hall",
        ),
        (["CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://a.example/room"], "yes", "https://a.example/room", ""),
        (["CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:+1-412-555-0123"], "", "", ""),
        (["LOCATION:Hall"], "", "", "Hall"),
    ],
)
def test_online(lines, online, url, name):
    record = one(AT, *lines)

    assert (record.online, record.online_url, record.venue.name) == (online, url, name)


def test_links_and_images_are_web_addresses_only():
    record = one(
        AT,
        "URL:javascript:alert(1)",
        r"URL:https://a.example/e?x=1\,2",
        "IMAGE;VALUE=URI;DISPLAY=BADGE:https://a.example/a.png",
        "ATTACH;FMTTYPE=image/jpeg:https://a.example/b",
        "ATTACH:https://a.example/c.webp?w=9",
        "ATTACH;FMTTYPE=application/pdf:https://a.example/d.png",
        "ATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA",
        r"X-WP-IMAGES-URL:thumbnail\;https://a.example/t.jpg\;150,full\;https://a.example/f.jpg\;900",
        "X-TICKETS-URL:https://a.example/buy",
    )

    assert (record.url, record.ticket_url) == ("https://a.example/e?x=1,2", "https://a.example/buy")
    assert record.images == (
        Image(url="https://a.example/a.png", is_primary=True),
        Image(url="https://a.example/b"),
        Image(url="https://a.example/c.webp?w=9"),
        Image(url="https://a.example/f.jpg"),
    )


def test_price_hints_are_passed_on():
    assert one(AT, "X-COST-TYPE:free").is_free is True
    assert (one(AT, "X-COST:5 €").price_text, one(AT, "X-COST:5 €").is_free) == ("5 €", None)


@pytest.mark.parametrize(
    ("line", "organizer"),
    [
        (
            "ORGANIZER;CN=Jazz Club:mailto:me@private.example",
            OrganizerRef(name="Jazz Club", type=OrganizerType.UNKNOWN, contact="me@private.example"),
        ),
        (
            "ORGANIZER:https://club.example/",
            OrganizerRef(url="https://club.example/", type=OrganizerType.UNKNOWN),
        ),
        ("ORGANIZER;CN=me@private.example:mailto:me@private.example", None),
        ("ORGANIZER:mailto:me@private.example", None),
    ],
)
def test_an_organizers_address_is_a_contact_to_be_hashed_and_nothing_else(line, organizer):
    record = one(
        AT, line, "ATTENDEE;CN=Someone:mailto:someone@private.example", "CONTACT:Someone\\, 555-0123"
    )

    assert record.organizer == organizer
    kept = replace(record, organizer=record.organizer and replace(record.organizer, contact=""))
    assert "private.example" not in repr(kept)
    assert "555" not in repr(record)


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["STATUS:CONFIRMED"], ""),
        (["STATUS:CANCELLED"], "cancelled"),
        (["STATUS:canceled"], "cancelled"),
        (["STATUS:TENTATIVE"], "tentative"),
        ([], ""),
    ],
)
def test_status(lines, status):
    assert one(AT, *lines).status == status


def test_method_cancel_cancels_every_event():
    assert one(AT, header=("METHOD:CANCEL",)).status == "cancelled"
    assert one(AT, header=("METHOD:PUBLISH",)).status == ""


@pytest.mark.parametrize("word", ["PRIVATE", "confidential"])
def test_private_events_are_dropped_and_nothing_is_told(word):
    private, public = read(
        calendar(event(AT, "SUMMARY:Secret", f"CLASS:{word}"), event(AT, "SUMMARY:Concert", uid="b@x"))
    )

    assert private == Dropped(reason="private", external_id="a@x")
    assert public.title == "Concert"


def test_in_a_calendar_that_marks_every_event_private_the_mark_says_nothing():
    holidays = [
        event(f"DTSTART;VALUE=DATE:202612{day}", "SUMMARY:Holiday", "CLASS:PRIVATE", uid=day)
        for day in ("25", "26")
    ]
    records = read(calendar(*holidays))

    assert [record.title for record in records] == ["Holiday", "Holiday"]
    assert all("marked private, as is every event of this calendar" in record.notes for record in records)
    assert drops(*holidays, event(AT, "CLASS:CONFIDENTIAL", uid="c@x")) == ["private"] * 3


def test_a_confidential_event_is_dropped_wherever_it_stands():
    assert drops(event(AT, "SUMMARY:Secret", "CLASS:CONFIDENTIAL")) == ["private"]


def test_alarms_are_not_read():
    alarm = "BEGIN:VALARM\nUID:alarm\nSUMMARY:Wake up\nREPEAT:1000000000\nDURATION:PT1S\nDTSTART:19990101\nEND:VALARM"
    (record,) = read(calendar(f"BEGIN:VEVENT\n{alarm}\nUID:a\n{AT}\nSUMMARY:Concert\nEND:VEVENT"))

    assert (record.external_id, record.title) == ("a", "Concert")


def test_long_texts_are_cut_with_a_note():
    record = one(AT, "SUMMARY:" + "x" * 10_000, "DESCRIPTION:" + "y" * 300_000, "LOCATION:" + "z" * 5_000)

    assert (len(record.title), len(record.description), len(record.venue.name)) == (
        MAX_TITLE,
        MAX_DESCRIPTION,
        1_000,
    )
    assert record.notes == (
        "title cut from 10000 to 1000 characters",
        "description cut from 300000 to 100000 characters",
        "location cut from 5000 to 1000 characters",
    )
    assert len(record.raw) == MAX_RAW


def test_many_categories_are_cut_with_a_note():
    record = one(AT, "CATEGORIES:" + ",".join(map(str, range(80))))

    assert (len(record.categories), record.notes) == (50, ("only 50 of 80 categories",))


def test_control_characters_are_removed_with_a_note():
    record = one(
        AT,
        "SUMMARY:Con\x00ce\x1brt",
        "LOCATION:H\x07all",
        "URL:https://a.example/\x00x",
        "ATTACH;FMTTYPE=image/png:https://a.example/\x01y",
    )

    assert (record.title, record.venue.name, record.url) == ("Concert", "Hall", "https://a.example/x")
    assert record.notes == ("control characters removed",)
    assert "\x00" not in repr(record)


def test_markup_is_passed_on_for_the_steps_to_clean():
    record = one(
        AT, "SUMMARY:<script>alert(1)</script>", "URL:data:text/html,<script>", "LOCATION:<b>Hall</b>"
    )

    assert (record.title, record.url) == ("<script>alert(1)</script>", "")


def test_raw_is_the_component_without_what_changes_with_every_export():
    record = one(AT, "DTSTAMP:20261121T000000Z", "SUMMARY:Concert")

    assert record.raw == "UID:a@x\nDTSTART:20261201T190000Z\nSUMMARY:Concert"


def test_an_event_without_uid_has_no_stable_id():
    (record,) = read(calendar(event(AT, "SUMMARY:Concert", uid="")))

    assert (record.external_id, record.stable_id) == ("", False)


def test_a_very_long_uid_is_hashed_with_a_note():
    (record,) = read(calendar(event(AT, uid="u" * 5_000)))

    assert record.external_id.startswith("sha256:")
    assert (record.stable_id, record.notes) == (True, ("id of 5000 characters replaced by its hash",))
