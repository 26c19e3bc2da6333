"""A person's profile: what is stored, refused, logged, and deleted."""

import io
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils.translation import override
from PIL import Image

from accounts.cities import city_names
from accounts.exceptions import InputRefused
from accounts.models import User
from accounts.services.profile import (
    MOST_PICTURE_BYTES,
    PICTURE_SIDE,
    change_profile,
    picture_address,
    timezones,
)
from audit.models import Entry
from tests.factories import make_city, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def vera() -> User:
    return make_person(email="vera@example.org", is_staff=False)


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def picture(width: int = 400, height: int = 300, *, form: str = "JPEG", exif: bool = False) -> bytes:
    buffer = io.BytesIO()
    image = Image.new("RGB", (width, height), "red")
    marks = image.getexif()
    if exif:
        marks[0x010E] = "home of Vera"
    image.save(buffer, form, exif=marks)
    return buffer.getvalue()


def files(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]


def test_the_given_fields_change_and_the_others_stay(vera):
    make_city()
    change_profile(vera, {"name": "  Vera <b>K.</b> ", "timezone": "Asia/Kolkata"})
    change_profile(vera, {"language": "en", "city": "bengaluru", "timezone": ""})
    stored = User.objects.get(pk=vera.pk)
    assert (stored.name, stored.language, stored.timezone, stored.city) == ("Vera K.", "en", "", "bengaluru")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "xx-none"),
        ("timezone", "Mars/Base"),
        ("timezone", "../etc/passwd"),
        ("city", "atlantis"),
        ("name", "x" * 151),
    ],
)
def test_what_is_unknown_is_refused_and_nothing_changes(vera, field, value):
    with pytest.raises(InputRefused) as refused:
        change_profile(vera, {"name": "Other", field: value})
    assert refused.value.field == field
    assert User.objects.get(pk=vera.pk).name == ""


def test_only_active_cities_can_be_chosen():
    make_city()
    make_city(slug="far-away", name="Far away", state="hidden")
    assert dict(city_names()) == {"bengaluru": "Bengaluru"}


def test_zones_are_those_of_the_world():
    assert {"Asia/Kolkata", "UTC", "America/Argentina/Buenos_Aires"} <= timezones()
    assert not {"localtime", "posixrules", "Factory"} & timezones()


def test_the_log_says_which_fields_changed_and_not_to_what(vera):
    change_profile(vera, {"name": "Vera", "language": ""})
    change_profile(vera, {"name": "Vera"})
    (entry,) = Entry.objects.filter(action="account.profile_changed")
    assert "Vera" not in entry.after
    assert "name" in entry.after
    assert "language" not in entry.after


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_becomes_a_square_without_what_it_tells(vera, folder, form):
    vera = change_profile(vera, {}, picture=picture(form=form, exif=form == "JPEG"))
    (name,) = files(folder)
    with Image.open(folder / name) as stored:
        assert (stored.format, stored.size, dict(stored.getexif())) == (
            "WEBP",
            (PICTURE_SIDE, PICTURE_SIDE),
            {},
        )
    assert picture_address(vera) == f"http://127.0.0.1:8000/media/{name}"


def test_a_new_picture_takes_the_place_of_the_former(vera, folder, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        former = change_profile(vera, {}, picture=picture()).picture.name
        present = change_profile(vera, {}, picture=picture()).picture.name
    assert former != present
    assert files(folder) == [present]
    with django_capture_on_commit_callbacks(execute=True):
        assert picture_address(change_profile(vera, {}, picture=b"")) is None
    assert files(folder) == []


def test_the_picture_goes_with_the_account(vera, folder, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        change_profile(vera, {}, picture=picture()).delete()
    assert files(folder) == []


BROKEN = {
    "no picture": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "cut": picture()[:200],
    "small": picture(40, 40),
    "long": picture(1400, 110),
    "many bytes": b"x" * (MOST_PICTURE_BYTES + 1),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_no_picture_is_refused_with_the_remedy(vera, folder, content):
    with pytest.raises(InputRefused, match="Picture"):
        change_profile(vera, {"name": "Vera"}, picture=content)
    assert (files(folder), User.objects.get(pk=vera.pk).name) == ([], "")


def test_a_picture_of_a_change_that_fails_is_not_kept(vera, folder):
    gone = User(pk=vera.pk)
    vera.delete()
    with pytest.raises(User.DoesNotExist):
        change_profile(gone, {}, picture=picture())
    assert files(folder) == []
    assert default_storage.listdir("people")[1] == []


def test_a_refusal_is_one_sentence_in_english_and_names_the_field_before_a_colon_elsewhere():
    with override("en"):
        assert InputRefused("picture", "has more than 5 MB.").detail == "Picture has more than 5 MB."
    with override("es"):
        assert InputRefused("picture", "tiene más de 5 MB.").detail == "Imagen: tiene más de 5 MB."
        assert InputRefused("", "Aún no 100 %.").detail == "Aún no 100 %."
