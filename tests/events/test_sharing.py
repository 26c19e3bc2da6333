"""The picture that other sites show beside a link to an event."""

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext
from PIL import Image, ImageChops

from events.enums import Happening
from events.models import Event
from events.sharing import picture
from events.sharing.drawing import HUES, SIZE, SIZES, Facts, draw
from events.sharing.picture import facts_of, forget_share_pictures, picture_path, picture_paths
from events.sharing.typesetting import Style, drawable, lines_of, width_of
from pipeline.taxonomy import CATEGORIES
from tests.factories import EVENING, make_city, make_event, make_place

TITLE = Style("display", 650, 68)


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def facts(**given: str) -> Facts:
    usual = {
        "title": "Late Trio", "when": "Sat 28 Nov, 20:00 IST", "where": "Blue Room", "category": "music",
        "category_name": "Music", "state": "", "seed": "1",
    }  # fmt: skip
    return Facts(**usual | given)


def drawn(**given: str) -> Image.Image:
    return Image.open(io.BytesIO(draw(facts(**given), site="Nocturne"))).convert("RGB")


def differ(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox() is not None


def test_the_same_facts_make_the_same_picture_and_each_fact_shows() -> None:
    usual = drawn()
    assert usual.size == SIZE == (1200, 630)
    assert not differ(usual, drawn())
    for change in ({"title": "Early Trio"}, {"when": "Sun"}, {"where": "Red Room"}, {"category": "books"}, {"category_name": "Books"},
                   {"state": "Cancelled"}, {"seed": "2"}):  # fmt: skip
        assert differ(usual, drawn(**change)), change


def test_letters_of_india_are_shaped_by_fonts_that_have_them() -> None:
    """A conjunct is narrower than its letters one by one; a letter without a font would have no width."""
    for conjunct, letters in (("क्ष", "कष"), ("ಕ್ಷ", "ಕಷ")):
        assert 0 < width_of(conjunct, TITLE) < width_of(letters, TITLE)
    assert drawable("ಕವಿ गोष्ठी, naïve Łódź ₹500") == "ಕವಿ गोष्ठी, naïve Łódź ₹500"


def test_a_title_that_no_font_has_gives_way_to_its_category() -> None:
    assert drawable("Jazz 🎷 night") == "Jazz night"
    assert not differ(drawn(title="東京ジャズ"), drawn(title="Music"))


@pytest.mark.parametrize(
    "title", ["a" * 400, "word " * 200, "ಕನ್ನಡ" * 60, "\u202e\u0000<script>", " ", "क" * 300]
)
def test_a_title_of_any_length_fits(title: str) -> None:
    lines = lines_of(drawable(title), TITLE, width=1056, most=3)
    assert len(lines) <= 3
    assert all(width_of(line, TITLE) <= 1056 for line in lines)
    assert drawn(title=title).size == SIZE


def test_hues_are_those_of_the_pages() -> None:
    css = (Path(settings.BASE_DIR) / "static/css/nocturne.css").read_text()
    assert {
        name: int(hue) for name, hue in re.findall(r'\[data-cat="(\w+)"\] \{ --hue: (\d+); \}', css)
    } == HUES


def test_every_category_has_a_hue() -> None:
    assert {category.slug for category in CATEGORIES} - {"other"} == set(HUES)


# --- the address ---


def shown(client: Client, event: Event, *, prefix: str = "") -> str:
    page = client.get(prefix + event.get_absolute_url()).content.decode()
    found = re.search(r'property="og:image" content="[^"]*?(/media/share/[^"]+)"', page)
    assert found
    assert 'property="og:image:width" content="1200"' in page
    return found[1]


@pytest.mark.django_db
@pytest.mark.usefixtures("tonight")
def test_a_page_names_a_picture_that_is_drawn_once_and_kept_for_ever(
    client: Client, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = make_city()
    event = make_event(city=city, place=make_place(city=city))
    path = shown(client, event)
    assert not list(media.rglob("*.png"))  # not in the page's own request
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert "immutable" in answer["Cache-Control"]
    assert Image.open(io.BytesIO(answer.content)).size == SIZE
    monkeypatch.setattr(picture, "draw", None)
    assert client.get(path).content == answer.content


@pytest.mark.django_db
@pytest.mark.usefixtures("tonight")
def test_a_page_in_another_language_names_a_picture_in_it(client: Client, media: Path) -> None:
    event = make_event(city=make_city(), happening=Happening.CANCELLED)
    english, hindi = shown(client, event), shown(client, event, prefix="/hi")
    assert hindi.startswith(f"/media/share/hi/wide/{event.id.hex}-")
    assert client.get(hindi)["Content-Type"] == "image/png"
    assert client.get(hindi).content != client.get(english).content
    with translation.override("hi"):
        said = facts_of(event)
        assert (said.state, said.category_name) == (gettext("Cancelled"), gettext("Music"))
        assert said.state != "Cancelled"
        assert "नव" in said.when  # November, as the CLDR writes it
    stale = hindi.replace(hindi[-36:-4], "0" * 32)
    assert client.get(stale)["Location"] == hindi
    assert client.get(hindi.replace("/hi/", "/de/")).status_code == 404
    assert client.get(hindi.replace("/wide/", "/2x1/")).status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("tonight")
def test_search_engines_are_told_of_each_ratio(client: Client, media: Path) -> None:
    event = make_event(city=make_city())
    paths = picture_paths(event)
    page = client.get(event.get_absolute_url()).content.decode()
    for shape, (wide, high) in {"1x1": (1, 1), "4x3": (4, 3), "16x9": (16, 9)}.items():
        assert f'{paths[shape]}"' in page
        assert SIZES[shape][0] * high == SIZES[shape][1] * wide
        assert Image.open(io.BytesIO(client.get(paths[shape]).content)).size == SIZES[shape]


@pytest.mark.django_db
@pytest.mark.usefixtures("tonight")
def test_a_change_gives_another_address_and_the_old_one_leads_there(client: Client, media: Path) -> None:
    event = make_event(city=make_city())
    before = shown(client, event)
    Event.objects.filter(pk=event.pk).update(happening=Happening.CANCELLED)
    after = shown(client, event)
    assert before != after
    answer = client.get(before)
    assert (answer.status_code, answer["Location"]) == (302, after)
    assert not list(media.rglob("*.png"))


@pytest.mark.django_db
@pytest.mark.usefixtures("tonight")
def test_an_event_that_readers_do_not_see_has_no_picture(client: Client, media: Path) -> None:
    event, survivor = make_event(city=make_city()), make_event(title="The other")
    path = picture_path(event)
    for publication, status in (("pending", 404), ("removed", 410)):
        Event.objects.filter(pk=event.pk).update(publication=publication)
        assert client.get(path).status_code == status
    Event.objects.filter(pk=event.pk).update(publication="merged", merged_into=survivor)
    answer = client.get(path, follow=True)
    assert (answer.status_code, answer.redirect_chain[-1][0]) == (200, picture_path(survivor))


@pytest.mark.django_db
def test_where_too_many_are_drawn_the_answer_says_when_to_ask_again(
    client: Client, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture, "_WAITS", 0.01)
    with picture._drawing:
        answer = client.get(picture_path(make_event(city=make_city())))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


class Bucket(FileSystemStorage):
    """As in a bucket, no folder exists, whatever files are in it."""

    def exists(self, name: str) -> bool:
        return Path(self.path(name)).is_file()


@pytest.mark.django_db
@pytest.mark.parametrize("storage", [FileSystemStorage, Bucket])
def test_old_files_are_deleted(media: Path, settings: Any, storage: type) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": f"{storage.__module__}.{storage.__qualname__}"}
    }
    assert forget_share_pictures(now=EVENING) == 0
    picture.share_picture(facts())
    assert forget_share_pictures(now=EVENING - timedelta(days=3000)) == 0
    later = default_storage.get_modified_time(
        next(media.rglob("*.png")).relative_to(media).as_posix()
    ) + timedelta(days=31)
    assert forget_share_pictures(now=later, dry=True) == 1
    assert forget_share_pictures(now=later) == 1
    assert not list(media.rglob("*.png"))
