"""The OpenAPI schema, and a page to read it that loads nothing from third parties."""

from functools import cache
from threading import Lock
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request

#: drf-spectacular looks its extensions up while it describes for the first time; two threads at once would fail.
_ALONE: Final = Lock()


class Schema(SpectacularAPIView):
    """OpenAPI 3.1, as JSON by default, as YAML on request."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer, OpenApiYamlRenderer2]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The schema, in the language of the request or of `?lang=`, where it is one of ours."""
        renderer = request.accepted_renderer
        asked = request.query_params.get("lang")
        language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
        coded = f"; charset={renderer.charset}" if renderer.charset else ""
        response = HttpResponse(
            _written(type(renderer), language), content_type=f"{renderer.media_type}{coded}"
        )
        response["Content-Disposition"] = f'inline; filename="{self._get_filename(request, None)}"'  # type: ignore[no-untyped-call]
        response["Cache-Control"] = "public, max-age=3600"
        return response


def _written(renderer: Any, language: str | None) -> bytes:
    """The schema as text. One thread writes it; a release alone changes it, so a process keeps it."""
    with _ALONE:
        return _kept(renderer, language)


@cache
def _kept(renderer: Any, language: str | None) -> bytes:
    with translation.override(language):
        described = Schema.generator_class().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        text: str | bytes = renderer().render(described, renderer_context={})
    return text if isinstance(text, bytes) else text.encode()


class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from our own files.

    Its script is a separate request, as the site's content security policy demands.
    """

    template_name = "config/docs.html"
