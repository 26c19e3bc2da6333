from datetime import date

import pytest
from uuid_utils.compat import uuid7

from pipeline.contract.enums import OrganizerType
from pipeline.contract.lookups import Copied
from pipeline.contract.normalized import Flag, OrganizerRef
from pipeline.refinement.lookups import MemoryLookups
from pipeline.refinement.steps.check import check
from pipeline.text.copies import text_key
from tests.pipeline.refinement.steps.drafts import CONTEXT, draft

LOOKUPS = MemoryLookups(contact_key=b"secret")


def checked(one, lookups=LOOKUPS):
    return check([one], CONTEXT, lookups)[0]


def flags(title, **fields):
    return {flag.check: flag.reason for flag in checked(draft(title, **fields)).event.flags}


@pytest.mark.parametrize(
    "title",
    [
        "Scunthorpe United vs Arsenal",
        "Concert at Cockfosters",
        "Penistone Farmers Market",
        "Assassin's ball",
        "Shiitake mushroom walk",
        "Dick Tracy matinee",
    ],
)
def test_innocent_names_stay_clean(title):
    assert flags(title, language="en") == {}


def test_strong_words_say_where_and_which():
    assert flags("A f*cking great night", language="en")["profanity"] == "strong words in the title: f*cking"
    assert (
        "hijo de puta"
        in flags("Fiesta", description="<p>eres un hijo de puta</p>", language="es")["profanity"]
    )


def test_dangerous_links_are_named():
    found = flags("Concert", url="http://203.0.113.7/tickets", ticket_url="https://example.org/setup.exe")
    assert "203.0.113.7" in found["malicious_link"] or "program" in found["malicious_link"]


def test_words_that_name_another_site_than_the_links():
    found = flags("Concert", description='<a href="https://evil.example/login">www.eventbrite.com</a>')
    assert found["mismatched_link"] == "a link says www.eventbrite.com and leads to evil.example"


def test_shortened_links_are_told_apart_from_dangerous_ones():
    assert set(flags("Concert", description="Tickets: https://bit.ly/3xyz")) == {"shortened_link"}


def test_spam_is_flagged_and_real_events_are_not():
    assert "spam" in flags(
        "WINNER!! Claim your £900 cash prize now! Call 09061701461 from landline. Claim code KL341. Valid 12 hours only."
    )
    assert "spam" not in flags(
        "Free concert in the park", description="Win tickets at the door. Call the box office for seats."
    )


def test_a_private_persons_contact_is_hashed_and_taken_out():
    organizer = OrganizerRef(name="Anna", type=OrganizerType.INDIVIDUAL, contact="Anna@example.org")
    done = checked(
        draft(
            "Yoga",
            organizer=organizer,
            description="<p>Call +91 98450 12345 or write to anna@example.org</p>",
        )
    )
    assert done.event.organizer.contact.startswith("hash:")
    assert "98450" not in done.event.description
    assert "anna@" not in done.event.description
    assert len(done.notes) == 2


def test_without_a_key_the_address_is_not_kept():
    organizer = OrganizerRef(name="Anna", contact="anna@gmail.com")
    done = checked(draft("Yoga", organizer=organizer), lookups=MemoryLookups())
    assert done.event.organizer.contact == ""
    assert done.event.organizer.type is OrganizerType.INDIVIDUAL


def test_a_business_keeps_its_public_contact():
    organizer = OrganizerRef(name="Hall", type=OrganizerType.BUSINESS, contact="box@hall.example")
    one = draft("Concert", organizer=organizer, description="<p>Box office +44 20 7946 0958</p>")
    assert checked(one).event == one.event


def test_checking_again_gives_the_same_and_keeps_the_flags_of_others():
    organizer = OrganizerRef(name="Anna", contact="anna@gmail.com")
    one = draft(
        "A f*cking party",
        organizer=organizer,
        flags=(Flag(check="category", reason="unsure"),),
        description="x https://bit.ly/a +49 30 901820 55",
        language="en",
    )
    once = check([one], CONTEXT, LOOKUPS)
    assert check(once, CONTEXT, LOOKUPS) == once
    assert once[0].event.flags[0] == Flag(check="category", reason="unsure")


def test_dropped_drafts_pass_untouched():
    drafts = [draft("fuck", dropped="past"), draft("Concert")]
    done = check(drafts, CONTEXT, LOOKUPS)
    assert done[0] is drafts[0]
    assert done[1].event.flags == ()


WORDS = "An evening with songs of the river, told by those who lived beside it for all of their lives, and by their children."


def test_a_description_that_others_had_first_is_flagged_with_its_evidence():
    copied = Copied(
        event_id=uuid7(),
        title="Tango for beginners",
        organizer="Dance Ltd",
        venue="Hall 5",
        start=date(2026, 12, 1),
    )
    lookups = MemoryLookups(texts={text_key(WORDS): [copied]})
    (flag,) = checked(draft("River songs", description=f"<p>{WORDS}</p>"), lookups).event.flags
    assert (flag.check, flag.evidence["count"], flag.evidence["events"][0]["event"]) == (
        "copied_description",
        1,
        str(copied.event_id),
    )
    assert (
        flag.reason
        == "the same description as 1 other event of other people, such as “Tango for beginners” by Dance Ltd on 2026-12-01"
    )
    assert checked(draft("Tango for beginners: class two", description=WORDS), lookups).event.flags == ()


def test_a_batch_asks_once_for_copies():
    asked = []

    class Asked(MemoryLookups):
        def copies(self, keys, *, source_key):
            asked.append((set(keys), source_key))
            return {}

    check(
        [draft("One", description=WORDS), draft("Two", description=WORDS), draft("Three")], CONTEXT, Asked()
    )
    assert asked == [({text_key(WORDS)}, "test")]


def test_the_evidence_is_kept_with_the_flag():
    event = checked(draft("Concert", ticket_url="https://bit.ly/3xyz")).event
    assert event.to_json()["flags"] == [
        {
            "check": "shortened_link",
            "reason": "a link is shortened by bit.ly",
            "evidence": {"url": "https://bit.ly/3xyz", "text": ""},
        }
    ]


def test_a_persons_number_goes_where_nobody_knows_who_tells():
    done = checked(draft("Yoga", description="<p>Call Ravi on 98450 12345. Hall: (607) 535-2346</p>"))
    assert "98450" not in done.event.description
    assert "535-2346" in done.event.description
