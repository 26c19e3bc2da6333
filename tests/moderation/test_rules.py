"""What may be published without a moderator."""

import pytest
from uuid_utils.compat import uuid7

from events.enums import Publication
from events.records import Case, Likeness
from moderation.rules import Policy, SourceTrust, judge_case

TRUSTED, NORMAL, BLOCKED = (
    SourceTrust(name="Feed", trusted=True),
    SourceTrust(name="Feed"),
    SourceTrust(name="Feed", blocked=True),
)
CLEAN = {
    "quality": {"score": 0.9},
    "extraction": {"method": "structured"},
    "confidence": {"category": 0.9},
    "located": {"city": "bengaluru"},
    "online": "no",
}


def judge(source_trust=TRUSTED, *, new=True, changes=None, facts=None, similar=(), methods=None):
    case = Case(
        event_id=uuid7(), is_new=new, facts={**CLEAN, **(facts or {})}, changes=changes or {},
        publication=Publication.PENDING if new else Publication.APPROVED, similar=similar, methods=methods or {},
    )  # fmt: skip
    return judge_case(case, source_trust, Policy())


def test_a_clean_event_of_a_trusted_source_is_published():
    assert judge().publish


@pytest.mark.parametrize("source_trust", [NORMAL, BLOCKED])
def test_others_wait(source_trust):
    judgement = judge(source_trust)
    assert not judgement.publish
    assert judgement.reasons


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"flags": [{"check": "spam", "reason": "reads like spam"}]}, "spam: reads like spam"),
        ({"quality": {"score": 0.4}}, "quality 0.40 is below 0.70"),
        ({"quality": {"score": 0.8, "threshold": 0.85}}, "quality 0.80 is below 0.85"),
        (
            {
                "quality": {
                    "score": 0.9,
                    "threshold": 0.7,
                    "gates": {
                        "business_logic": {"score": 0.4, "passed": False, "problems": ["Check the end."]}
                    },
                }
            },
            "business logic 0.40 is too low. Check the end.",
        ),
        ({"extraction": {"method": "text"}}, "read from prose"),
        ({"extraction": {"method": "ai"}}, "read by a language model"),
        ({"confidence": {"category": 0.1}, "category": "film"}, "category film is a guess (0.10)"),
        ({"located": {}}, "no known city"),
    ],
)
def test_doubt_waits_and_says_why(facts, words):
    judgement = judge(facts=facts)
    assert not judgement.publish
    assert words in judgement.reasons


@pytest.mark.parametrize("trusted", [True, False])
def test_what_is_always_reviewed_waits_whatever_the_trust(trusted):
    source_trust = SourceTrust(name="Captions", trusted=trusted, always_review=True)
    assert not judge(source_trust).publish
    assert (
        "every event of Captions needs a review: its kind of source is often wrong"
        in judge(source_trust).reasons
    )
    for changes in (
        {"title": ("Raga at Dusk", "Raga at Dusk II")},
        {"happening": ("scheduled", "cancelled")},
        {"capacity": (None, 40)},
    ):
        assert not judge(source_trust, new=False, changes=changes).apply


def test_other_opening_hours_go_through_at_once_from_a_trusted_source_alone():
    changes = {"opening_hours": ("Tu-Su 10:00-18:00", "We-Su 10:00-18:00")}
    assert judge(TRUSTED, new=False, changes=changes).apply
    assert not judge(NORMAL, new=False, changes=changes).apply


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ("Raga at Dusk", "Raga at Dusk II")},
        {"happening": ("scheduled", "cancelled")},
        {"capacity": (None, 40)},
    ],
)
def test_what_a_language_model_read_always_waits(changes):
    facts = {"extraction": {"method": "ai"}}
    assert not judge(TRUSTED, facts=facts).publish
    judgement = judge(TRUSTED, new=False, facts=facts, changes=changes)
    assert (judgement.apply, "read by a language model" in judgement.reasons) == (False, True)
    assert judge(TRUSTED, new=False, facts=facts).apply, "nothing changed"


