"""What the API of accounts takes and gives."""

from typing import Any

from rest_framework import serializers as s


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


class MeWish(s.Serializer):
    """What changes; fields that are left out stay."""

    name = s.CharField(required=False, allow_blank=True, max_length=150, trim_whitespace=True)
    language = s.CharField(required=False, allow_blank=True, max_length=16, help_text="A tag such as `en`.")
    timezone = s.CharField(
        required=False, allow_blank=True, max_length=64, help_text="Such as `Europe/Berlin`."
    )
    city = s.CharField(required=False, allow_blank=True, max_length=80, help_text="A slug of /api/v1/cities.")
    picture = s.FileField(
        required=False,
        allow_null=True,
        help_text="As multipart/form-data a JPEG, PNG, WebP, GIF or AVIF of at most 5 MB and at least 100 pixels each way; null deletes it.",
    )

    def to_internal_value(self, data: Any) -> Any:
        """Refuse fields that do not exist or cannot be changed, by name."""
        if isinstance(data, dict) and (unknown := sorted(data.keys() - self.fields.keys())):
            raise s.ValidationError(
                {
                    name[:80]: [f"Cannot be changed here. Fields: {', '.join(self.fields)}."]
                    for name in unknown
                }
            )
        return super().to_internal_value(data)


class Closing(s.Serializer):
    """The password, once more."""

    password = s.CharField(max_length=4096, trim_whitespace=False)
