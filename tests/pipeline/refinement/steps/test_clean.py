from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contract.enums import Status
from pipeline.contract.normalized import Image, OrganizerRef, Venue
from pipeline.refinement.steps.clean import clean
from tests.pipeline.refinement.steps.make import LOOKUPS, cleaned, context, extracted
from tests.pipeline.text.test_sanitize import hostile


@settings(max_examples=60)
@given(hostile, hostile, st.lists(hostile, max_size=3))
def test_cleaning_a_clean_event_changes_nothing(title: str, words: str, names: list[str]) -> None:
    once = cleaned(
        title=f"Jazz {title}", description=words, venue=Venue(name=words, address=title, city=words), tags=tuple(names), performers=tuple(names),
        organizer=OrganizerRef(name=words, url=title), url=title, accessibility={words: title},
    )  # fmt: skip
    again = clean([replace(once, notes=())], context(), LOOKUPS)[0]
    assert again.event == once.event


def test_a_city_s_id_is_read_as_its_name() -> None:
    assert cleaned(venue=Venue(city="ny--new-york")).event.venue.city == "New York"
    assert cleaned(venue=Venue(city="Saint-Denis")).event.venue.city == "Saint-Denis"


def test_no_title_is_dropped() -> None:
    assert cleaned(title=" <b></b> ").dropped == "no title"


def test_a_long_title_is_cut_with_a_note() -> None:
    draft = cleaned(title="word " * 2000)
    assert len(draft.event.title) <= 300
    assert draft.notes == ("title cut from 10000 to 300 characters",)


def test_a_status_in_the_title_becomes_the_status() -> None:
    event = cleaned(title="CANCELLED: JAZZ NIGHT WITH THE BAND").event
    assert (event.title, event.status) == ("Jazz Night with the Band", Status.CANCELLED)
    assert event.raw_title == "CANCELLED: JAZZ NIGHT WITH THE BAND"


def test_a_venue_in_the_title_is_left_out() -> None:
    assert cleaned(title="Jazz night @ Blue Note", venue=Venue(name="Blue Note")).event.title == "Jazz night"


def test_script_in_every_field_is_taken_out() -> None:
    evil = "<script>alert(1)</script>x"
    event = cleaned(
        title=evil, description=evil, venue=Venue(name=evil, address=evil, city=evil, country=evil), tags=(evil,), performers=(evil,),
        organizer=OrganizerRef(name=evil, contact=evil), accessibility={evil: evil}, language=evil, images=(Image(url="https://a.b/c", alt=evil, credit=evil),),
    ).event  # fmt: skip
    assert "<script" not in str(event.to_json())
    assert event.title == "x"


def test_addresses_that_are_none_are_dropped_with_a_note() -> None:
    draft = cleaned(
        url="javascript:alert(1)",
        ticket_url="https://example.org/t",
        images=(Image(url="data:image/png;base64,x"),),
    )
    assert (draft.event.url, draft.event.ticket_url, draft.event.images) == ("", "https://example.org/t", ())
    assert draft.notes == ("url dropped: no web address", "image dropped: no web address")


def test_images_are_ten_at_most_each_once_and_one_is_primary() -> None:
    urls = [f"https://example.org/{number % 12}.jpg" for number in range(30)]
    images = cleaned(images=tuple(Image(url=url) for url in urls)).event.images
    assert [image.url for image in images] == urls[:10]
    assert [image.is_primary for image in images] == [True] + [False] * 9


def test_the_source_s_primary_image_stays_primary() -> None:
    images = cleaned(
        images=(Image(url="https://a.b/1"), Image(url="https://a.b/2", is_primary=True))
    ).event.images
    assert [image.is_primary for image in images] == [False, True]


def test_names_are_told_once() -> None:
    assert cleaned(tags=("Jazz", "jazz ", "JÄZZ", "#Jazz", "", "Blues")).event.tags == ("Jazz", "Blues")


def test_nested_details_are_left_out() -> None:
    assert cleaned(
        accessibility={"wheelchair": True, "notes": "<b>ramp</b>", "deep": {"x": 1}}
    ).event.accessibility == {
        "wheelchair": True,
        "notes": "ramp",
    }


def test_an_organizer_without_name_and_address_is_none() -> None:
    assert cleaned(organizer=OrganizerRef(name="<b></b>", url="javascript:x")).event.organizer is None


def test_a_cut_description_is_noted() -> None:
    draft = cleaned(description="word " * 20_000)
    assert len(draft.event.description) <= 20_000
    assert draft.notes == ("description cut from 100000 characters",)


def test_a_dropped_draft_passes_through() -> None:
    dropped = replace(extracted(), dropped="no start")
    assert clean([dropped], context(), LOOKUPS) == [dropped]
