"""Reads the messages of a crawl's child process: pages, or why there are none."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import structlog

from egress import exceptions
from egress.crawl.child import CrawlProcess
from egress.crawl.messages import unpacked
from egress.masking import mask_text
from egress.proxy import GuardedProxy
from pipeline.contract.crawl import CrawledPage, Fetched
from pipeline.contract.http_errors import ClientRefused, EgressError, RateLimited

log = structlog.get_logger(__name__)

_ERRORS: dict[str, type[EgressError]] = {
    kind.code: kind
    for kind in (
        exceptions.RobotsRefused, exceptions.TimedOut, exceptions.TooLarge, exceptions.ConnectFailed, exceptions.ServerFailed,
        ClientRefused, RateLimited, exceptions.SiteRefused, exceptions.LoginFailed, exceptions.CrawlFailed,
    )
}  # fmt: skip
_KILLED = {
    "time": (
        exceptions.TimedOut,
        "the crawl took longer than {seconds:.0f} s and was ended; give it fewer pages or details",
    ),
    "memory": (
        exceptions.MemoryExceeded,
        "the crawl took more than {megabytes} MB and was ended; give it fewer pages, or raise CRAWL_MAX_MB",
    ),
}


def reported_pages(
    child: CrawlProcess, proxy: GuardedProxy, renderer: str, cancelled: Callable[[], bool]
) -> Iterator[CrawledPage]:
    """Yield complete pages with their details. Raises the child's errors as EgressErrors."""
    head: dict[str, Any] | None = None
    details: list[Fetched] = []
    ended = False
    for line in child.lines(cancelled):
        kind = line.get("kind")
        if kind == "page":
            head, details = line, []
        elif kind == "detail":
            details.append(unpacked(line))
        elif kind == "missed":
            log.warning(
                "egress.detail_missed",
                code=line["code"],
                detail=mask_text(str(line["detail"])),
                url=mask_text(str(line["url"])),
            )
        elif kind == "page_end" and head is not None:
            yield CrawledPage(
                page=unpacked(head),
                number=int(head["number"]),
                cut=bool(head["cut"]),
                renderer=renderer,
                fetched_at=datetime.now(UTC),
                details=tuple(details),
            )
        elif kind == "error":
            raise _error(line, proxy)
        elif kind == "used":
            child.used = line
        ended = ended or kind == "end"
    if not ended:
        raise _broken(child)


def _error(line: dict[str, Any], proxy: GuardedProxy) -> EgressError:
    """The child's error as an EgressError. The proxy knows whether the guard or the site refused."""
    url, detail = str(line["url"]), mask_text(str(line["detail"]))
    host = (urlsplit(url).hostname or "").lower()
    if (
        "tunnel" in detail.lower() and proxy.refused
    ):  # a redirect to https: the error does not name its target
        host = next(reversed(proxy.refused))
    if host in proxy.refused:
        return exceptions.AddressRefused(proxy.refused[host], url=mask_text(url))
    kind = _ERRORS.get(str(line["code"]), exceptions.CrawlFailed)
    error = kind(detail, url=mask_text(url))
    error.retry_after, error.status = line["retry_after"], line["status"] or None
    return error


def _broken(child: CrawlProcess) -> EgressError:
    killed = str(child.used.get("killed") or "")
    if killed in _KILLED:
        kind, words = _KILLED[killed]
        return kind(words.format(seconds=child.limits.seconds, megabytes=child.limits.megabytes))
    return exceptions.CrawlFailed(f"the spider ended before its end: {child.warning()}")
