"""Pages on which photos are given, seen, reported and taken back."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from events.models import Event
from galleries import consent, services
from galleries.models import Photo
from galleries.shown import MOST
from moderation.models import Review
from outbox.services import number_changes
from tests.factories import make_person, make_staff
from tests.galleries.conftest import ALT, Gives, confirmed, jpeg, judge

pytestmark = pytest.mark.django_db


def _client(name: str = "ann") -> Client:
    client = Client()
    client.force_login(confirmed(name))
    return client


def _sent(**more: Any) -> dict[str, Any]:
    photo = SimpleUploadedFile("owl.jpg", jpeg(1), "image/jpeg")
    return {"photo": photo, "alt": ALT, "agreed": "on", "consent": consent.CURRENT, **more}


def test_it_is_given_seen_by_its_giver_alone_then_by_all_and_taken_back(
    event: Event, django_capture_on_commit_callbacks: Any
) -> None:
    ann, reader, path = _client(), Client(), f"/photos/events/{event.pk}/"
    page = ann.get(path).content.decode()
    assert consent.TEXTS[consent.CURRENT] in page.replace("&#x27;", "'")
    assert 'enctype="multipart/form-data"' in page
    assert ann.post(path, _sent()).status_code == 302
    photo = Photo.objects.get()
    assert "waits for a moderator" in ann.get(path).content.decode()
    file = f"/photos/{photo.pk}/file/"
    mine = ann.get(file)
    assert (mine.status_code, mine["Content-Type"], mine["X-Content-Type-Options"]) == (
        200,
        "image/webp",
        "nosniff",
    )
    assert "no-store" in mine["Cache-Control"]
    assert [who.get(file).status_code for who in (reader, _client("bob"))] == [404, 404]
    moderator = Client()
    moderator.force_login(make_staff(email="mod@example.org"))
    assert moderator.get(file).status_code == 200
    assert reader.get(f"/photos/{photo.pk}/").status_code == 404

    judge(photo)
    shown = reader.get(event.get_absolute_url()).content.decode()
    assert f'href="/photos/{photo.pk}/"' in shown
    assert f'alt="{ALT}" width="480" height="360" loading="lazy"' in shown
    assert "ann@example.org" not in shown
    name = next(one["name"] for one in photo.files if one["format"] == "webp")
    served = reader.get(f"/media/{name}")
    assert (served["Content-Type"], served["Cache-Control"]) == ("image/webp", "public, max-age=3600")
    assert b"".join(served).startswith(b"RIFF")  # type: ignore[arg-type]  # a stream
    assert reader.get(f"/photos/{photo.pk}/").status_code == 200
    assert reader.get(file).status_code == 302

    with django_capture_on_commit_callbacks(execute=True):
        assert ann.post("/photos/", {"photo": str(photo.pk)}).status_code == 302
    number_changes()
    cache.clear()
    assert [reader.get(where).status_code for where in (f"/media/{name}", f"/photos/{photo.pk}/", file)] == [
        404
    ] * 3
    assert str(photo.pk) not in reader.get(event.get_absolute_url()).content.decode()


def test_what_is_wrong_is_said_at_its_field(event: Event) -> None:
    ann, path = _client(), f"/photos/events/{event.pk}/"
    for left_out, words in (
        ("agreed", "Without this it cannot be shown."),
        ("photo", "Choose a photo."),
        ("alt", "This field is required."),
    ):
        sent = _sent()
        del sent[left_out]
        answer = ann.post(path, sent)
        assert (answer.status_code, words in answer.content.decode()) == (400, True)
    broken = ann.post(path, _sent(photo=SimpleUploadedFile("x.jpg", b"<svg/>", "image/jpeg")))
    assert "cannot be used: no JPEG, PNG or WebP" in broken.content.decode()
    old = ann.post(path, _sent(consent="2001-01"))
    assert "Read what you agree to" in old.content.decode()
    assert not Photo.objects.exists()


def test_nobody_takes_back_what_is_not_theirs(gives: Gives) -> None:
    photo = gives("bob")
    assert _client().post("/photos/", {"photo": str(photo.pk)}).status_code == 409
    assert _client().post("/photos/", {"photo": "x"}).status_code == 409
    assert Photo.objects.count() == 1


def test_without_a_confirmed_address_there_is_no_form(event: Event) -> None:
    eve = Client()
    eve.force_login(make_person(email="eve@example.org", is_staff=False))
    page = eve.get(f"/photos/events/{event.pk}/").content.decode()
    assert ("Confirm your mail address first" in page, "multipart" in page) == (True, False)


def test_there_are_limits(event: Event, monkeypatch: Any) -> None:
    from dataclasses import replace

    from accounts.limits import PHOTOS
    from galleries.views import giving

    monkeypatch.setattr(giving, "PHOTOS", replace(PHOTOS, limit=1))
    ann, path = _client(), f"/photos/events/{event.pk}/"
    assert ann.post(path, _sent()).status_code == 302
    assert ann.post(path, _sent()).status_code == 429


def test_a_reader_reports_without_an_account(gives: Gives) -> None:
    photo = gives()
    judge(photo)
    reader, path = Client(), f"/photos/{photo.pk}/report/"
    assert reader.post(path, {"kind": "person"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert reader.post(path, {}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 400
    trapped = {"kind": "person", "website2": "x"}
    assert reader.post(path, trapped, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302
    assert not Review.objects.filter(state="open").exists()
    sent = reader.post(path, {"kind": "person"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert sent["Location"] == f"{path}?thanks=1"
    assert Review.objects.get(state="open").object_id == photo.pk
    assert Photo.objects.get().state == "shown"


def test_pages_of_photos_lead_from_one_to_the_next(event: Event, gives: Gives, monkeypatch: Any) -> None:
    monkeypatch.setattr("galleries.services.giving.MOST", MOST + 2)
    photos = [gives(picture=seed) for seed in range(1, 4)]
    for photo in photos:
        judge(photo)
    middle = Client().get(f"/photos/{photos[1].pk}/").content.decode()
    assert f'href="/photos/{photos[2].pk}/" rel="prev' in middle
    assert f'href="/photos/{photos[0].pk}/" rel="next' in middle
    monkeypatch.setattr("galleries.shown.MOST", 2)
    cache.clear()
    page = Client().get(event.get_absolute_url()).content.decode()
    assert f'href="/photos/{photos[0].pk}/" rel="nofollow">Older photos' in page


def test_a_gallery_is_one_query(event: Event, gives: Gives, django_assert_num_queries: Any) -> None:
    from events.gallery import of_event

    for seed in range(1, 4):
        judge(gives(picture=seed))
    with django_assert_num_queries(1):
        assert len(of_event(event).shots) == 3  # type: ignore[union-attr]  # the flag is on


def test_files_without_a_photo_are_deleted(gives: Gives) -> None:
    from datetime import timedelta

    from django.core.files.storage import storages

    photo = gives()
    judge(photo)
    kept = storages["photos"]
    written = kept.get_modified_time(photo.files[0]["name"])  # by the clock of the machine
    later = written + timedelta(hours=2)
    assert services.forget_files(now=later) == 0
    Photo.objects.all().delete()  # as a cascade does
    assert services.forget_files(now=written) == 0  # may be of a row that is being written
    assert services.forget_files(now=later, dry=True) == len(photo.files)
    assert services.forget_files(now=later) == len(photo.files)
    assert not any(kept.exists(file["name"]) for file in photo.files)
