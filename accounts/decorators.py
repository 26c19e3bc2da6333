"""Decorators for our own views in the admin."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse

from accounts.rights import require

View = Callable[..., HttpResponse]


def right_required(right: str) -> Callable[[View], View]:
    """A page for members of staff with this right: whoever is none of them is sent to sign in, who lacks the
    right gets 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(request.user, right)
            return view(request, *args, **kwargs)

        return staff_member_required(guarded)

    return decorate
