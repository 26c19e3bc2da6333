"""Firecrawl, API v2: POST /v2/scrape with a bearer key.

https://docs.firecrawl.dev/api-reference/endpoint/scrape
"""

import json
from collections.abc import Callable

from egress.crawl.renderers.remote import SCRIPTS, RemoteRenderer
from egress.exceptions import CrawlFailed
from pipeline.contract.crawl import CrawlJob, Fetched
from pipeline.contract.http import HttpClient

URL = "https://api.firecrawl.dev/v2"
SECONDS = 60


class Firecrawl(RemoteRenderer):
    """Renders with Firecrawl.

    It requests fresh pages, checks certificates, does not use its proxies against bot protections, and stores
    nothing in its cache.
    """

    name = "firecrawl"

    def __init__(self, http: HttpClient, key: str, allow: Callable[[str], None], *, base: str = URL) -> None:
        super().__init__(allow)
        self._http, self._key, self._base = http, key, base

    def render(self, url: str, job: CrawlJob) -> Fetched:
        """One page from the service's browser."""
        body = {
            "url": url,
            "formats": ["rawHtml"],
            "onlyMainContent": False,
            "maxAge": 0,
            "storeInCache": False,
            "skipTlsVerification": False,
            "proxy": "basic",
            "waitFor": SCRIPTS,
            "timeout": SECONDS * 1000,
        }
        answer = self._http.post(
            f"{self._base}/scrape", json=body, headers={"authorization": f"Bearer {self._key}"}
        )
        try:
            data = json.loads(answer.content)["data"]
            facts = data["metadata"]
            html, status, final = (
                str(data["rawHtml"]),
                int(facts.get("statusCode") or 200),
                str(facts.get("url") or url),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise CrawlFailed(
                "firecrawl answered without a page; see https://docs.firecrawl.dev/api-reference/endpoint/scrape",
                url=url,
            ) from error
        return Fetched(
            url=final,
            asked=url,
            status=status,
            content=html.encode("utf-8", "replace"),
            content_type="text/html; charset=utf-8",
        )
