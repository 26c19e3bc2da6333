"""Extensions of the API's schema: tokens, the admin's session, and the right that a method needs."""

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from accounts.api.once import HEADER, LONGEST, MARK
from accounts.models import ANSWERS_KEPT
from accounts.problems import PROBLEM

_IDEMPOTENCY_KEY: Final = OpenApiParameter(
    HEADER,
    {"type": "string", "maxLength": LONGEST, "pattern": "^[ -~]*$"},
    OpenApiParameter.HEADER,
    required=False,
    description="A text of your own for this request. Sent again with the same one within "
    f"{ANSWERS_KEPT // timedelta(hours=1)} hours it has its effect once and gets the same answer, with `Idempotency-Replayed: true`. "
    "Errors are not kept.",
    examples=[OpenApiExample("example", value="6e0d9c3c-2a53-4b0c-9d4e-7f1f0c4a2b11")],
)
_PROBLEM: Final = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_ERRORS_OF_KEYS: Final = {
    "409": "The same request is being processed (`Retry-After`), or it is not possible in the present state.",
    "422": "The Idempotency-Key was used with another request, or the body contains nothing usable.",
}


class Described(AutoSchema):  # type: ignore[misc]
    """Appends the needed right to the description of a staff method."""

    def get_description(self) -> str:  # type: ignore[override]
        """The description, with the right."""
        reported = str(super().get_description() or "")
        right = getattr(self.view, "needs", {}).get(self.method)
        scope = getattr(self.view, "scopes", {}).get(self.method)
        asked = f"Needs the right `{right}`." if right else ""
        if scope:
            asked = f"An API key needs the scope `{scope}`."
        return f"{reported}\n\n{asked}".strip()

    def get_override_parameters(self) -> list[Any]:
        """Those of every method that has its effect once by its Idempotency-Key."""
        said = list(super().get_override_parameters())
        return [*said, _IDEMPOTENCY_KEY] if self._has_effect_once() else said

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """As drf-spectacular has it, with the errors that such a key brings."""
        operation = super().get_operation(*args, **kwargs)
        if operation and self._has_effect_once():
            for status, about in _ERRORS_OF_KEYS.items():
                operation["responses"].setdefault(status, {"description": about, "content": _PROBLEM})
        return operation

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Any:
        """As drf-spectacular has it; a body that refuses unknown fields says so, and which fields go together."""
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "request":
            schema |= dict(getattr(serializer, "rules", {}))
            if getattr(serializer, "is_closed", False):
                schema["additionalProperties"] = False
        return schema

    def _get_request_body(self, direction: str = "request") -> Any:
        """As drf-spectacular has it, which leaves out what a DELETE is sent: a password, once more."""
        if self.method != "DELETE" or not getattr(self.view, "delete_takes_body", False):
            return super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        self.method = "POST"
        try:
            return super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        finally:
            self.method = "DELETE"

    def _has_effect_once(self) -> bool:
        return bool(getattr(getattr(self.view, self.method.lower(), None), MARK, False))


class TextOfClients(OpenApiSerializerFieldExtension):  # type: ignore[misc, no-untyped-call]
    """What a text must be."""

    target_class = "accounts.api.texts.Text"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        """As drf-spectacular has it, with what it leaves out."""
        schema = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)  # type: ignore[no-untyped-call]
        described: dict[str, Any] = self.target.described(schema) if direction == "request" else schema
        return described


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[misc, no-untyped-call]
    """The access token of `/api/v1/auth/login`."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The security scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The `access` token of /api/v1/auth/login, which lasts 15 minutes (/api/v1/auth/refresh gives the next one), or an API key "
            "(`noc_…`) of /accounts/keys/, which opens what its scopes name.",
        }


class StaffSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[misc, no-untyped-call]
    """The session cookie, as an API key in a cookie (the OpenAPI term)."""

    target_class = "accounts.authentication.StaffSession"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The security scheme."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "Sign in at /admin/login/. Methods that write also need the token of the CSRF cookie in the header X-CSRFToken.",
        }
