"""Refuses malformed requests for all pages and endpoints: NUL, lone surrogates, overlong parameters."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext

from config import problems
from config.api.parsing import wrong_in

#: Characters of one value in an address, and of its name. The longest that our own pages make (a cursor, the
#: admin's filters) have some hundred.
LONGEST_VALUE: Final = 2_000
LONGEST_NAME: Final = 200
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


class WellFormedMiddleware:
    """Answers 400 for a malformed path, parameter, form field or cookie.

    Malformed are NUL, lone surrogates, and parameters beyond LONGEST_VALUE. The answer names the error.
    PostgreSQL stores neither NUL nor lone surrogates, so every view would have to refuse them itself.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if wrong := _wrong_in_cookies(request) or _wrong_in_path(request.path_info):
            return refusal(request, HTTPStatus.BAD_REQUEST, wrong)
        if found := _wrong_in_query(request.GET) or _wrong_in_form(request):
            return refusal(request, HTTPStatus.BAD_REQUEST, f"{found[0]}: {found[1]}", field=found)
        return self.get_response(request)


def refusal(
    request: HttpRequest, status: HTTPStatus, detail: str, *, field: tuple[str, str] | None = None
) -> HttpResponse:
    """`detail` as a problem below /api/, as a page elsewhere.

    `field`: the invalid parameter, and the reason.
    """
    if request.path.startswith("/api/"):
        members: dict[str, Any] = {"errors": [{"field": field[0], "detail": field[1]}]} if field else {}
        body = problems.problem(request, status, detail=detail, **members)
        return JsonResponse(body, status=status, content_type=problems.CONTENT_TYPE)
    context = {"status": status, "heading": _heading(status), "detail": detail, "live": None}
    return render(request, "refused.html", context, status=status)


def _heading(status: HTTPStatus) -> str:
    """What happened, in one line for readers."""
    said = {
        HTTPStatus.BAD_REQUEST: gettext("This address cannot be read."),
        HTTPStatus.TOO_MANY_REQUESTS: gettext("That was a lot at once."),
        HTTPStatus.SERVICE_UNAVAILABLE: gettext("We are busy for a moment."),
    }
    return said.get(status) or gettext("This could not be answered.")


def _wrong_in_cookies(request: HttpRequest) -> str:
    return next(
        (
            gettext("The cookie %(name)r %(wrong)s.") % {"name": name[:LONGEST_NAME], "wrong": wrong}
            for name, value in request.COOKIES.items()
            if (wrong := wrong_in(value))
        ),
        "",
    )


def _wrong_in_path(path: str) -> str:
    return gettext("The address %(wrong)s.") % {"wrong": wrong} if (wrong := wrong_in(path)) else ""


def _wrong_in_query(query: QueryDict) -> tuple[str, str] | None:
    """The first invalid parameter, and the reason; None where all are valid."""
    for name, values in query.lists():
        if len(name) > LONGEST_NAME or wrong_in(name):
            return gettext("a parameter"), gettext("Its name is too long or not well-formed.")
        for value in values:
            if len(value) > LONGEST_VALUE:
                return name, gettext("At most %(most)s characters, this has %(count)s.") % {
                    "most": LONGEST_VALUE,
                    "count": len(value),
                }
            if wrong := wrong_in(value):
                return name, gettext("It %(wrong)s.") % {"wrong": wrong}
    return None


def _wrong_in_form(request: HttpRequest) -> tuple[str, str] | None:
    """The first invalid form field, and the reason.

    Endpoints of the API read JSON, signed bytes or nothing, so their forms are not checked.
    """
    if request.method != "POST" or request.path.startswith("/api/") or request.content_type not in _FORMS:
        return None
    for name, values in request.POST.lists():
        if wrong := wrong_in(name) or next(filter(None, map(wrong_in, values)), ""):
            return name[:LONGEST_NAME].replace("\x00", "\ufffd"), gettext("It %(wrong)s.") % {"wrong": wrong}
    return None
