"""What domains say of themselves: TXT records, by which their owners prove something, and whether they take mail.

Only public names are asked for, of our own resolver, within a time, and no more is read than is needed.
"""

from typing import Final

from django.conf import settings
from dns import exception, nameserver, resolver

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
    try:
        answer = _resolver().resolve(f"{host}.", "TXT", lifetime=seconds, search=False)
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        return []
    except exception.Timeout as error:
        raise TimedOut(f"the name {host} was not answered in time") from error
    except (exception.DNSException, OSError) as error:
        raise ConnectFailed(f"the name {host} could not be asked for: {type(error).__name__}") from error
    records = [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    return [record[:_LONGEST] for record in records[:_MOST_RECORDS]]


def takes_mail(host: str, *, seconds: float = PATIENCE) -> bool:
    """Whether a domain may take mail: it names servers for it, or an address of its own (RFC 5321, 5.1).

    Not where it says that it takes none (RFC 7505), or does not exist. True where nobody answers in time, and for a name
    that may not be asked for: who knows.
    """
    try:
        check_address(f"https://{host}/")
        return _has_servers(host, seconds)
    except (resolver.NoAnswer, resolver.NXDOMAIN):
        return False
    except (exception.DNSException, OSError, AddressRefused, UnicodeError):
        return True


def _has_servers(host: str, seconds: float) -> bool:
    """Raises NXDOMAIN, NoAnswer and other errors of DNS."""
    made = _resolver()
    try:
        answer = made.resolve(f"{host}.", "MX", lifetime=seconds, search=False)
        return any(str(record.exchange) != "." for record in answer)
    except resolver.NoAnswer:  # then its own address counts
        try:
            made.resolve(f"{host}.", "A", lifetime=seconds, search=False)
        except resolver.NoAnswer:
            made.resolve(f"{host}.", "AAAA", lifetime=seconds, search=False)
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
