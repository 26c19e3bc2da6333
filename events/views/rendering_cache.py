"""Marks the views whose response is the same for everybody who is not signed in.

`config.page_cache` answers such requests from what was kept (`outbox.renderings`), and keeps what a marked view makes. A
response is void as soon as one of the topics that it shows changes; what it shows is noted where it is read, by `live`,
by `card`, and by `show`.

After a change, everybody with the page open requests the same card or page within moments (`static/js/live.js`). Such a
client sends the header `Live-After: EPOCH-OFFSET` with the last change that it got, and gets nothing older.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from outbox.renderings.kept import RENDERINGS, Wanted
from outbox.renderings.readers import for_reader, shown_to_reader

#: What a request that is not shared may be kept by: nobody but its own browser, which asks again each time.
PRIVATE: Final = "private, no-cache"
#: What is kept is a whole response; whether this reader has it already is answered from that.
_CONDITIONS: Final = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


def share_rendering(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view whose response depends only on address, database and time, unless the request is personal."""

    @wraps(view)
    def shared(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted: Wanted | None = getattr(request, "wanted", None)
        if wanted is None:
            response = for_reader(request, lambda: view(request, *args, **kwargs))
            if not response.has_header("Cache-Control"):
                response["Cache-Control"] = PRIVATE
            return response
        if RENDERINGS.find_or_wait(wanted) is not None:
            return HttpResponse()  # the middleware answers with what was found
        asked = {name: request.META.pop(name, None) for name in _CONDITIONS}
        response, shown = shown_to_reader(request, lambda: view(request, *args, **kwargs), begun=wanted.begun)
        request.META.update({name: value for name, value in asked.items() if value is not None})
        wanted.topics, wanted.count = frozenset(shown.topics), shown.count
        return response

    return shared


def is_kept(request: HttpRequest) -> bool:
    """Whether the answer of the view will be kept, whole, for all readers."""
    wanted: Wanted | None = getattr(request, "wanted", None)
    return wanted is not None and wanted.topics is not None
