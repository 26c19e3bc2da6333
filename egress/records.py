"""Records that pass through the HTTP client."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.contract.http import Quota


@dataclass(frozen=True, kw_only=True, slots=True)
class Validators:
    """The validators of a later conditional request (RFC 9110, 13.1): If-None-Match and If-Modified-Since."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestPolicy:
    """How one source may use the HTTP client.

    Sizes in bytes, times in seconds; `rate` requests in `rate_window` seconds. `host_rate` in `host_window`
    seconds is the limit of all sources of one host together, or the source's own rate if that is higher.
    Every request to the platform, also a retry, is counted under `quota_key` (a key's name, never the key) in
    each of `quotas`; '' counts nothing. With `only_status` the status is the answer: of its body, that of a refusal too,
    at most `max_received` bytes are kept, and a broken one changes nothing.
    """

    user_agent: str = ""
    max_received: int = 10 * 1024 * 1024
    max_decoded: int = 10 * 1024 * 1024
    connect_timeout: float = 10.0
    read_timeout: float = 20.0
    total_timeout: float = 60.0
    max_redirects: int = 3
    obey_robots: bool = True
    rate: int = 60
    rate_window: float = 60.0
    host_rate: int = 60
    host_window: float = 60.0
    headers: Mapping[str, str] = field(default_factory=dict)
    quota_key: str = ""
    quotas: tuple[Quota, ...] = ()
    only_status: bool = False
