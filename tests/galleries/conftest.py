"""An event that is over at a venue, people with confirmed addresses, and pictures that differ."""

import io
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import User
from events.models import Event
from galleries import consent, services
from galleries.models import Photo
from galleries.records import Wish
from moderation.enums import Verdict
from moderation.models import Review
from moderation.services import decide
from places.models import Place
from tests.factories import make_city, make_event, make_person, make_place, make_staff

ALT = "Three owls on a dark stage"
Gives = Callable[..., Photo]


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    cache.clear()
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def place(db: None) -> Place:
    return make_place(city=make_city())


@pytest.fixture
def event(place: Place) -> Event:
    """It ended yesterday."""
    start = timezone.now() - timedelta(days=1)
    return make_event(title="Owl Night", start=start, end_at=start + timedelta(hours=2), place=place)


def confirmed(name: str) -> User:
    """A person whose address is confirmed."""
    email = f"{name}@example.org"
    person = User.objects.filter(email=email).first() or make_person(email=email, is_staff=False)
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    return person


def drawn(seed: int, *, width: int = 480, height: int = 360) -> Image.Image:
    """A scene of soft light and shapes; each seed has another."""
    chance = random.Random(seed)
    image = Image.new("RGB", (12, 9))
    image.putdata(
        [(chance.randrange(256), chance.randrange(200), chance.randrange(256)) for _ in range(12 * 9)]
    )
    image = image.resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(6):
        x, y, side = chance.randrange(width), chance.randrange(height), chance.randrange(20, 120)
        draw.ellipse((x, y, x + side, y + side), fill=(chance.randrange(256),) * 3)
    return image


def jpeg(image: Image.Image | int = 1, **options: Any) -> bytes:
    """The bytes of a JPEG."""
    out = io.BytesIO()
    (drawn(image) if isinstance(image, int) else image).save(out, "JPEG", **{"quality": 92, **options})
    return out.getvalue()


def wish(**said: Any) -> Wish:
    return Wish(**{"alt": ALT, "consent": consent.CURRENT, **said})


@pytest.fixture
def gives(event: Event) -> Gives:
    """Somebody gives a photo to the event, or to what is given."""

    def gives(name: str = "ann", picture: int | bytes = 1, **said: Any) -> Photo:
        content = jpeg(picture) if isinstance(picture, int) else picture
        return services.give(said.pop("of", event), content, wish(**said), by=confirmed(name))

    return gives


def judge(photo: Photo, verdict: Verdict = Verdict.GRANT, note: str = "") -> None:
    """A moderator decides about what was asked, the verdict is carried out, and sizes are made."""
    moment = timezone.now()
    services.ask(now=moment)
    review = Review.objects.get(object_id=photo.pk, state="open")
    decide(review.pk, verdict, note=note, by=make_staff(email=f"m{review.pk.hex}@example.org"))
    services.settle(now=moment)
    services.render(now=moment)
    photo.refresh_from_db()
