"""Imprint and terms; the page on privacy has the tables of the code beside its text (accounts.site)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from texts.models import Page
from texts.services import shown_text


@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    """`/imprint/`: who runs this site."""
    return _page(request, Page.IMPRINT, _("Imprint"), _("Who runs this site, and how to reach them."))


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """`/terms/`: what readers and senders may rely on."""
    return _page(request, Page.TERMS, _("Terms"), _("What you may rely on here, and what we ask of you."))


def _page(request: HttpRequest, page: Page, heading: str, about: str) -> HttpResponse:
    path = f"/{page.value}/"
    context = {
        "heading": heading,
        "shown": shown_text(page),
        "own": f"texts/{page.value}.html",
        "contact": settings.CONTACT_EMAIL,
        "meta": {
            "title": f"{heading} · {settings.SITE_NAME}",
            "description": about,
            "canonical": f"{settings.SITE_URL}{path}",
            "kind": "website",
        },
    }
    return render(request, "texts/page.html", context)
