import pytest

from events.enums import OrganizerType
from events.records import OrganizerRef
from sources.checks.contacts import hashed, is_private, phones_in, safe_contact, without_contacts


@pytest.mark.parametrize(
    "text",
    ["+91 98450 12345", "(030) 901 820 55", "+1-202-555-0147", "9845012345", "020 7946 0958"],
)
def test_telephone_numbers(text):
    assert phones_in(f"Call {text} now") == [text]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21 19:30",
        "21.11.2026 19.30",
        "Meeting ID: 812 3456 7890",
        "ISBN 978 3 16 148410 0",
        "€ 1.250",
        "10.00-12.00",
        "https://x.example/9845012345",
        "12 34",
    ],
)
def test_what_is_no_telephone_number(text):
    assert phones_in(text) == []


def test_the_hash_is_the_same_for_any_case_and_differs_by_key():
    assert hashed("Anna@Example.org", b"k") == hashed(" anna@example.org", b"k")
    assert hashed("anna@example.org", b"k") != hashed("anna@example.org", b"other")
    assert "anna" not in hashed("anna@example.org", b"k")


@pytest.mark.parametrize(
    ("kind", "contact", "kept"),
    [
        (OrganizerType.BUSINESS, "+44 20 7946 0958", "+44 20 7946 0958"),
        (OrganizerType.UNKNOWN, "office@museum.example", "office@museum.example"),
        (OrganizerType.UNKNOWN, "+91 98450 12345", ""),
        (OrganizerType.COMMUNITY, "+91 98450 12345", ""),
        (OrganizerType.COMMUNITY, "info@club.example", "info@club.example"),
        (OrganizerType.UNKNOWN, "anna.berg@house.example", hashed("anna.berg@house.example", b"k")),
        (OrganizerType.INDIVIDUAL, "info@anna.example", hashed("info@anna.example", b"k")),
        (OrganizerType.INDIVIDUAL, "@anna", ""),
        (OrganizerType.INDIVIDUAL, "hash:abc", "hash:abc"),
        (OrganizerType.UNKNOWN, "the box office", "the box office"),
    ],
)
def test_what_is_kept(kind, contact, kept):
    assert safe_contact(OrganizerRef(type=kind, contact=contact), b"k") == kept


def test_a_free_mail_address_makes_a_private_person():
    assert is_private(OrganizerRef(contact="anna@gmail.com"))
    assert not is_private(OrganizerRef(contact="office@museum.example"))
    assert not is_private(OrganizerRef(type=OrganizerType.COMMUNITY, contact="club@gmail.com"))


def test_contacts_leave_a_description_and_links_keep_their_targets():
    html = '<p>Write <a href="mailto:a@b.example">a@b.example</a> or +91 98450 12345. <a href="https://x.example/9845012345">Map</a></p>'
    cleaned, removed = without_contacts(html)
    assert "@" not in cleaned
    assert "98450 12345" not in cleaned
    assert 'href="https://x.example/9845012345"' in cleaned
    assert removed == 3
    assert without_contacts(cleaned) == (cleaned, 0)


def test_a_hundred_thousand_numbers_are_read_in_one_pass():
    cleaned, removed = without_contacts("call 030 901 820 55, " * 5_000)
    assert removed == 5_000
    assert "901" not in cleaned


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Call Ravi on 98450 12345 to come", "Call Ravi on to come"),
        ("WhatsApp me at +91 98450 12345", "WhatsApp me at "),
        ("My number is 98450 12345", "My number is "),
        ("Mail anna.berg@gmail.com, please", "Mail , please"),
        ("Write to anna.berg@yahoo.co.uk. Tea is there.", "Write to . Tea is there."),
        ("Box office: (607) 535-2346", None),
        ("Call 607-535-2346 to register", None),
        ("Questions? info@club.example or +49 30 901820", None),
    ],
)
def test_where_nobody_knows_who_tells_only_what_is_a_persons_goes(text, kept):
    assert without_contacts(text, personal_only=True) == ((text, 0) if kept is None else (kept, 1))
