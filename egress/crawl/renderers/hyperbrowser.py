"""Hyperbrowser: POST /api/scrape starts a job, GET /api/scrape/{id} returns its result.

https://hyperbrowser.ai/docs/web-scraping/scrape
"""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from egress.crawl.renderers.remote import SCRIPTS, RemoteRenderer
from egress.exceptions import CrawlFailed
from pipeline.contract.crawl import CrawlJob, Fetched
from pipeline.contract.http import HttpClient, Response

URL = "https://api.hyperbrowser.ai/api"
#: Seconds between polls, and the number of polls.
LOOK = 2.0
LOOKS = 45


class Hyperbrowser(RemoteRenderer):
    """Renders with Hyperbrowser, without stealth, captcha solving, or acceptance of cookies."""

    name = "hyperbrowser"

    def __init__(
        self,
        http: HttpClient,
        key: str,
        allow: Callable[[str], None],
        *,
        base: str = URL,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(allow)
        self._http, self._base, self._sleep = http, base, sleep
        self._headers = {"x-api-key": key}

    def render(self, url: str, job: CrawlJob) -> Fetched:
        """One page from the service's browser.

        Raises CrawlFailed where its job fails or takes longer than 90 s.
        """
        body = {
            "url": url,
            "sessionOptions": {
                "useStealth": False,
                "useProxy": False,
                "solveCaptchas": False,
                "acceptCookies": False,
                "adblock": False,
            },
            "scrapeOptions": {
                "formats": ["html"],
                "onlyMainContent": False,
                "waitFor": SCRIPTS,
                "timeout": int(LOOK * LOOKS * 1000) // 2,
            },
        }
        number = str(
            _object(self._http.post(f"{self._base}/scrape", json=body, headers=self._headers), url).get(
                "jobId"
            )
            or ""
        )
        for _ in range(LOOKS if number else 0):
            found = _object(
                self._http.get(f"{self._base}/scrape/{quote(number, safe='')}", headers=self._headers), url
            )
            if found.get("status") == "completed":
                return _page(found, url)
            if found.get("status") in ("failed", "stopped"):
                raise CrawlFailed(
                    f"hyperbrowser: {str(found.get('error') or 'the job failed')[:200]}", url=url
                )
            self._sleep(LOOK)
        raise CrawlFailed("hyperbrowser did not finish the page in time", url=url)


def _page(found: dict[str, Any], url: str) -> Fetched:
    data = found.get("data")
    html = data.get("html") if isinstance(data, dict) else None
    if not isinstance(html, str):
        raise CrawlFailed(
            "hyperbrowser answered without a page; see https://hyperbrowser.ai/docs/web-scraping/scrape",
            url=url,
        )
    return Fetched(
        url=url,
        asked=url,
        status=200,
        content=html.encode("utf-8", "replace"),
        content_type="text/html; charset=utf-8",
    )


def _object(answer: Response, url: str) -> dict[str, Any]:
    try:
        value = json.loads(answer.content)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise CrawlFailed("hyperbrowser answered with no JSON object", url=url)
    return value
