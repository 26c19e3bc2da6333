"""Errors."""

from rest_framework import serializers as s


class Field(s.Serializer):
    field = s.CharField(help_text="The parameter or field.")
    detail = s.CharField(help_text="What is wrong, and the remedy.")


class Problem(s.Serializer):
    """An error (RFC 9457), as `application/problem+json`."""

    type = s.CharField(help_text="`about:blank`: the status says it.")
    title = s.CharField()
    status = s.IntegerField()
    detail = s.CharField()
    instance = s.CharField(help_text="The path that was asked.")
    request_id = s.CharField(help_text="Tell us this one; it is in X-Request-ID too.")
    errors = Field(many=True, required=False)  # type: ignore[assignment]  # the name of RFC 9457
