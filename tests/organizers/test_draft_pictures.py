"""A picture in the form of a new event: cut and kept with the draft, seen in the preview, and given to the events that come of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.limits import PICTURES
from events.models import EventImage, Organizer, OrganizerMember
from organizers import writing
from organizers.models import WrittenEvent
from sources import tasks
from sources.models import Source
from sources.triggers.inbox import drain
from tests.events.services.test_own_pictures import ALT, _png
from tests.factories import NOW, make_categories, make_city, make_person

pytestmark = pytest.mark.django_db
NEW = "/organize/events/new/"


@pytest.fixture(autouse=True)
def _house(monkeypatch, settings, tmp_path):
    cache.clear()
    make_categories()
    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr(tasks, "send", lambda *told, **more: None)


@pytest.fixture
def client():
    ann = make_person(email="ann@example.org", is_staff=False)
    owls = Organizer.objects.create(name="Owls", folded_name="owls", verification="verified")
    OrganizerMember.objects.create(organizer=owls, user=ann, role="editor")
    client = Client()
    client.force_login(ann)
    return client


@pytest.fixture
def said(client):
    day = (NOW + timedelta(days=10)).date().isoformat()
    return {
        "organizer": str(Organizer.objects.get().pk), "title": "Owl Night", "start": f"{day}T20:00", "city": make_city().slug,
        "venue": "The Blue Room", "category": "music", "focus": "0", "alt": ALT,
    }  # fmt: skip


def _file(content=None):
    return SimpleUploadedFile("owl.png", _png() if content is None else content, "image/png")


def test_it_is_in_the_preview_and_on_every_date_of_the_series(client, said):
    answer = client.post(NEW, {**said, "picture": _file(), "repeat": "weekly", "times": "3"})
    draft, page = WrittenEvent.objects.get(), answer.url
    assert bytes(draft.picture)[:4] == b"RIFF"
    assert f'src="{page}picture/"' in client.get(f"{page}preview/").content.decode()
    shown = client.get(f"{page}picture/")
    assert (shown["Content-Type"], shown.content) == ("image/webp", bytes(draft.picture))
    client.post(page, {"do": "send"})
    list(drain(Source.objects.get(slug="submissions")))
    writing.finish_sent(now=datetime.now(UTC))
    rows = EventImage.objects.all()
    assert [(row.alt, row.is_own, row.is_primary, row.width, row.height) for row in rows] == [
        (ALT, True, True, 400, 225)
    ] * 3
    assert len({row.event_id for row in rows}) == 3


def test_it_stays_when_the_draft_is_changed_gets_other_words_and_goes_when_asked(client, said):
    page = client.post(NEW, {**said, "picture": _file()}).url
    edit = f"{page}edit/"
    assert "no_picture" in client.get(edit).content.decode()
    client.post(edit, {**said, "title": "Owl Morning"})
    draft = WrittenEvent.objects.get()
    assert (bool(draft.picture), draft.picture_alt, draft.said["title"]) == (True, ALT, "Owl Morning")
    client.post(edit, {**said, "alt": "Four owls in the sun"})
    assert WrittenEvent.objects.get().picture_alt == "Four owls in the sun"
    assert client.post(edit, {**said, "alt": ""}).status_code == 400
    client.post(edit, {**said, "no_picture": "on"})
    assert (WrittenEvent.objects.get().picture, client.get(f"{page}picture/").status_code) == (None, 404)


@pytest.mark.parametrize(
    ("more", "field"),
    [({"alt": ""}, "id_alt"), ({"alt": "ok"}, "id_alt"), ({"picture": b"no"}, "id_picture"), ({"focus": "101"}, "id_focus")],
)  # fmt: skip
def test_what_is_wrong_with_it_is_said_at_its_field_and_nothing_is_kept(client, said, more, field):
    answer = client.post(NEW, {**said, **more, "picture": _file(more.get("picture"))})
    assert answer.status_code == 400
    assert f'<a href="#{field}">' in answer.content.decode()
    assert not WrittenEvent.objects.exists()


def test_pictures_of_forms_count_with_the_others(client, said):
    for _ in range(PICTURES.limit):
        client.post(NEW, {**said, "picture": _file(b"no")})
    assert client.post(NEW, {**said, "picture": _file()}).status_code == 400
    assert client.post(NEW, said).status_code == 302
