"""Performers, accessibility, ages and setting: only what the words certainly state."""

from typing import Any

import pytest

from pipeline.contract.enums import Online, Setting
from pipeline.contract.normalized import OrganizerRef, Venue
from pipeline.refinement.facts.access import access_of
from pipeline.refinement.facts.ages import ages_of
from pipeline.refinement.facts.performers import apart, performers_of
from pipeline.refinement.facts.setting import setting_of
from pipeline.refinement.steps.facts import facts
from tests.pipeline.refinement.steps.make import LOOKUPS, context, extracted, with_event


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Summer Sundays featuring Wayne Tucker and the Bad Mothas", ("Wayne Tucker and the Bad Mothas",)),
        (
            "The Vibraphone Summit feat. Warren Wolf, Joe Locke, and Simon Moullier",
            ("Warren Wolf", "Joe Locke", "Simon Moullier"),
        ),
        ("Myles Smith: My Mess Tour with Special Guest Michael Marcagi", ("Michael Marcagi",)),
        ("Jeff Arcuri w/ Mark Normand", ("Mark Normand",)),
        ("Open Decks w/ Steen & Moledro", ("Steen & Moledro",)),
        ("Man, Idk w/ YEDOYE (feat. Zubi Ahmed, Ontonio Kareem)", ("YEDOYE", "Zubi Ahmed", "Ontonio Kareem")),
        (
            "Album release feat. Special Guests Clyde & Gracie Lawrence + Sammy Rae",
            ("Clyde & Gracie Lawrence", "Sammy Rae"),
        ),
        ("Contact Jam w/DJ DeepFlow @RhythmWave", ("DJ DeepFlow",)),
        ("An Evening with Nina Simone", ("Nina Simone",)),
        ("Pat & Owen Duo LIVE @ Steuben Brewing", ("Pat & Owen Duo",)),
        ("Summer Stage: Ana Ruiz with Bo Lee - LIVE @ The Yard", ("Ana Ruiz", "Bo Lee")),
        ("The Quiet Band live at Patrick's", ("The Quiet Band",)),
        ("Juan Atkins, KYRUH, Juno", ("Juan Atkins", "KYRUH", "Juno")),
        ("Violet Stanza, Marlow Shields, and more", ("Violet Stanza", "Marlow Shields")),
        ("Alex Weitz Quartet", ("Alex Weitz Quartet",)),
        ("DJ Emelyn Bats", ("DJ Emelyn Bats",)),
        ("Karaoke live at Patrick's", ()),
        ("Music, Food, Fun", ()),
        ("Brunch, Beats and Bingo", ()),
        ("Fire, Flora, and Flow", ()),
        ("So Bright, So Tight, So Early", ()),
        ("Recital: Ana Ruiz, Guitar, Bo Lee", ()),
        ("Jazz w/ special guests", ()),
        ("Jazz w/ friends and more", ()),
        ("Dinner w/ wine", ()),
        ("Party w/ The Blue Note", ()),
        ("Party w/ Night Owls Ltd", ()),
        ("Jazz w/ live piano", ()),
        ("Without Feathers", ()),
    ],
)
def test_performers_of_a_title(title: str, names: tuple[str, ...]) -> None:
    assert performers_of(title, "music", ("Blue Note", "Night Owls Ltd")) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [("A masterclass with Ana Ruiz.", ("Ana Ruiz",)), ("A masterclass.", ()), ("", ())],
)
def test_a_name_in_brackets_performs_where_the_text_says_so(text: str, names: tuple[str, ...]) -> None:
    assert performers_of("Masterclass: Stories (Ana Ruiz)", "business", (), text) == names


@pytest.mark.parametrize(
    ("reported", "names"),
    [
        (("DJ Foo, Bar Baz & Qux",), ("DJ Foo", "Bar Baz", "Qux")),
        (("Simon & Garfunkel",), ("Simon & Garfunkel",)),
        (("Ann, Bob", "Carl"), ("Ann, Bob", "Carl")),
        (("An evening, with songs",), ("An evening, with songs",)),
    ],
)
def test_performers_told_as_one_text_are_divided(reported: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert apart(reported) == names


def test_a_line_of_the_description_lists_the_performers() -> None:
    one = with_event(
        extracted(title="Late Night"),
        description="<p>Jazz at ten.</p><p>Line-up: Quiet Trio, Ana Ruiz and Bo Lee</p>",
    )
    assert facts([one], context(), LOOKUPS)[0].event.performers == ("Quiet Trio", "Ana Ruiz", "Bo Lee")
    assert performers_of("Late Night", "music", (), "Artists: to be announced") == ()


def test_a_teacher_is_no_performer() -> None:
    assert performers_of("Painting, Pottery, Prints", "arts", ()) == ()
    assert performers_of("Yoga w/ Ana", "wellness", ()) == ()


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("The hall is wheelchair accessible.", {"wheelchair": True}),
        ("Sorry, the cellar is not wheelchair accessible.", {"wheelchair": False}),
        ("Der Saal ist barrierefrei, mit Hörschleife.", {"wheelchair": True, "hearing_loop": True}),
        ("Der Keller ist leider nicht barrierefrei.", {"wheelchair": False}),
        ("Salle accessible aux PMR, boucle magnétique.", {"wheelchair": True, "hearing_loop": True}),
        ("Acceso en silla de ruedas.", {"wheelchair": True}),
        (
            "ASL interpreted, live captions, audio description.",
            {"sign_language": True, "captions": True, "audio_description": True},
        ),
        ("A relaxed performance with a quiet room.", {"relaxed": True}),
        (
            "All-gender restrooms and an accessible toilet.",
            {"gender_neutral_toilets": True, "accessible_toilet": True},
        ),
        ("Carers go free.", {"companion_ticket": True}),
        ("Begleitperson frei.", {"companion_ticket": True}),
        ("Service dogs welcome.", {"service_animals": True}),
        ("Learn American Sign Language.", {}),
        ("This dance is accessible to everyone.", {}),
        ("Bring your shopping cart. asl?", {}),
    ],
)
def test_accessibility(text: str, reported: dict[str, Any]) -> None:
    assert access_of({}, text) == reported


