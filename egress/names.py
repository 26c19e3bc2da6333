"""What domains say of themselves: by which records their owners prove something, and where their mail goes.

Only public names are asked for, of our own resolver, within a time, and no more is read than is needed.
"""

import ipaddress
from typing import Any, Final

from django.conf import settings
from dns import exception, nameserver, resolver, reversename

from egress.addresses import is_public
from egress.exceptions import AddressRefused, ConnectFailed, TimedOut
from egress.factory import check_address

#: Seconds for all servers together.
PATIENCE: Final = 5.0
_MOST_RECORDS: Final = 100
_LONGEST: Final = 1_000
_PORT: Final = 53


def text_records(host: str, *, seconds: float = PATIENCE) -> list[str]:
    """The TXT records of a name, at most 100; [] where it has none (RFC 1035, 3.3.14).

    Raises AddressRefused for a name that is not public, TimedOut, ConnectFailed where no server answers.
    """
    check_address(f"https://{host}/")
    records = [b"".join(record.strings).decode("utf-8", "replace") for record in _asked(host, "TXT", seconds)]
    return [record[:_LONGEST] for record in records]


def records(host: str, kind: str, *, seconds: float = PATIENCE) -> list[str]:
    """The MX (exchanges alone, the preferred first), A or AAAA records of a name, as text; [] where it has none.

    Raises as `text_records`.
    """
    check_address(f"https://{host}/")
    found = _asked(host, kind, seconds)
    if kind == "MX":
        ordered = sorted(found, key=lambda record: record.preference)
        return [record.exchange.to_text(omit_final_dot=True).lower()[:_LONGEST] for record in ordered]
    return [record.to_text()[:_LONGEST] for record in found]


def names_of(address: str, *, seconds: float = PATIENCE) -> list[str]:
    """The names that the owner of a public address gives it (PTR). Raises ValueError, AddressRefused, and as `text_records`."""
    number = ipaddress.ip_address(address)
    if not is_public(number):
        raise AddressRefused("the address is not public")
    pointer = reversename.from_address(str(number)).to_text(omit_final_dot=True)
    return [record.target.to_text(omit_final_dot=True).lower() for record in _asked(pointer, "PTR", seconds)]


def _asked(name: str, kind: str, seconds: float) -> list[Any]:
    try:
        answer = _resolver().resolve(f"{name}.", kind, lifetime=seconds, search=False)
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        return []
    except exception.Timeout as error:
        raise TimedOut(f"the name {name} was not answered in time") from error
    except (exception.DNSException, OSError) as error:
        raise ConnectFailed(f"the name {name} could not be asked for: {type(error).__name__}") from error
    return list(answer)[:_MOST_RECORDS]


def takes_mail(host: str, *, seconds: float = PATIENCE) -> bool:
    """Whether a domain may take mail: it names servers for it, or has an address of its own (RFC 5321, 5.1).

    Not where it says that it takes none (RFC 7505), or does not exist. True where nobody answers in time, and for a name
    that may not be asked for: who knows.
    """
    try:
        if servers := records(host, "MX", seconds=seconds):
            return any(server not in ("", ".") for server in servers)
        return any(records(host, kind, seconds=seconds) for kind in ("A", "AAAA"))
    except (AddressRefused, TimedOut, ConnectFailed, UnicodeError):
        return True


def _resolver() -> resolver.Resolver:
    """That of the system, or of DNS_SERVERS (`address` or `address:port`)."""
    if not settings.DNS_SERVERS:
        return resolver.Resolver()
    made = resolver.Resolver(configure=False)
    split = [
        server.rpartition(":") if server.count(":") == 1 else (server, "", "")
        for server in settings.DNS_SERVERS
    ]
    made.nameservers = [nameserver.Do53Nameserver(host, int(port or _PORT)) for host, _, port in split]
    return made
