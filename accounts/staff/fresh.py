"""Asks again who it is before what is grave: roles, groups, accounts, keys, personal data of others.

A session left open for a minute must not be enough to make oneself an admin.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import urlencode

#: A page with a form opens for so long after the password, the code or the passkey was given.
OPENS: Final = 300
#: Its form may be sent for so long, since it takes time to fill in.
SENDS: Final = 900


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved who they are a short while ago. Also where they have nothing to prove it with."""
    if not settings.STAFF_REAUTHENTICATION or not get_adapter().get_reauthentication_methods(request.user):
        return True
    last = max(
        (float(each["at"]) for each in get_authentication_records(request, request.user)),  # type: ignore[arg-type]
        default=0.0,
    )
    return 0 <= time.time() - last < (OPENS if request.method in ("GET", "HEAD") else SENDS)


def ask_again(request: HttpRequest) -> HttpResponse:
    """The way to the page that asks, and back. What was sent is not kept: it may hold a key or a password."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    return HttpResponseRedirect(f"{methods[0]['url']}?{urlencode({'next': request.get_full_path()})}")


def fresh_required(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Restrict a view to those who proved who they are a short while ago; others are asked."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if is_fresh(request) else ask_again(request)

    return guarded


class Grave:
    """A ModelAdmin whose forms and actions ask again, before Django's own in the order of bases. Looking does not."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        if self._may_write(request, object_id) and not is_fresh(request):
            return ask_again(request)
        return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        desk: Any = self
        if desk.has_delete_permission(request) and not is_fresh(request):
            return ask_again(request)
        return super().delete_view(request, object_id, extra_context)  # type: ignore[misc]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if request.method == "POST" and not is_fresh(request):
            return ask_again(request)
        return super().changelist_view(request, extra_context)  # type: ignore[misc]

    def _may_write(self, request: HttpRequest, object_id: str | None) -> bool:
        desk: Any = self
        return bool(
            desk.has_add_permission(request) if object_id is None else desk.has_change_permission(request)
        )
