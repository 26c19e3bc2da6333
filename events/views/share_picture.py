"""The picture that other sites show beside a link to an event. It is drawn when it is asked for first."""

from http import HTTPStatus
from uuid import UUID

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.utils import translation
from django.views.decorators.http import require_safe

from events.models import Event
from events.queries import find_event
from events.sharing.drawing import SIZES, WIDE
from events.sharing.picture import Busy, digest_of, facts_of, picture_path, share_picture
from languages.codes import BY_CODE, DEFAULT


@require_safe
def share_picture_page(
    request: HttpRequest, hex_id: str, digest: str, language: str = DEFAULT, shape: str = WIDE
) -> HttpResponse:
    """`/media/share/{id}-{digest}.png`, `/media/share/hi/1x1/{id}-{digest}.png`: a PNG, kept for ever by its address.

    An old address leads to the present picture; a removed event answers 410; 503 where too many are drawn.
    """
    answer = find_event(UUID(hex_id)) if language in BY_CODE and shape in SIZES else None
    if answer is None:
        raise Http404("no such event")
    with translation.override(language):
        if answer.survivor:
            return HttpResponsePermanentRedirect(picture_path(answer.survivor, shape=shape))
        if answer.event is None:
            return HttpResponse(
                answer.gone or "", status=HTTPStatus.GONE, content_type="text/plain; charset=utf-8"
            )
        return _picture(answer.event, digest, shape)


def _picture(event: Event, digest: str, shape: str) -> HttpResponse:
    facts = facts_of(event)
    if digest != digest_of(facts):
        response: HttpResponse = HttpResponseRedirect(picture_path(event, shape=shape))
        response["Cache-Control"] = "public, max-age=60"
        return response
    try:
        content = share_picture(facts, shape=shape)
    except Busy:
        return HttpResponse(
            "Too many pictures are drawn at once. Try again in 5 seconds.",
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            content_type="text/plain; charset=utf-8",
            headers={"Retry-After": "5", "Cache-Control": "no-store"},
        )
    return HttpResponse(
        content,
        content_type="image/png",
        headers={"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"},
    )
