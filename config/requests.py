"""Requests whose text is UTF-8, whatever charset their Content-Type names."""

from collections.abc import Mapping
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.utils.http import parse_header_parameters


class Utf8Mixin(HttpRequest):
    """Ignores the charset of a request.

    Django decodes even the address with any codec of Python that the client names, outside its error
    handling: `charset=zlib_codec` would be a 500.
    """

    def _set_content_type_params(self, meta: Mapping[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


class Utf8AsgiRequest(Utf8Mixin, ASGIRequest):
    """For `config.asgi`."""


class Utf8WsgiRequest(Utf8Mixin, WSGIRequest):
    """For `config.wsgi`."""
