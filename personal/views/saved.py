"""What a device saved meets what the account saved."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.crypto import keyed_hash
from accounts.models import User
from personal import queries, services
from personal.exceptions import PersonalRefused

#: So many events a device tells at once, and so many of the account it keeps; `static/js/saved-account.js` has the same number.
MOST: Final = 100


@never_cache
@require_POST
def saved_account(request: HttpRequest) -> HttpResponse:
    """`/saved/account`: a device tells `save` and `unsave`, ids that it changed since it agreed with `account`; answered by what the account has.

    `{"account": an opaque name of the account, "ids": [hex], "total": int, "full": bool}`, the newest first, at most MOST. With `full` nothing was
    saved: the account has no room. 401 without a session, and 403 without the token of our forms. Sent twice it changes nothing more.
    """
    person = request.user
    if not isinstance(person, User) or not person.is_authenticated:
        return JsonResponse({"detail": "Sign in first."}, status=401)
    full, account = False, keyed_hash(f"device of {person.pk}")[:16]
    save, unsave = _ids(request, "save"), _ids(request, "unsave")
    if request.POST.get("account", "") not in ("", account):
        unsave = []  # the device knows what another account had
    try:
        services.change_saved(person, save=save, unsave=unsave)
    except PersonalRefused:
        full = True
        services.change_saved(person, save=(), unsave=unsave)
    ids = queries.saved_ids(person)
    return JsonResponse(
        {
            "account": account,
            "ids": [pk.hex for pk in ids[:MOST]],
            "total": len(ids),
            "full": full,
        }
    )


def _ids(request: HttpRequest, name: str) -> list[UUID]:
    """Ids of 32 hexadecimal digits, each once; what is none is left out."""
    found: dict[UUID, None] = {}
    for text in request.POST.getlist(name)[:MOST]:
        digits = text.lower()
        if len(digits) == 32 and all(sign in "0123456789abcdef" for sign in digits):
            found[UUID(digits)] = None
    return list(found)
