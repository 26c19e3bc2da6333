import pytest

from pipeline.contract.enums import OrganizerType
from pipeline.contract.normalized import OrganizerRef
from pipeline.text.contacts import hashed, is_private, phones_in, safe_contact, without_contacts


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
        ("Tea at five. Call Ravi on 98450 12345 to come", "Tea at five. to come"),
        ("WhatsApp me at +91 98450 12345", ""),
        ("My number is 98450 12345", ""),
        ("Mail anna.berg@gmail.com, please", "please"),
        ("Write to anna.berg@yahoo.co.uk. Tea is there.", "Tea is there."),
        ("Tea (call Ravi on 98450 12345) at five", "Tea at five"),
        ("Box office: (607) 535-2346", None),
        ("Call 607-535-2346 to register", None),
        ("Questions? info@club.example or +49 30 901820", None),
    ],
)
def test_where_nobody_knows_who_tells_only_what_is_a_persons_goes(text, kept):
    assert without_contacts(text, personal_only=True) == ((text, 0) if kept is None else (kept, 1))


@pytest.mark.parametrize(
    "text",
    [
        "Kontakt: Anna Berg, Tel. 0170 1234567", "Kontakt Anna Berg 0170 1234567", "Ansprechpartnerin: Frau Berg, Telefon: 030 901 82055",
        "Anmeldung bei Anna Berg unter 0170 1234567", "Ruf Anna unter 0170 1234567 an", "Ruf mich an: 0170 1234567", "Meine Handynummer ist 0170 1234567",
        "Contactez Anne Petit au 06 12 34 56 78", "Appelez-moi au 06 12 34 56 78", "Contact : Anne Petit – 06 12 34 56 78",
        "Inscriptions auprès de Mme Petit, tél. 06 12 34 56 78", "Appelez Anne au 06 12 34 56 78", "Mon numéro est 06 12 34 56 78",
        "Contacto: Ana Gil, móvil 612 345 678", "Llama a Ana al 612 345 678", "Llámame al 612 345 678", "Mi número es 612 345 678",
        "Contatti: Anna Rossi, cell. 333 123 4567", "Chiama Anna al 333 123 4567", "Chiamami al 333 123 4567", "Rivolgersi a Anna Rossi, tel. 333 123 4567",
        "संपर्क: रवि कुमार, 98450 12345", "संपर्क करें - श्री रवि, मोबाइल 98450 12345", "रवि को 98450 12345 पर कॉल करें", "मेरा नंबर 98450 12345",
        "Ravi ko 98450 12345 par call karein", "Sampark karein: Ravi Kumar 98450 12345", "Contact: Ravi Kumar, 98450 12345", "Call Mr. Kumar on 98450 12345",
    ],
)  # fmt: skip
def test_a_persons_number_goes_with_the_words_that_lead_to_it(text):
    assert without_contacts(f"Chai. {text}", personal_only=True) == ("Chai. ", 1)


def test_all_numbers_of_one_person_go():
    assert without_contacts("Tea. Call Ravi on 98450 12345 or 98450 12346.", personal_only=True) == (
        "Tea. ",
        2,
    )
    assert without_contacts("Tea. Call Ravi on 98450 12345 or ravi@gmail.com!", personal_only=True) == (
        "Tea. ",
        2,
    )
    assert without_contacts("Box office 020 7946 0958 or 020 7946 0959", personal_only=True)[1] == 0


@pytest.mark.parametrize(
    "text",
    [
        "Call the box office on 020 7946 0958", "Call Box Office on 020 7946 0958", "Contact Us 020 7946 0958", "Call Now 020 7946 0958",
        "Contact: Blue Room, 020 7946 0958", "Contact: Fandom, 98450 12345", "Contact Town Hall on 020 7946 0958", "Phone: 020 7946 0958",
        "Kontakt: Kulturhaus Mitte, Tel. 030 901 82055", "Kontakt: Tel. 030 901 82055", "Karten an der Theaterkasse, Tel. 030 901 82055",
        "Fragen an Redaktion, Tel. 030 901 82055", "Anmeldung bei Volkshochschule Mitte unter 030 901 82055", "Tickets: Tel. 030 901 82055",
        "Contact : Théâtre Municipal, 01 42 34 56 78", "Réservations au 01 42 34 56 78", "Renseignements auprès de la mairie, 01 42 34 56 78",
        "Contacto: Teatro Azul, 912 345 678", "Llama al 912 345 678", "Reservas en taquilla: 912 345 678", "Contatti: Teatro Verdi, tel. 02 1234 5678",
        "Biglietteria: 02 1234 5678", "संपर्क: टिकट काउंटर, 98450 12345", "टिकट के लिए 98450 12345 पर कॉल करें", "Contact: Ravindra Kalakshetra, 080 2222 1271",
    ],
)  # fmt: skip
def test_a_houses_number_stays(text):
    houses = ("Ravindra Kalakshetra, Bengaluru",)
    assert without_contacts(text, personal_only=True, venues=houses) == (text, 0)


def test_many_numbers_beside_names_that_nobody_is_asked_to_call_stay():
    text = "Anna Berg 030 901 820 55 Kontakt Anna und " * 3_000
    assert without_contacts(text, personal_only=True) == (text, 0)
