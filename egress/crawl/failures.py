"""What ends a crawl: a failed request, a site that refuses or asks to wait."""

from scrapy.http import Response

from egress.crawl.loaded import Loaded
from egress.crawl.refusals import refusal
from pipeline import patterns

_CODES = (
    ("IgnoreRequest", "robots refused"),
    ("DownloadTimeoutError", "timed out"),
    ("TimeoutError", "timed out"),
    ("DownloadCancelledError", "too large"),
)
#: Playwright's messages for a broken browser.
_BROKEN = ("BrowserType.launch", "has been closed", "Target crashed", "Page crashed", "Connection closed")
_SECONDS = patterns.compile(r"\d{1,6}")


class StopError(Exception):
    """The crawl ends: `code` as in `egress.exceptions`, `detail` for a person."""

    def __init__(
        self, code: str, detail: str, *, url: str = "", status: int = 0, retry_after: float | None = None
    ) -> None:
        super().__init__(detail)
        self.report = {
            "code": code,
            "detail": detail,
            "url": url,
            "status": status,
            "retry_after": retry_after,
        }


def check_waiting(response: Response) -> None:
    """Raise StopError where the site asks to wait."""
    asked = _SECONDS.fullmatch((response.headers.get("Retry-After") or b"").decode("latin-1").strip())
    if response.status == 429 or (response.status == 503 and asked):
        seconds = float(asked[0]) if asked else 60.0
        raise StopError(
            "rate limited",
            "the site asks us to wait",
            url=response.url,
            status=response.status,
            retry_after=seconds,
        )


def check_refused(loaded: Loaded, *, empty: bool) -> None:
    """Raise StopError where the site refuses robots, or answers with an error."""
    page = loaded.page
    why = refusal(page.status, loaded.headers, loaded.view.text, empty=empty)
    if why:
        raise StopError(
            "site refused", f"the site wants no robots: {why}", url=page.asked, status=page.status
        )
    if page.status >= 400:
        code = "server failed" if page.status >= 500 else "client refused"
        raise StopError(code, f"the site answered {page.status}", url=page.asked, status=page.status)


def not_loaded(error: Exception, url: str) -> StopError:
    """The end of a crawl whose request to `url` got no answer."""
    names = {kind.__name__ for kind in type(error).__mro__}
    code = next((code for name, code in _CODES if name in names), "connect failed")
    code = "crawl failed" if any(words in str(error) for words in _BROKEN) else code
    detail = "robots.txt forbids this path" if code == "robots refused" else _first_line(error)
    return StopError(code, detail, url=url)


def without_body(url: str, status: int) -> StopError:
    """The end of a crawl at an error without a body."""
    why = refusal(status, {}, "", empty=True)
    if why:
        return StopError("site refused", f"the site wants no robots: {why}", url=url, status=status)
    if status in (429, 503):
        return StopError("rate limited", "the site asks us to wait", url=url, status=status, retry_after=60.0)
    return StopError(
        "server failed" if status >= 500 else "client refused",
        f"the site answered {status}",
        url=url,
        status=status,
    )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [""]
    detail = next((line for line in lines if "sandbox" in line.lower()), "")
    return f"{type(error).__name__}: {lines[0]} {detail}".strip()[:400]
