"""Decorators for our own views in the admin."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse

from accounts.rights import require

View = Callable[..., HttpResponse]


def right_required(right: str) -> Callable[[View], View]:
    """Restrict a page to staff with this right.

    Others are redirected to sign in; staff without the right get 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(request.user, right)
            return view(request, *args, **kwargs)

        return staff_member_required(guarded)

    return decorate