def test_what_a_source_states_is_kept_under_our_names() -> None:
    stated = {"wheelchairAccessibleEntrance": False, "lift": "on request"}
    assert access_of(stated, "Wheelchair accessible") == {"wheelchair": False, "lift": "on request"}


@pytest.mark.parametrize(
    ("title", "text", "reported"),
    [
        ("Hayden James (21+)", "", {"minimum_age": 21}),
        ("Night, 18 and over", "", {"minimum_age": 18}),
        ("Night", "Must be 21 or older.", {"minimum_age": 21}),
        ("Night", "18+ only.", {"minimum_age": 18}),
        ("Nacht", "Einlass ab 18 Jahren", {"minimum_age": 18}),
        ("Nuit", "Dès 16 ans", {"minimum_age": 16}),
        ("Show", "This is an all ages show", {"all_ages": True}),
        ("Show", "18+ to enter, 21+ to drink", {}),
        ("Show", "Tickets $21+ fees, doors 18:00", {}),
        ("Adele 21", "Her album 21", {}),
    ],
)
def test_ages(title: str, text: str, reported: dict[str, Any]) -> None:
    assert ages_of({}, title, f"{title}. {text}") == reported


@pytest.mark.parametrize(
    ("title", "text", "venue", "setting"),
    [
        ("Market", "Rain or shine!", "", Setting.OUTDOOR),
        ("Concert en plein air", "", "", Setting.OUTDOOR),
        ("Market", "An indoor market.", "", Setting.INDOOR),
        ("Market", "Indoor and outdoor stalls.", "Central Park", Setting.UNKNOWN),
        ("Film", "In the park; in case of rain inside.", "Central Park", Setting.UNKNOWN),
        ("Yoga", "", "Bryant Park", Setting.OUTDOOR),
        ("Yoga", "", "Gymnasium (in St. John's Park)", Setting.INDOOR),
        ("Play", "", "Park Theatre", Setting.INDOOR),
        ("Gig", "", "Madison Square Garden", Setting.UNKNOWN),
        ("Gig", "", "Irving Plaza", Setting.UNKNOWN),
        ("Gig", "", "", Setting.UNKNOWN),
    ],
)
def test_setting(title: str, text: str, venue: str, setting: Setting) -> None:
    assert setting_of(title, text, venue, Online.NO)[0] is setting


def test_nobody_stands_in_the_rain_online() -> None:
    assert setting_of("Outdoors online", "rain or shine", "Bryant Park", Online.YES) == (Setting.UNKNOWN, 0.0)


def test_the_step_keeps_what_is_stated_and_says_how_sure_it_is() -> None:
    one = extracted(
        title="Gig feat. Nina", performers=("Ana", "Blue Note", "The Night Owls"), venue=Venue(name="The Blue Note"),
        organizer=OrganizerRef(name="Night Owls"), setting="outdoor", description="Wheelchair accessible.",
    )  # fmt: skip
    (reported,) = facts([one], context(), LOOKUPS)
    event = reported.event
    assert (event.performers, event.setting, event.accessibility) == (
        ("Ana",),
        Setting.OUTDOOR,
        {"wheelchair": True},
    )
    assert {name: event.confidence[name] for name in ("performers", "setting", "accessibility")} == {
        "performers": 0.95, "setting": 0.95, "accessibility": 0.8,
    }  # fmt: skip
    assert facts([reported], context(), LOOKUPS) == [reported]


def test_the_step_reads_ages_from_the_title_that_was_cleaned_of_them() -> None:
    one = with_event(extracted(title="Hayden James (21+)"), title="Hayden James", category="music")
    (reported,) = facts([one], context(), LOOKUPS)
    assert reported.event.accessibility == {"minimum_age": 21}


@pytest.mark.parametrize(
    ("title", "limit", "tags"),
    [
        ("Late Film (18+)", None, ("film",)),
        ("Late Film", 18, ("film",)),
        ("Late Film, adults only", None, ("film",)),
        ("Late Film", 12, ("film", "kids", "Family Fun")),
    ],
)
def test_tags_for_families_are_held_back_where_an_event_is_for_adults(
    title: str, limit: int | None, tags: tuple[str, ...]
) -> None:
    one = with_event(extracted(title=title), tags=("film", "kids", "Family Fun"), age_limit=limit)
    assert facts([one], context(), LOOKUPS)[0].event.tags == tags


def test_a_number_of_places_or_guests_is_no_age() -> None:
    assert ages_of({}, "Finale Hits the Big Screen at 20+ Bay Area Theaters", "") == {}
    assert ages_of({}, "Alicia", "Solo para adolescentes de 13+ y adultos.") == {"minimum_age": 13}
