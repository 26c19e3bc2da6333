"""Events and organizers are marked as verified or official with evidence, and readers see it."""

import pytest
from django.urls import reverse

from audit.models import Entry
from events.enums import Verification
from events.exceptions import BadValue
from events.models import Organizer, VerificationChange
from events.services import verify_event, verify_organizer
from outbox.models import Change
from tests.factories import NOW, make_event, make_staff

pytestmark = pytest.mark.django_db
PROOF = "https://bangaloreinternationalcentre.org/events"


@pytest.fixture
def organizer() -> Organizer:
    return Organizer.objects.create(name="Raga Circle", folded_name="raga circle")


def test_an_event_is_marked_with_evidence_in_the_admin_and_readers_see_it(client):
    event = make_event(title="Raga at Dusk")
    client.force_login(make_staff())
    add = reverse("admin:events_verificationchange_add")
    assert (
        f"{add}?event={event.pk}"
        in client.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    )
    body = {"event": str(event.pk), "after": "official", "note": "named there"}
    assert b"a page that proves it" in client.post(add, body).content
    client.post(add, {**body, "evidence_url": PROOF})
    row = VerificationChange.objects.get()
    assert (row.event, row.before, row.after, row.evidence_url) == (event, "unverified", "official", PROOF)
    assert PROOF in client.get(reverse("admin:events_verificationchange_changelist")).content.decode()
    assert b"Official: its organizer says so" in client.get(event.get_absolute_url()).content
    assert client.get(f"/api/v1/events/{event.pk}").json()["verification"] == "official"
    assert Entry.objects.filter(action="event.verification_changed").count() == 1


def test_an_organizer_is_marked_and_the_coming_events_are_announced(client, organizer):
    event = make_event(organizer=organizer)
    before = Change.objects.count()
    verify_organizer(organizer.pk, Verification.VERIFIED, evidence=PROOF, by=make_staff(), now=NOW)
    assert Change.objects.count() == before + 1
    assert b"Raga Circle</a> (verified)" in client.get(event.get_absolute_url()).content
    assert client.get(f"/api/v1/events/{event.pk}").json()["organizer"]["verification"] == "verified"


def test_a_mark_needs_evidence_and_its_end_needs_none(organizer):
    by, event = make_staff(), make_event()
    for wrong in ("", "http://user:secret@a.example/", "no address"):
        with pytest.raises(BadValue):
            verify_event(event.pk, Verification.VERIFIED, evidence=wrong, by=by, now=NOW)
    verify_event(event.pk, Verification.VERIFIED, evidence=PROOF, by=by, now=NOW)
    with pytest.raises(BadValue, match="verified already"):
        verify_event(event.pk, Verification.VERIFIED, evidence=PROOF, by=by, now=NOW)
    verify_event(event.pk, Verification.UNVERIFIED, evidence="", by=by, now=NOW)
    event.refresh_from_db()
    assert (event.verification, VerificationChange.objects.count()) == ("unverified", 2)
