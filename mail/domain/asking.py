"""The DNS as these checks ask it: bounded, and a failure is told apart from an empty answer."""

from collections.abc import Callable

from egress.names import names_of, records, text_records
from mail.domain.findings import Finding
from pipeline.contract.http_errors import EgressError


class Unanswered(Exception):
    """The DNS did not answer; the text says why."""


def texts(name: str, begins: str) -> list[str]:
    """The TXT records of a name that begin so, whatever the case, in order: name servers turn them. Raises Unanswered."""
    found = _asked(lambda: text_records(name))
    return sorted(" ".join(text.split()) for text in found if text.strip().lower().startswith(begins))


def addresses(name: str) -> list[str]:
    """Its A and AAAA records. Raises Unanswered."""
    return _asked(lambda: [*records(name, "A"), *records(name, "AAAA")])


def exchanges(name: str) -> list[str]:
    """Its MX records. Raises Unanswered."""
    return _asked(lambda: records(name, "MX"))


def pointers(address: str) -> list[str]:
    """The names of an address. Raises Unanswered."""
    return _asked(lambda: names_of(address))


def unanswered(check: str, error: Unanswered) -> Finding:
    """The finding that nothing was found out."""
    return Finding(check=check, ok=None, detail=f"The DNS did not answer: {error}. Try again.")


def _asked(ask: Callable[[], list[str]]) -> list[str]:
    try:
        return ask()
    except EgressError as error:
        raise Unanswered(error.detail) from error
    except ValueError as error:
        raise Unanswered(str(error)) from error
