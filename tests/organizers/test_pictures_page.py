"""The page of an event's pictures: uploaded with words, shown first, taken away; errors name their field."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from events.models import Event, EventImage, Organizer, OrganizerMember
from tests.events.services.test_own_pictures import ALT, _png
from tests.factories import make_event, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    cache.clear()
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def event() -> Event:
    owls = Organizer.objects.create(name="Owls", folded_name="owls", verification="verified")
    for role in ("owner", "helper"):
        person = make_person(email=f"{role}@example.org", is_staff=False)
        OrganizerMember.objects.create(organizer=owls, user=person, role=role)
    made = make_event(title="Owl Night", start=timezone.now() + timedelta(days=5))
    Event.objects.filter(pk=made.pk).update(organizer=owls)
    return Event.objects.get(pk=made.pk)


def _as(role):
    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=f"{role}@example.org"))
    return client


def _file(content=None):
    return SimpleUploadedFile("owl.png", _png() if content is None else content, "image/png")


def test_a_picture_is_added_shown_and_removed(event):
    client, page = _as("owner"), f"/organize/events/{event.pk}/pictures/"
    said = {"do": "add", "picture": _file(), "focus": "0", "alt": ALT}
    assert client.post(page, said).url == page
    image = EventImage.objects.get()
    html = client.get(page).content.decode()
    assert f'alt="{ALT}"' in html
    assert "shown first" in html
    assert f'alt="{ALT}"' in client.get(event.get_absolute_url()).content.decode() or image.width < 720
    client.post(page, {**said, "picture": _file(_png(color="green"))})
    client.post(page, {"do": "first", "image": image.pk})
    assert EventImage.objects.get(is_primary=True).pk == image.pk
    client.post(page, {"do": "remove", "image": image.pk})
    assert EventImage.objects.count() == 1
    assert client.post(page, {"do": "remove", "image": "x"}).status_code == 409


@pytest.mark.parametrize(
    ("more", "field"),
    [({"alt": ""}, "id_alt"), ({"alt": "ok"}, "id_alt"), ({"picture": _file(b"no")}, "id_picture")],
)
def test_an_error_is_summed_up_with_a_link_to_its_field(event, more, field):
    said = {"do": "add", "picture": _file(), "focus": "50", "alt": ALT, **more}
    answer = _as("owner").post(f"/organize/events/{event.pk}/pictures/", said)
    assert answer.status_code == 400
    html = answer.content.decode()
    assert f'<a href="#{field}">' in html
    assert "autofocus" in html


def test_a_helper_does_not_see_it(event):
    assert _as("helper").get(f"/organize/events/{event.pk}/pictures/").status_code == 404
