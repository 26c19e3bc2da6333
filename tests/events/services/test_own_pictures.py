"""Pictures that a team uploads: decoded, cut, described, shown first, and outranked by a moderator's choice."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image

from accounts.rights import RightMissing
from events.exceptions import BadValue, TeamRefused
from events.models import Event, EventImage, Organizer, OrganizerMember, RefusedPicture
from events.services import add_picture, edit, own_pictures, remove_picture, show_picture_first
from outbox.models import Change
from tests.factories import make_event, make_person, make_staff

pytestmark = pytest.mark.django_db
ALT = "Three owls on a dark stage"


def _png(width=400, height=900, color="red", format="PNG"):
    image = Image.new("RGB", (width, height), color)
    image.paste("blue", (0, height // 2, width, height))
    out = io.BytesIO()
    image.save(out, format)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def ann():
    return make_person(email="ann@example.org", is_staff=False)


@pytest.fixture
def event(ann) -> Event:
    owls = Organizer.objects.create(name="Owls", folded_name="owls", verification="verified")
    OrganizerMember.objects.create(organizer=owls, user=ann, role="editor")
    made = make_event(title="Owl Night", start=timezone.now() + timedelta(days=5))
    Event.objects.filter(pk=made.pk).update(organizer=owls)
    return Event.objects.get(pk=made.pk)


def _color(image):
    from django.core.files.storage import default_storage

    name = image.url.removeprefix(default_storage.url(""))
    with default_storage.open(name) as file, Image.open(file) as shown:
        return shown.convert("RGB").getpixel((shown.width // 2, shown.height // 2))


@pytest.mark.parametrize(("focus", "shown"), [(0, "red"), (100, "blue")])
def test_it_is_cut_to_the_chosen_part_stored_and_shown_first(event, ann, focus, shown):
    made = add_picture(event.pk, _png(), alt=ALT, focus=focus, by=ann)
    assert (made.width, made.height) == (400, 225)
    assert {file["format"] for file in made.files} >= {"webp"}
    red, _, blue = _color(made)
    assert (red > 200, blue > 200) == (shown == "red", shown == "blue")
    event.refresh_from_db()
    assert event.locked_fields == ["images"]
    assert event.provenance["images"]["team"] is True
    first = EventImage.objects.get(is_primary=True)
    assert (first.pk, first.alt, first.credit, first.is_own) == (made.pk, ALT, "Owls", True)
    assert Change.objects.filter(object_id=event.pk, type="event.changed").count() == 1


@pytest.mark.parametrize(
    ("content", "alt", "field"),
    [
        (_png(), " ", "alt"),
        (b"GIF89a" + b"0" * 200, ALT, ""),
        (_png(50, 50), ALT, ""),
        (_png()[:300], ALT, ""),
        (b"\x89PNG\r\n\x1a\n" + b"0" * (12 * 1024 * 1024), ALT, ""),
    ],
    ids=["no words", "gif", "tiny", "broken", "large"],
)
def test_what_cannot_be_shown_is_refused_with_the_remedy(event, ann, content, alt, field):
    with pytest.raises(BadValue) as refused:
        add_picture(event.pk, content, alt=alt, by=ann)
    assert refused.value.field == field
    assert not EventImage.objects.exists()


def test_a_picture_whose_owner_objected_does_not_come_back(event, ann):
    made = add_picture(event.pk, _png(), alt=ALT, by=ann)
    RefusedPicture.objects.create(
        content_hash=made.content_hash, perceptual_hash=made.perceptual_hash, since=timezone.now()
    )
    with pytest.raises(BadValue, match="owner asked"):
        add_picture(event.pk, _png(format="JPEG"), alt=ALT, by=ann)


def test_another_one_follows_where_one_is_taken_away_and_then_sources_speak(event, ann):
    source = EventImage.objects.create(
        event=event,
        source_url="https://x.example/1.jpg",
        url="/media/1.webp",
        state="stored",
        is_primary=True,
    )
    first = add_picture(event.pk, _png(), alt=ALT, by=ann)
    second = add_picture(event.pk, _png(color="green"), alt=ALT, by=ann)
    show_picture_first(event.pk, source.pk, by=ann)
    assert EventImage.objects.get(is_primary=True).pk == source.pk
    remove_picture(event.pk, second.pk, by=ann)
    assert EventImage.objects.get(is_primary=True).pk == first.pk
    remove_picture(event.pk, first.pk, by=ann)
    event.refresh_from_db()
    assert event.locked_fields == []
    with pytest.raises(EventImage.DoesNotExist):
        remove_picture(event.pk, source.pk, by=ann)


def test_there_are_not_too_many(event, ann, monkeypatch):
    monkeypatch.setattr(own_pictures, "MOST_PICTURES", 1)
    add_picture(event.pk, _png(), alt=ALT, by=ann)
    add_picture(event.pk, _png(), alt="The same one in other words", by=ann)
    with pytest.raises(TeamRefused, match="at most 1"):
        add_picture(event.pk, _png(color="green"), alt=ALT, by=ann)


def test_a_moderators_choice_stands(event, ann):
    made = add_picture(event.pk, _png(), alt=ALT, by=ann)
    other = add_picture(event.pk, _png(color="green"), alt=ALT, by=ann)
    edit(event.pk, {"picture": made.source_url}, by=make_staff(email="mod@example.org"))
    for act in (
        lambda: show_picture_first(event.pk, other.pk, by=ann),
        lambda: add_picture(event.pk, _png(color="white"), alt=ALT, by=ann),
        lambda: remove_picture(event.pk, made.pk, by=ann),
    ):
        with pytest.raises(TeamRefused, match="a moderator set it"):
            act()


def test_nobody_else_uploads(event):
    with pytest.raises(RightMissing):
        add_picture(event.pk, _png(), alt=ALT, by=make_person(email="eve@example.org", is_staff=False))
