"""TXT records of domains, by which their owners prove something.

Only public names are asked for, of our own resolver, within a time, and no more is read than is needed.
"""

from typing import Final

from django.conf import settings
from dns import exception, nameserver, resolver

from egress.exceptions import ConnectFailed, TimedOut
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
