"""Photos through the API, and how they follow events and venues that become one."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.privacy.exporting import zip_of
from accounts.privacy.person import Person
from accounts.tokens.families import start_family
from events.models import Event
from events.services import merge, unmerge
from galleries import consent
from galleries.models import Photo
from galleries.privacy import erase
from moderation.models import Review
from outbox.models import Change
from tests.factories import make_event, make_staff
from tests.galleries.conftest import ALT, Gives, confirmed, jpeg, judge

pytestmark = pytest.mark.django_db


def _api(name: str = "ann") -> Client:
    return Client(
        headers={"Authorization": f"Bearer {start_family(confirmed(name), methods=('pwd',)).access}"}
    )


def _sent(**more: Any) -> dict[str, Any]:
    photo = SimpleUploadedFile("owl.jpg", jpeg(1), "image/jpeg")
    return {"photo": photo, "alt": ALT, "consent": consent.CURRENT, **more}


def test_it_is_given_once_by_its_key_listed_and_taken_back(event: Event) -> None:
    ann, address = _api(), f"/api/v1/events/{event.pk}/photos"
    key = {"Idempotency-Key": "k1"}
    made, again = (ann.post(address, _sent(), headers=key) for _ in range(2))
    assert (made.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 201, "true")
    assert made.json()["id"] == again.json()["id"]
    assert made["Location"] == f"/api/v1/me/photos/{made.json()['id']}"
    assert (made.json()["state"], made.json()["files"]) == ("waiting", [])
    assert Client().get(address).json()["results"] == []
    photo = Photo.objects.get()
    judge(photo)
    [shown] = Client().get(address).json()["results"]
    assert (shown["id"], shown["alt"], shown["credit"]) == (str(photo.pk), ALT, "")
    assert {file["format"] for file in shown["files"]} >= {"webp"}
    assert "ann" not in str(shown)
    [mine] = ann.get("/api/v1/me/photos").json()["results"]
    assert (mine["state"], mine["event"], mine["consent"]) == ("shown", str(event.pk), consent.CURRENT)
    bob = _api("bob")
    own = f"/api/v1/me/photos/{photo.pk}"
    assert [bob.get(own).status_code, bob.delete(own).status_code] == [404, 404]
    assert [ann.delete(own).status_code, ann.delete(own).status_code] == [204, 404]
    assert not Photo.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"), [({"alt": "x"}, "alt"), ({"consent": "2001"}, "consent"), ({"photo": "x"}, "photo")]
)
def test_errors_name_the_field(event: Event, more: dict[str, str], field: str) -> None:
    answer = _api().post(f"/api/v1/places/{event.place_id}/photos", _sent(**more))
    assert (answer.status_code, {one["field"] for one in answer.json()["errors"]}) == (400, {field})


def test_nobody_gives_without_an_account_or_before_the_event(event: Event) -> None:
    assert Client().post(f"/api/v1/events/{event.pk}/photos", _sent()).status_code == 401
    coming = make_event(start=timezone.now() + timedelta(days=2))
    assert _api().post(f"/api/v1/events/{coming.pk}/photos", _sent()).status_code == 409


def test_a_body_too_large_is_refused_before_it_is_read(event: Event) -> None:
    answer = _api().post(
        f"/api/v1/events/{event.pk}/photos",
        data=b"",
        content_type="multipart/form-data; boundary=x",
        headers={"Content-Length": str(20 * 1024 * 1024)},
    )
    assert answer.status_code == 413


def test_photos_follow_events_that_become_one_and_part_again(event: Event, gives: Gives) -> None:
    other, by = make_event(title="Owl Night too", start=event.start_at, end_at=event.end_at), make_staff()
    for seed, of in ((1, event), (2, other)):
        judge(gives(picture=seed, of=of))
    Change.objects.all().delete()

    def listed(of: Event) -> int:
        return len(Client().get(f"/api/v1/events/{of.pk}/photos").json()["results"])

    merge(event.pk, other.pk, by=by)
    assert Change.objects.filter(type="gallery.changed", object_id=event.pk).exists()
    assert [listed(event), listed(other)] == [2, 2]
    unmerge(other.pk, by=by)
    assert [listed(event), listed(other)] == [1, 1]


def test_export_has_the_photos_and_erasure_leaves_no_file(
    gives: Gives, django_capture_on_commit_callbacks: Any
) -> None:
    shown, waits = gives(picture=1), gives(picture=2)
    judge(shown)
    ann = confirmed("ann")
    with zipfile.ZipFile(io.BytesIO(zip_of(ann))) as archive:
        names = [name for name in archive.namelist() if name.endswith(".webp")]
        assert {name.rpartition("/")[2] for name in names} == {f"{shown.pk}.webp", f"{waits.pk}.webp"}
        assert all(archive.read(name).startswith(b"RIFF") for name in names)
    person, kept = Person.of(ann), storages["photos"]
    with django_capture_on_commit_callbacks(execute=True):
        assert [erase(person), erase(person)] == [2, 0]
    assert not Photo.objects.exists()
    assert not any(kept.exists(file["name"]) for file in shown.files)
    assert [review.evidence for review in Review.objects.filter(kind="photo")] == [{}, {}][
        : Review.objects.count()
    ]


def test_texts_of_consent_are_kept_as_they_were() -> None:
    """A version that somebody agreed to is never changed: add a new one."""
    import hashlib

    digests = {
        version: hashlib.sha256(text.encode()).hexdigest()[:16] for version, text in consent.TEXTS.items()
    }
    assert digests == {"2026-11": "b3266e304826476a"}
