"""The profile page goes through the one function for it, and tells what was refused beside its field."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from accounts.site.browsers import browser_name
from tests.factories import make_city

pytestmark = pytest.mark.django_db
PAGE = "/accounts/profile/"


def test_a_person_tells_name_city_language_and_zone(owner):
    make_city(name="Bengaluru")
    values = {"name": "Vera ", "city": "bengaluru", "language": "en", "timezone": "Asia/Kolkata"}
    assert owner.post(PAGE, values).url == PAGE
    person = User.objects.get()
    assert (person.name, person.city, person.language, person.timezone) == (
        "Vera",
        "bengaluru",
        "en",
        "Asia/Kolkata",
    )
    assert "Saved." in owner.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("city", "atlantis"), ("timezone", "Mars/Olympus"), ("language", "xx"), ("name", "x" * 151)],
)
def test_what_does_not_exist_is_refused_beside_its_field(owner, field, value):
    answer = owner.post(PAGE, {field: value})
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {field}


def test_the_picture_is_loaded_from_where_the_page_is(owner, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = io.BytesIO()
    Image.new("RGB", (120, 120)).save(file, "PNG")
    owner.post(PAGE, {"picture": SimpleUploadedFile("cat.png", file.getvalue())})
    assert owner.get(PAGE).context["picture"] == f"/media/{User.objects.get().picture.name}"


def test_a_file_that_is_no_picture_is_refused(owner):
    answer = owner.post(PAGE, {"picture": SimpleUploadedFile("cat.png", b"<script>alert(1)</script>")})
    assert "cannot be used" in answer.content.decode()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36",
            "Chrome on Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("<script>", "an unknown browser"),
    ],
)
def test_a_browser_is_named_in_words(agent, name):
    assert browser_name(agent) == name
