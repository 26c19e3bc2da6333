"""Creates HTTP clients from Django's settings. Only this module of `egress` reads the settings."""

from collections.abc import Callable, MutableMapping
from dataclasses import replace
from functools import lru_cache

import redis
from django.conf import settings

from egress.client import GuardedClient
from egress.crawl.child import CrawlLimits
from egress.crawl.client import CrawlingClient, Means
from egress.crawl.runner import Runner
from egress.facts import Listener
from egress.guard import Guard
from egress.limits import (
    MemoryBreaker,
    MemoryLimiter,
    MemoryStore,
    ValkeyBreaker,
    ValkeyGate,
    ValkeyLimiter,
    ValkeyStore,
)
from egress.limits.valkey import PREFIX
from egress.metrics import ValkeyMetrics
from egress.pool import ProxyPool
from egress.quota import MemoryQuotas, Quotas
from egress.records import RequestPolicy, Validators
from egress.refused_hosts import RefusedHosts
from egress.robots import Robots

#: After so many seconds without an answer from Valkey, this process uses its own counts.
VALKEY_TIMEOUT = 2.0


def open_client(
    policy: RequestPolicy,
    validators: MutableMapping[str, Validators] | None = None,
    *,
    name: str = "",
    shared: bool = True,
    listener: Listener | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> CrawlingClient:
    """An HTTP client for one run of the source `name`.

    Close it after the run (`with open_client(…) as http`). `validators` (by URL) is read and updated in
    place: store it after the answers were processed. `listener` is called for every request. With `shared`
    False no service is needed: limits, breakers, quotas and robots.txt belong to this client alone.
    `cancelled` is called four times a second while a spider or browser works, and ends it.
    """
    limiter, breaker, store = (
        _shared_limits(settings.REDIS_URL) if shared else (MemoryLimiter(), MemoryBreaker(), MemoryStore())
    )
    counted: list[Listener] = [open_metrics()] if shared else []
    return CrawlingClient(
        policy,
        means=_means(shared=shared, cancelled=cancelled),
        validators={} if validators is None else validators,
        limiter=limiter,
        robots=Robots(store=store),
        breaker=breaker,
        quotas=_database_quotas() if shared else MemoryQuotas(),
        listeners=counted if listener is None else [*counted, listener],
        name=name,
        allow_loopback=settings.EGRESS_ALLOW_LOOPBACK,
        ports=settings.EGRESS_ALLOWED_PORTS,
        pool=_pool(tuple(settings.EGRESS_PROXY_URLS)),
        user_agent=settings.EGRESS_USER_AGENT,
        tries=settings.FETCH_ATTEMPTS,
        refused=refused_hosts() if shared else _nobody,
    )


def open_sender(policy: RequestPolicy, *, name: str) -> GuardedClient:
    """An HTTP client that sends to addresses which people have chosen. Close it.

    Its limits and breakers are its own: what somebody's server does must not hold back requests of sources to the same
    host, nor those to somebody else's address there. All hosts are one in the metrics, `name`, since people may name any.
    Opt-outs hold as everywhere.
    """
    counted = open_metrics()
    return GuardedClient(
        policy,
        validators={},
        limiter=MemoryLimiter(),
        robots=Robots(store=MemoryStore()),
        breaker=MemoryBreaker(),
        listeners=[lambda fact: counted(replace(fact, host=name, endpoint=""))],
        name=name,
        allow_loopback=settings.EGRESS_ALLOW_LOOPBACK,
        ports=settings.EGRESS_ALLOWED_PORTS,
        pool=_pool(tuple(settings.EGRESS_PROXY_URLS)),
        user_agent=settings.EGRESS_USER_AGENT,
        tries=settings.FETCH_ATTEMPTS,
        refused=refused_hosts(),
    )


def check_address(url: str) -> None:
    """Raise AddressRefused for an address that no request may go to. Its name is resolved only when one does."""
    Guard(
        allow_loopback=settings.EGRESS_ALLOW_LOOPBACK,
        ports=settings.EGRESS_ALLOWED_PORTS,
        refused=refused_hosts(),
    ).check_url(url)


def _nobody(_host: str) -> bool:
    return False


@lru_cache(maxsize=1)
def refused_hosts() -> RefusedHosts:
    """The domains whose owners opted out, as this process has read them."""
    return RefusedHosts(_read_refused_hosts)


def _read_refused_hosts() -> list[str]:
    """Imported here, since `inspect_source` runs without a database."""
    from egress.models import RefusedHost  # noqa: PLC0415 - models

    return list(RefusedHost.objects.values_list("host", flat=True))


def _means(*, shared: bool, cancelled: Callable[[], bool]) -> Means:
    """What a client has to crawl with, as the settings have it."""
    limits = CrawlLimits(
        megabytes=settings.EGRESS_CRAWL_MB,
        seconds=settings.EGRESS_CRAWL_SECONDS,
        places=settings.VAR_DIR / "crawls",
    )
    return Means(
        runner=_runner(
            limits,
            settings.EGRESS_ALLOW_LOOPBACK,
            tuple(settings.EGRESS_ALLOWED_PORTS),
            tuple(settings.EGRESS_PROXY_URLS),
        ),
        chromium=settings.CHROMIUM_PATH,
        sandbox=settings.CHROMIUM_SANDBOX,
        keys={"firecrawl": settings.FIRECRAWL_API_KEY, "hyperbrowser": settings.HYPERBROWSER_API_KEY},
        service_http=lambda service, terms: open_client(terms, name=service, shared=shared),
        cancelled=cancelled,
    )


@lru_cache(maxsize=4)
def _client(url: str) -> "redis.Redis":
    """One connection pool for each process; redis-py makes a new one after a fork."""
    return redis.Redis.from_url(url, socket_timeout=VALKEY_TIMEOUT, socket_connect_timeout=VALKEY_TIMEOUT)


def open_valkey() -> "redis.Redis":
    """This process's client of Valkey, with a timeout of VALKEY_TIMEOUT seconds."""
    return _client(settings.REDIS_URL)


@lru_cache(maxsize=4)
def _shared_metrics(url: str) -> ValkeyMetrics:
    return ValkeyMetrics(_client(url))


def open_metrics() -> ValkeyMetrics:
    """The counts of all processes."""
    return _shared_metrics(settings.REDIS_URL)


def open_limiter() -> ValkeyLimiter:
    """The rates of all processes."""
    return _shared_limits(settings.REDIS_URL)[0]


def open_breaker() -> ValkeyBreaker:
    """The breakers of all processes."""
    return _shared_limits(settings.REDIS_URL)[1]


def open_gate() -> ValkeyGate:
    """The same rates and breakers, asked together."""
    return _shared_gate(settings.REDIS_URL)


@lru_cache(maxsize=4)
def _shared_gate(url: str) -> ValkeyGate:
    limiter, breaker, _ = _shared_limits(url)
    return ValkeyGate(_client(url), limiter, breaker, prefix=PREFIX)


@lru_cache(maxsize=4)
def _shared_limits(url: str) -> tuple[ValkeyLimiter, ValkeyBreaker, ValkeyStore]:
    client = _client(url)
    return (
        ValkeyLimiter(client, prefix=PREFIX),
        ValkeyBreaker(client, prefix=PREFIX),
        ValkeyStore(client, prefix=PREFIX),
    )


@lru_cache(maxsize=4)
def _pool(urls: tuple[str, ...]) -> ProxyPool | None:
    """One pool for each process, for all HTTP clients and guarded proxies.

    All skip a proxy that one finds dead.
    """
    return ProxyPool.from_urls(urls)


@lru_cache(maxsize=4)
def _runner(
    limits: CrawlLimits, allow_loopback: bool, ports: tuple[int, ...], proxies: tuple[str, ...]
) -> Runner:
    """One runner for all threads of a process.

    Processes count their browsers together by locks in VAR_DIR/crawls.
    """
    guard = Guard(allow_loopback=allow_loopback, ports=ports, refused=refused_hosts().known)
    return Runner(guard, upstream=_pool(proxies), limits=limits)


def _database_quotas() -> Quotas:
    """Imported here, since `inspect_source` runs without a database."""
    from egress.quota.database import DatabaseQuotas  # noqa: PLC0415 - models

    return DatabaseQuotas()
