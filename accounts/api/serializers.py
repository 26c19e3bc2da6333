"""What the API of accounts takes and gives."""

from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as s

from accounts.api.bodies import JsonSerializer
from accounts.api.texts import Text
from accounts.keys.scopes import Scope


class Me(s.Serializer):
    """One's own account."""

    id = s.UUIDField()
    email = s.EmailField(
        help_text="The address to sign in with. It is changed on the site, confirmed at both."
    )
    name = s.CharField()
    picture = s.CharField(allow_null=True, help_text="Address of a square WebP of 256 pixels; null for none.")
    language = s.CharField(help_text="A language tag (BCP 47); empty for none.")
    timezone = s.CharField(help_text="A zone of the IANA database; empty for none.")
    city = s.CharField(help_text="Slug of the home city; empty for none.")
    is_staff = s.BooleanField(help_text="Whether the account may use the admin.")
    joined_at = s.DateTimeField()


@extend_schema_field({"type": "string", "format": "binary"})
class PictureBytes(s.FileField):
    """The bytes of a picture."""


class _OwnPicture(PictureBytes):
    """Bytes, or none: null, and in a form an empty part. A form has no null, so that none is described there."""

    def get_value(self, dictionary: Any) -> Any:
        """What was given, also an empty part."""
        return dictionary.get(self.field_name, s.empty)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """None for none."""
        return (True, None) if data is None or data == "" else super().validate_empty_values(data)


@extend_schema_field({"type": "null"})
class _NoPicture(s.FileField):
    """No picture: JSON carries no bytes."""


class MeWish(JsonSerializer):
    """What changes; fields that are left out stay."""

    is_closed = True
    rules: ClassVar = {"minProperties": 1}  # of parts (`refuse_no_parts`)
    unknown_said = gettext_lazy("Cannot be changed here. Fields: %(names)s.")

    name = Text(required=False, allow_blank=True, max_length=150, trim_whitespace=True)
    language = Text(
        required=False,
        allow_blank=True,
        max_length=16,
        format="site-language",
        help_text=f"One of {', '.join(code for code, _ in settings.LANGUAGES)}.",
    )
    timezone = Text(
        required=False,
        allow_blank=True,
        max_length=64,
        format="time-zone",
        help_text="Such as `Europe/Berlin`.",
    )
    city = Text(
        required=False,
        allow_blank=True,
        max_length=80,
        format="city",
        help_text="A slug of /api/v1/cities, or an old id such as `ca--los-angeles`.",
    )
    picture = _OwnPicture(
        required=False,
        help_text="As multipart/form-data a JPEG, PNG, WebP, GIF or AVIF of at most 5 MB and at least 100 pixels each way; an empty part deletes it.",
    )


class MeJsonWish(MeWish):
    """What changes; fields that are left out stay."""

    rules: ClassVar = {}
    picture = _NoPicture(  # type: ignore[assignment]  # described otherwise, read the same
        required=False, help_text="null deletes it; a new one is sent as multipart/form-data."
    )


class _Password(Text):
    """Longer ones would cost as much to hash; spaces count."""

    def __init__(self, *, format: str = "current-password", **options: Any) -> None:
        super().__init__(max_length=4096, trim_whitespace=False, format=format, **options)


class Registration(JsonSerializer):
    email = s.EmailField(max_length=254)
    password = _Password(format="new-password", help_text="At least 12 characters, hard to guess.")
    name = Text(max_length=150, required=False, allow_blank=True)


class Credentials(JsonSerializer):
    email = Text(max_length=254)
    password = _Password()
    otp = Text(
        max_length=40,
        required=False,
        allow_blank=True,
        help_text="Where the account has a second factor: a code of the authenticator app, or a recovery code.",
    )


class Refreshing(JsonSerializer):
    refresh = Text(max_length=2_000, help_text="The newest refresh token.")


class SigningOut(JsonSerializer):
    refresh = Text(
        max_length=2_000,
        required=False,
        help_text="A refresh token; without it the access token of the request counts.",
    )
    everywhere = s.BooleanField(
        required=False, default=False, help_text="End all sign-ins of the person by token, not only this one."
    )


class Address(JsonSerializer):
    email = s.EmailField(max_length=254)


class Key(JsonSerializer):
    key = Text(max_length=400, format="mail-key", help_text="The last part of the link in the mail.")


class NewPassword(JsonSerializer):
    key = Text(
        max_length=400,
        format="mail-key",
        help_text="The last part of the link in the mail, such as `4x-d1b2…`.",
    )
    password = _Password(format="new-password", help_text="At least 12 characters, hard to guess.")


class Tokens(s.Serializer):
    """A pair of tokens."""

    access = s.CharField(help_text="Send it as `Authorization: Bearer …`.")
    refresh = s.CharField(help_text="Gets the next pair, once.")
    token_type = s.CharField(help_text="`Bearer` (RFC 6750).")
    expires_in = s.IntegerField(help_text="Seconds until the access token expires.")


class Done(s.Serializer):
    detail = s.CharField()


class Closing(JsonSerializer):
    """The password, once more."""

    password = _Password()


class Export(s.Serializer):
    """How far the zip with all one's own data is."""

    state = s.ChoiceField(choices=["none", "waiting", "ready"])
    asked_at = s.DateTimeField(allow_null=True)
    made_at = s.DateTimeField(allow_null=True)
    deleted_at = s.DateTimeField(allow_null=True, help_text="When the zip is deleted.")
    size = s.IntegerField(help_text="Bytes of the zip, 0 until it is made.")


class ExportLink(s.Serializer):
    """Where the zip can be downloaded, without any other sign of who one is."""

    url = s.URLField()
    expires_in = s.IntegerField(help_text="Seconds for which the link works.")


class NewKey(JsonSerializer):
    """An API key as it is asked for."""

    name = Text(max_length=60, help_text="What it is for.")
    scopes = s.ListField(
        child=s.ChoiceField([scope.value for scope in Scope]),
        required=False,
        max_length=len(Scope),
        help_text="What it may; reading what is public is always in it.",
    )
    rights = s.ListField(
        child=Text(max_length=120, format="right"),
        required=False,
        max_length=100,
        help_text="For staff: those of one's own rights that the key passes on. Needs a sign-in with a second factor.",
    )
    expires_at = s.DateTimeField(
        required=False, help_text="Within 366 days; by default in 90 days. With an offset."
    )
    password = _Password(help_text="The password, once more.")


class KeyFacts(s.Serializer):
    """An API key, without the key itself."""

    id = s.UUIDField()
    name = s.CharField()
    shown = s.CharField(help_text="Its first characters.")
    scopes = s.ListField(child=s.CharField())
    rights = s.ListField(child=s.CharField())
    made_at = s.DateTimeField()
    expires_at = s.DateTimeField()
    used_at = s.DateTimeField(allow_null=True, help_text="The last use, exact to a minute.")
    ended_at = s.DateTimeField(allow_null=True)
    end_reason = s.CharField(help_text="`revoked`, `account_changed`, or empty.")


class KeyCreated(KeyFacts):
    key = s.CharField(help_text="Send it as `Authorization: Bearer noc_…`. It is told once.")


class KeyList(s.Serializer):
    results = KeyFacts(many=True)
