"""The OpenAPI schema, and a page to read it that loads nothing from third parties."""

from threading import Lock
from typing import Any, Final

from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

#: drf-spectacular looks its extensions up while it describes for the first time; two threads at once would fail.
_ALONE: Final = Lock()


class Schema(SpectacularAPIView):
    """OpenAPI 3.1, as JSON by default, as YAML on request."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer, OpenApiYamlRenderer2]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The schema. It is cached for an hour, since only a release changes it."""
        with _ALONE:
            response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        response["Cache-Control"] = "public, max-age=3600"
        return response


class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from our own files.

    Its script is a separate request, as the site's content security policy demands.
    """

    template_name = "config/docs.html"
