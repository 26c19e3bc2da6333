"""`/developers/`: how a program reads and writes here, written for people. The reference is at `/api/v1/docs/`."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

TEXT = "developers/text.md"


@require_safe
def developers(request: HttpRequest) -> HttpResponse:
    """The page. Its text is in English, as that of the reference."""
    meta = {
        "title": f"For developers · {settings.SITE_NAME}",
        "description": "Events, search, changes and the live feed for your programs: first data in five minutes.",
        "canonical": f"{settings.SITE_URL}/developers/",
        "kind": "website",
    }
    return render(request, "developers/page.html", {"meta": meta, "text": _html()})


def markdown() -> str:
    """The text with this site's own addresses, as Markdown."""
    return render_to_string(
        TEXT,
        {
            "site_url": settings.SITE_URL,
            "key_rate": settings.API_KEY_RATE_LIMIT,
            "python_client": static("developers/sync.py"),
            "javascript_client": static("developers/sync.mjs"),
        },
    )


@lru_cache(maxsize=1)
def _html() -> SafeString:
    # our own text, in which no reader writes
    return mark_safe(MarkdownIt("commonmark").enable("table").render(markdown()))  # noqa: S308
