"""The site's share of the one throttle: guesses at codes, and requests for mails and accounts."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.addresses import network_of
from accounts.devices import device_of
from accounts.exceptions import TooBusy, TooManyRequests
from accounts.limits import Policy, take
from accounts.models import fold_login
from accounts.throttling import count_guess, give_back

View = Callable[..., HttpResponseBase]


def limited(policy: Policy, view: View, *, methods: Collection[str] = ("POST",)) -> View:
    """The view, of whose POSTs each network has so many. Raises TooManyRequests."""

    @wraps(view)
    def bounded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in methods:
            taken = take(policy, request)
            if not taken.allowed:
                raise TooManyRequests(taken.reset)
        return view(request, *args, **kwargs)

    return bounded


@contextmanager
def counted_guess(request: HttpRequest | None, email: str, *, apart: str = "") -> Iterator[None]:
    """Count a guess at the account of `email`; it is given back unless the block raises.

    `apart`: what is guessed by somebody who has shown another factor already. It is counted by itself, so that
    strangers cannot keep the owner out. Raises TooManyGuesses.
    """
    login = fold_login(email)
    device = device_of(request, login)
    network = network_of(request) if request is not None else ""
    guess = count_guess(login, network=network, device=f"{apart} {device}".strip())
    try:
        yield
    except TooBusy:
        give_back(guess)
        raise
    give_back(guess)
