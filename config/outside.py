"""Variables that the Procfile, compose and deploy/ read, and settings.py does not: values that can hurt, for `check --deploy`.

They are looked at where that runs: in `.env`, which compose gives to each container, and in the environment of a unit.
"""

import ipaddress
import math
import string
from collections.abc import Callable, Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

from config.bounds import Problem, is_remote

#: What a variable says; '' where it is not given.
Given = Callable[[str], str]

#: As `bounds._NUMBERS`, of one process each.
_NUMBERS: Final[tuple[tuple[str, float, float, str], ...]] = (
    ("WEB_STATEMENT_SECONDS", 1, 60, "a slow query holds its connection for as long as it likes, or pages end half-way"),
    ("WEB_LOCK_SECONDS", 1, 60, "a request waits for a lock for as long as it likes, or not at all"),
    ("WORKER_STATEMENT_SECONDS", 60, 3600, "a task waits for a query beyond its own time limit, or is ended before it can be done"),
    ("WORKER_LOCK_SECONDS", 1, 3600, "a task waits for a lock beyond its own time limit, or not at all"),
    ("FETCH_CONCURRENCY", 1, 64, "as many processes as the machine has cores, or more than its memory and the connections of PostgreSQL take"),
    ("PROCESS_CONCURRENCY", 1, 64, "as many processes as the machine has cores, or more than its memory and the connections of PostgreSQL take"),
)  # fmt: skip
#: Passwords of containers. Compose writes that of PostgreSQL into an address.
_PASSWORDS: Final = ("POSTGRES_PASSWORD", "RABBITMQ_PASSWORD")
_SHORTEST_PASSWORD: Final = 16
_PLAIN: Final = frozenset(f"{string.ascii_letters}{string.digits}._~-")


def problems(given: Given, *, site_url: str, proxies: Iterable[str]) -> list[Problem]:
    """Everything that can hurt. `proxies` are the networks and addresses of TRUSTED_PROXIES."""
    return [*_numbers(given), *_passwords(given), *_names(given, site_url), *_ports(given, proxies)]


def _numbers(given: Given) -> Iterator[Problem]:
    for name, least, most, effect in _NUMBERS:
        text = given(name)
        if text and not least <= _number(text) <= most:
            yield Problem(
                id="config.E007", name=name, message=f"{name} is {text}: {effect}.", remedy=f"Set it to between {least:g} and {most:g}, or remove it.",
            )  # fmt: skip


def _number(text: str) -> float:
    """NaN, which lies between nothing, for what is no number."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _passwords(given: Given) -> Iterator[Problem]:
    for name in _PASSWORDS:
        password = given(name)
        if password and len(password) < _SHORTEST_PASSWORD:
            yield Problem(
                id="config.W016", name=name, is_error=False,
                message=f"{name} has fewer than {_SHORTEST_PASSWORD} characters: whoever gets into one container can guess it.",
                remedy="Set a longer one, in the container too: python -c 'import secrets; print(secrets.token_urlsafe(48))' makes one.",
            )  # fmt: skip
    if not _PLAIN.issuperset(given("POSTGRES_PASSWORD")):
        yield Problem(
            id="config.E021", name="POSTGRES_PASSWORD",
            message="POSTGRES_PASSWORD has characters that mean something in an address: compose writes it into DATABASE_URL, and nothing starts.",
            remedy="Use letters, digits, and . _ ~ - alone.",
        )  # fmt: skip


def _names(given: Given, site_url: str) -> Iterator[Problem]:
    name, host = given("NOCTURNE_HOST").lower(), (urlsplit(site_url).hostname or "").lower()
    if name and name != host:
        yield Problem(
            id="config.E022", name="NOCTURNE_HOST",
            message=f"NOCTURNE_HOST is {name}, and SITE_URL leads to {host}: nginx has no certificate for the links of mails.",
            remedy="Set both to the same host.",
        )  # fmt: skip


def _ports(given: Given, proxies: Iterable[str]) -> Iterator[Problem]:
    published = given("PUBLISH")
    address = published.rpartition(":")[0].strip("[]")
    is_near = address and not is_remote(address)  # a port alone is one of all addresses
    if published and not is_near and any(map(_is_wide, proxies)):
        yield Problem(
            id="config.W017", name="PUBLISH", is_error=False,
            message=f"PUBLISH is {published}: other machines reach the application past its proxy and TLS, and a whole network may say which address it has.",
            remedy="Begin it with 127.0.0.1:, or name in TRUSTED_PROXIES nothing but the addresses of your proxies.",
        )  # fmt: skip


def _is_wide(network: str) -> bool:
    """Whether it has more than one address; `unix` has none."""
    try:
        return ipaddress.ip_network(network).num_addresses > 1
    except ValueError:
        return False
