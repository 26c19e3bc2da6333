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
from django.urls import reverse
from django.views.decorators.http import require_safe

from events.queries import find_event
from events.sharing.picture import Busy, digest_of, facts_of, picture_path, share_picture


@require_safe
def share_picture_page(request: HttpRequest, hex_id: str, digest: str) -> HttpResponse:
    """`/media/share/{id}-{digest}.png`: a PNG, kept for ever by its address.

    An old address leads to the present picture; a removed event answers 410; 503 where too many are drawn.
    """
    answer = find_event(UUID(hex_id))
    if answer is None:
        raise Http404("no such event")
    if answer.survivor:
        return HttpResponsePermanentRedirect(
            reverse("events:share-picture", args=[answer.survivor.id.hex, digest])
        )
    if answer.event is None:
        return HttpResponse(
            answer.gone or "", status=HTTPStatus.GONE, content_type="text/plain; charset=utf-8"
        )
    facts = facts_of(answer.event)
    if digest != digest_of(facts):
        response: HttpResponse = HttpResponseRedirect(picture_path(answer.event))
        response["Cache-Control"] = "public, max-age=60"
        return response
    try:
        content = share_picture(facts)
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
