from dataclasses import replace

import pytest

from pipeline.contract.normalized import Venue
from pipeline.refinement.categories.hints import label_hints
from pipeline.refinement.steps.categorize import acquainted, categorize
from pipeline.taxonomy import SLUGS
from tests.pipeline.refinement.steps.drafts import CONTEXT, draft


def reported(title, **fields):
    return categorize([draft(title, **fields)], CONTEXT, None)[0].event


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("Food Festival at Indiranagar", "food"),
        ("Stand-up comedy night with open mic", "comedy"),
        ("PyCon India 2026", "tech"),
        ("Weihnachtsmarkt am Rathaus", "market"),
        ("Exposición de pintura en el museo municipal", "art"),
        ("Sunday worship service and bible study", "faith"),
        ("Board game night: chess, trivia and quiz", "games"),
        ("ಸಂಗೀತ ಕಚೇರಿ", "music"),
        ("Half marathon and 10k run", "sport"),
        ("Town hall meeting of the city council", "community"),
    ],
)
def test_plain_titles_of_many_languages(title, category):
    event = reported(title)
    assert event.category == category
    assert 0.3 <= event.confidence["category"] <= 1


def test_what_the_source_says_decides_between_readings():
    assert reported("An evening with Anna", raw={"categories": ("Food & Drink",)}).category == "food"
    assert reported("An evening with Anna", raw={"categories": ("Konzerte",)}).category == "music"
    assert reported("An evening with Anna", raw={"tags": ("stand-up",)}).category == "comedy"


def test_a_label_that_names_no_category_hints_at_nothing():
    assert label_hints("Campus Wide") == {}
    assert label_hints("other") == {}
    assert set(label_hints("SportsEvent")) == {SLUGS.index("sport")}


def test_the_sources_default_helps_only_where_nothing_else_does():
    context = replace(CONTEXT, default_category="sports")
    silent, labelled = categorize(
        [draft("SG Neustadt"), draft("SG Neustadt", raw={"categories": ("Music",)})], context, None
    )
    assert silent.event.category == "sport"
    assert labelled.event.category == "music"


def test_what_the_source_told_of_so_far_speaks_where_nothing_else_does():
    def categorized(usual, **fields):
        vague = draft(
            "Late Shift", description="Come early, doors open at eight, and bring your friends.", **fields
        )
        return categorize([vague], replace(CONTEXT, usual_categories=usual), None)[0].event.category

    assert categorized({}) != "music"
    assert categorized({"music": 400, "food": 3}) == "music"
    assert categorized({"music": 400, "food": 3}, raw={"categories": ("Food & Drink",)}) == "food"


def records(title, number, **fields):
    return [draft(f"{title} {n}", raw=fields).raw for n in range(number)]


def test_a_new_source_s_first_records_say_what_it_usually_tells_of():
    found = acquainted(records("Jazz concert number", 40), CONTEXT)
    assert found.usual_categories == {"music": 40}
    assert replace(found, usual_categories=CONTEXT.usual_categories) == CONTEXT
    assert acquainted(records("Evening", 40, categories=("Food & Drink",)), CONTEXT).usual_categories == {
        "food": 40
    }


def test_few_records_are_no_habit_and_what_a_source_told_of_before_outweighs_them():
    assert acquainted(records("Jazz concert number", 19), CONTEXT) is CONTEXT
    known = replace(CONTEXT, usual_categories={"food": 20})
    assert acquainted(records("Jazz concert number", 40), known) is known


@pytest.mark.parametrize(
    "title",
    ["", "???", "2026", "TBA", "Event", "Untitled event 12", "Lorem ipsum dolor sit amet", "🎉🎉🎉", "a b c"],
)
@pytest.mark.parametrize("venue", ["", "Blue Note"])
def test_an_event_without_a_word_of_its_own_is_other_and_nothing_is_sure(title, venue):
    event = reported(title, description="<p>tbd</p>", venue=Venue(name=venue, city="Berlin"))
    assert event.category == "other"
    assert event.confidence["category"] < 0.1
    assert [flag.check for flag in event.flags] == ["category"]


def test_without_a_word_of_its_own_an_event_is_what_its_source_says():
    assert reported("TBA", raw={"categories": ("Konzerte",)}).category == "music"
    default = categorize([draft("TBA")], replace(CONTEXT, default_category="sports"), None)[0].event
    assert default.category == "sport"


def test_one_letter_of_a_script_that_writes_words_so_is_a_word():
    assert reported("祭").confidence["category"] > 0.1


def test_below_the_threshold_it_is_other_with_a_reason(monkeypatch):
    monkeypatch.setattr("pipeline.refinement.categories.verdict.THRESHOLD", 1.1)
    event = reported("Something")
    assert event.category == "other"
    assert [flag.check for flag in event.flags] == ["category"]
    assert "perhaps" in event.flags[0].reason


def test_running_it_again_changes_nothing():
    once = categorize([draft("Jazz concert in the park", venue=draft().event.venue)], CONTEXT, None)
    assert categorize(once, CONTEXT, None) == once


def test_subcategories_come_from_labels_then_the_title():
    assert reported("Weihnachtsmarkt am Rathaus").subcategory == "seasonal_market"
    assert reported("Concert in the park", raw={"categories": ("Jazz", "Music")}).subcategory == "jazz"


def test_dropped_drafts_and_the_order_stay():
    drafts = [
        draft("Jazz", dropped="past"),
        draft("Yoga and meditation class"),
        draft("", dropped="no title"),
    ]
    done = categorize(drafts, CONTEXT, None)
    assert done[0] is drafts[0]
    assert done[2] is drafts[2]
    assert done[1].event.category in {"wellness", "workshop"}
    assert categorize([], CONTEXT, None) == []
    assert categorize(drafts[:1], CONTEXT, None) == drafts[:1]


def test_hostile_text_is_only_text():
    nasty = "\x00<script>" + "a" * 100_000 + "\ud800 " + "<" * 5_000
    event = reported(nasty, description=nasty * 2)
    assert event.category in SLUGS
