"""The only backend for sign-in by password, for the admin, the site and the API."""

from contextlib import nullcontext
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.addresses import network_of
from accounts.devices import device_of
from accounts.exceptions import TooBusy
from accounts.hashing import known_hashing_slots
from accounts.models import User, fold_login
from accounts.throttling import count_guess, give_back


class ThrottledBackend(ModelBackend):
    """Counts a guess before the password is hashed.

    Raises LoginRefused, which `accounts.middleware` answers where nothing else does.
    """

    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **given: Any,
    ) -> User | None:
        """The user; None for a wrong password and for an unknown account alike."""
        name = username if username is not None else given.get(User.USERNAME_FIELD)
        if name is None or password is None:
            return None
        login = fold_login(name)
        network = network_of(request) if request is not None else ""
        device = device_of(request, login)
        guess = count_guess(login, network=network, device=device)
        try:
            with known_hashing_slots.slot() if device else nullcontext():
                person = super().authenticate(request, username=login, password=password)
        except TooBusy:
            give_back(guess)
            raise
        if person is not None:
            give_back(guess)
        return person  # type: ignore[return-value]

    async def aauthenticate(self, request: HttpRequest | None, **given: Any) -> User | None:  # type: ignore[override]
        """The same for asynchronous callers. Django's own method would bypass the count."""
        return await sync_to_async(self.authenticate)(request, **given)
