"""The only way to change a person's profile, for the pages and the API: name, language, zone, city, picture."""

import secrets
import zoneinfo
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final
from urllib.parse import urljoin

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext

from accounts.actions import Action, record_action, target_of
from accounts.cities import city_slug
from accounts.exceptions import InputRefused
from accounts.models import User, fold_login
from accounts.user_input import line
from languages.codes import LANGUAGES

#: The most bytes of an uploaded picture; a phone's camera makes 2 to 4 MB.
MOST_PICTURE_BYTES: Final = 5 * 1024 * 1024
#: Width and height of our own copy, in pixels.
PICTURE_SIDE: Final = 256
#: The folder of the copies.
FOLDER: Final = "people"


def change_profile(person: User, values: Mapping[str, str], *, picture: bytes | None = None) -> User:
    """Change some of `name`, `language`, `timezone` and `city` of one's own account; '' empties one.

    `picture` is an uploaded one, of which a square copy is stored without metadata, under a name that cannot be
    guessed; b'' deletes the present one, None leaves it. All or nothing, and written to the log. Raises
    InputRefused for the first value that is refused, and KeyError for another field. Returns the person as
    stored.
    """
    wanted = {name: _CHECKS[name](value) for name, value in values.items()}
    if picture is not None:
        wanted["picture"] = _stored(picture) if picture else ""
    try:
        with transaction.atomic():
            return _write(User.objects.select_for_update().get(pk=person.pk), wanted)
    except BaseException:
        if wanted.get("picture"):
            default_storage.delete(wanted["picture"])
        raise


def picture_address(person: User) -> str | None:
    """The address of the picture's file; None without one."""
    return (
        urljoin(f"{settings.SITE_URL}/", default_storage.url(person.picture.name)) if person.picture else None
    )


def languages() -> Mapping[str, str]:
    """The languages that a person may choose: names by tag."""
    return {language.code: language.name for language in LANGUAGES}


def language_of(address: str) -> str:
    """The language that the account of this address has chosen; '' without one, or where the site has it no more."""
    chosen = User.objects.filter(email__iexact=fold_login(address)).values_list("language", flat=True).first()
    return chosen if chosen and chosen in languages() else ""


@cache
def timezones() -> frozenset[str]:
    """The zones of the IANA database that a person may choose."""
    return frozenset(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC")


def _write(held: User, wanted: Mapping[str, str]) -> User:
    before = {name: str(getattr(held, name)) for name in wanted}
    changed = [name for name, value in wanted.items() if before[name] != value]
    if changed:
        for name in changed:
            setattr(held, name, wanted[name])
        held.save(update_fields=changed)
        record_action(
            held,
            Action.PROFILE_CHANGED,
            target=target_of(held),
            before={name: before[name] for name in changed},
            after={name: wanted[name] for name in changed},
        )
    if "picture" in changed and (former := before["picture"]):
        transaction.on_commit(lambda: default_storage.delete(former), robust=True)
    return held


def _stored(picture: bytes) -> str:
    return default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}.webp", ContentFile(_rendered(picture)))


def _rendered(content: bytes) -> bytes:
    from pipeline.pictures import PictureRefused, square

    if len(content) > MOST_PICTURE_BYTES:
        most = MOST_PICTURE_BYTES // 1024**2
        raise InputRefused(
            "picture", gettext("has more than %(number)d MB. Send a smaller one.") % {"number": most}
        )
    try:
        return square(content, PICTURE_SIDE)
    except PictureRefused as refused:
        advice = gettext("cannot be used: %(reason)s. Send a JPEG, PNG, WebP, GIF or AVIF.") % {
            "reason": refused
        }
        raise InputRefused("picture", advice) from refused


def _name(value: str) -> str:
    return line("name", value, most=150)


def _language(value: str) -> str:
    if value and value not in languages():
        raise InputRefused("language", gettext("is not known. Write a tag such as en or hi."))
    return value


def _timezone(value: str) -> str:
    if value and value not in timezones():
        raise InputRefused("timezone", gettext("is not known. Write a name such as Europe/Berlin."))
    return value


def _city(value: str) -> str:
    slug = city_slug(value) if value else ""
    if value and not slug:
        raise InputRefused("city", gettext("is not known. Write a slug of /api/v1/cities."))
    return slug


_CHECKS: Final[Mapping[str, Callable[[str], str]]] = {
    "name": _name,
    "language": _language,
    "timezone": _timezone,
    "city": _city,
}
