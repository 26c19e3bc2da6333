"""What the pages of galleries share."""

from typing import Any

from django.http import HttpRequest

from accounts.models import User
from events.models import Event
from events.seo import Meta
from events.views.shared import absolute
from galleries.models import Photo
from places.models import Place


def person_of(request: HttpRequest) -> User:
    """Whoever is signed in."""
    assert isinstance(request.user, User)  # login_required
    return request.user


def of(photo: Photo) -> Event | Place:
    """What a photo is of, or what that was merged into."""
    row: Any = photo.event or photo.place
    found: Event | Place = row.merged_into or row
    return found


def meta_of(request: HttpRequest, title: str) -> Meta:
    """The head of a page that no search engine lists."""
    return Meta(title=title, description="", canonical=absolute(request.path), noindex=True)
