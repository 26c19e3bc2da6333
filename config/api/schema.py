"""Extensions of the API's schema: tokens, the admin's session, and the right that a method needs."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class Described(AutoSchema):  # type: ignore[misc]
    """Appends the needed right to the description of a staff method."""

    def get_description(self) -> str:  # type: ignore[override]
        """The description, with the right."""
        reported = str(super().get_description() or "")
        right = getattr(self.view, "needs", {}).get(self.method)
        return f"{reported}\n\nNeeds the right `{right}`.".strip() if right else reported


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
            "description": "The `access` token of /api/v1/auth/login. It lasts 15 minutes; /api/v1/auth/refresh gives the next one.",
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