def test_of_several_listings_what_a_model_read_waits_and_the_rest_goes_through():
    changes = {"ticket_url": ("", "https://tickets.example/1"), "capacity": (None, 40)}
    judgement = judge(new=False, changes=changes, methods={"ticket_url": "ai", "capacity": "structured"})
    assert (judgement.apply, judgement.withheld, judgement.reasons) == (
        True,
        ("ticket_url",),
        ("read by a language model",),
    )
    assert not judge(new=False, changes=changes, methods={"ticket_url": "ai", "capacity": "ai"}).apply
    assert (
        judge(
            new=False,
            changes=changes,
            methods={"ticket_url": "structured"},
            facts={"extraction": {"method": "ai"}},
        ).reasons
        == ()
    )
    assert not judge(methods={"title": "structured", "price_min": "ai"}).publish


def test_prose_is_doubted_where_it_gives_what_changes():
    changes = {"description": ("", "<p>Ragas until late.</p>")}
    assert judge(new=False, changes=changes, methods={"description": "text"}).reasons == ("read from prose",)
    assert (
        judge(
            new=False,
            changes=changes,
            methods={"description": "structured"},
            facts={"extraction": {"method": "text"}},
        ).reasons
        == ()
    )


@pytest.mark.parametrize(
    ("source_trust", "counts"),
    [
        (TRUSTED, True),
        (NORMAL, False),
        (BLOCKED, False),
        (SourceTrust(name="M", trusted=True, always_review=True), False),
    ],
)
def test_only_the_word_of_a_trusted_source_counts_besides(source_trust, counts):
    assert judge(source_trust, new=False).counts is counts


def test_nothing_changed_is_nothing_to_review():
    assert judge(SourceTrust(name="Captions", trusted=True, always_review=True), new=False).apply


def test_a_likely_duplicate_waits():
    like = Likeness(event_id=uuid7(), similarity=0.7, match_fields={}, reasons="titles 0.8 alike")
    assert "may be the same as another event: titles 0.8 alike" in judge(similar=(like,)).reasons


def test_a_cancellation_of_a_trusted_source_goes_through_at_once():
    judgement = judge(new=False, changes={"happening": ("scheduled", "cancelled")})
    assert (judgement.apply, judgement.withheld) == (True, ())


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ("Raga at Dusk", "Hot singles near you")},
        {
            "description": (
                "<p>" + "An evening of ragas with tabla and tanpura. " * 4 + "</p>",
                "<p>" + "Casino bonus, spin and win crypto. " * 6 + "</p>",
            )
        },
        {"description": ("<p>Come.</p>", '<p>Come. <a href="https://evil.example/x">here</a></p>')},
        {"url": ("https://venue.example/1", "https://other.example/1")},
        {"happening": ("cancelled", "scheduled")},
    ],
)
def test_a_hijacked_feed_cannot_deface_what_is_published(changes):
    judgement = judge(new=False, changes=changes)
    assert "title" in judgement.withheld
    assert judgement.reasons


def test_another_title_and_time_together_apply_nothing():
    judgement = judge(new=False, changes={"title": ("Raga at Dusk", "Monster trucks"), "start_at": (1, 2)})
    assert not judgement.apply


def test_a_small_edit_of_a_trusted_source_is_applied():
    assert judge(new=False, changes={"title": ("Raga at Dusk", "Raga at Dusk (sold out)")}).withheld == ()


def test_a_source_that_is_not_trusted_changes_nothing_that_is_published():
    assert not judge(NORMAL, new=False, changes={"title": ("Raga at Dusk", "Raga at dusk")}).apply


def test_a_published_event_is_asked_about_only_what_became_poor_by_the_change():
    poor = {
        "score": 0.6,
        "threshold": 0.7,
        "gates": {"content": {"score": 0.5, "passed": False, "problems": ["Say more."]}},
    }
    poorer = {
        **poor,
        "gates": {
            **poor["gates"],
            "format": {"score": 0.5, "passed": False, "problems": ["Give an end after the start."]},
        },
    }
    tags = {"tags": ([], ["jazz"])}
    assert judge(new=False, facts={"quality": poor}, changes=tags).reasons == ()
    assert judge(
        new=False, facts={"quality": poorer}, changes={**tags, "quality": (poor, poorer)}
    ).reasons == ("format 0.50 is too low. Give an end after the start.",)
