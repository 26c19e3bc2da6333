"""One open page of the browser: refuses the cookie banner, and unfolds the list.

It scrolls or clicks the list's button, and keeps the entries that a virtual list removes again.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Error, Page

from egress.crawl import consent
from egress.crawl.messages import Task
from pipeline.contract.crawl import CrawlJob, Login, Pagination
from pipeline.selectors import for_browser

#: Seconds to wait for the first content, for more after a scroll or click, and for a quiet network; and
#: between checks.
FIRST = 10.0
MORE = 3.0
QUIET = 2.0
LOOK = 0.1
#: At most so many events of a virtual list are kept.
_MOST_KEPT = 3_000
_ITEMS = """elements => elements.map(one => [(one.matches('a[href]') ? one : one.querySelector('a[href]') || {}).href || one.innerText, one.outerHTML])"""
_RESTORE = """markup => { const kept = document.createElement('section'); kept.innerHTML = markup; document.body.append(kept); }"""


class BrowserPage:
    """A page that scrapy-playwright has opened."""

    def __init__(self, page: Page, task: Task) -> None:
        self._page = page
        self._task = task
        self._kept: dict[str, str] = {}

    async def settle(self, job: CrawlJob | None) -> bool:
        """Wait for the page's content, and refuse its banner. Returns whether a banner was refused."""
        wanted = (job.wait_for or job.container) if job else ""
        if wanted:
            with contextlib.suppress(Error):
                await self._page.wait_for_selector(
                    for_browser(wanted), state="attached", timeout=FIRST * 1000
                )
        with contextlib.suppress(Error):
            await self._page.wait_for_load_state("networkidle", timeout=QUIET * 1000)
        return await self._refuse_cookies()

    async def unfold(self, job: CrawlJob) -> bool:
        """Scroll or click as often as the job permits.

        Returns whether the list still continued after that.
        """
        if job.pagination is Pagination.SCROLL:
            return await self._repeat(job, job.scrolls, self._scroll)
        if job.pagination is Pagination.CLICK:
            await self._repeat(job, job.max_pages - 1, self._clicker(job))
            return await self._button_is_there(job)
        return False

    async def sign_in(self, login: Login) -> tuple[bytes, str]:
        """Fill the form and submit it; returns the result.

        Raises ValueError where the page has no such form.
        """
        page = self._page
        password = f'[name="{login.password_field}"]'
        try:
            await page.fill(f'[name="{login.username_field}"]', login.username, timeout=FIRST * 1000)
            await page.fill(password, login.password, timeout=FIRST * 1000)
            if login.submit:
                await page.click(for_browser(login.submit), timeout=FIRST * 1000)
            else:
                await page.press(password, "Enter")
        except Error as error:
            raise ValueError(str(error)) from error
        with contextlib.suppress(Error):
            await page.wait_for_load_state("networkidle", timeout=FIRST * 1000)
        return await self.content()

    async def content(self) -> tuple[bytes, str]:
        """The present page with the events that it showed before, and its address."""
        content = (await self._page.content()).encode("utf-8", "replace")
        return content[: self._task.max_bytes], self._page.url

    async def close(self) -> None:
        """Close it."""
        with contextlib.suppress(Error):
            await self._page.close()

    async def _repeat(self, job: CrawlJob, times: int, step: Callable[[], Awaitable[bool]]) -> bool:
        """Repeat `step` until it brings no more events. Returns whether the last one did."""
        grew = False
        await self._keep(job)
        for _ in range(times):
            before = len(self._kept)
            if not await step():
                return False
            grew = await self._grows(job, before)
            if not grew:
                break
        await self._restore(job)
        return grew

    async def _grows(self, job: CrawlJob, before: int) -> bool:
        until = time.monotonic() + MORE
        while time.monotonic() < until:
            await asyncio.sleep(LOOK)
            await self._keep(job)
            if len(self._kept) > before:
                with contextlib.suppress(Error):
                    await self._page.wait_for_load_state("networkidle", timeout=QUIET * 1000)
                await self._keep(job)
                return True
        return False

    async def _keep(self, job: CrawlJob) -> None:
        """Store the present events: long lists remove those that were scrolled out of sight."""
        with contextlib.suppress(Error):
            for key, markup in await self._page.eval_on_selector_all(for_browser(job.container), _ITEMS):
                if len(self._kept) < _MOST_KEPT:
                    self._kept.setdefault(key, markup)

    async def _restore(self, job: CrawlJob) -> None:
        with contextlib.suppress(Error):
            there = {
                key for key, _ in await self._page.eval_on_selector_all(for_browser(job.container), _ITEMS)
            }
            gone = [markup for key, markup in self._kept.items() if key not in there]
            if gone:
                await self._page.evaluate(_RESTORE, "".join(gone))

    async def _scroll(self) -> bool:
        await self._page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        return True

    def _clicker(self, job: CrawlJob) -> Callable[[], Awaitable[bool]]:
        async def click() -> bool:
            if not await self._button_is_there(job):
                return False
            with contextlib.suppress(Error):
                await self._page.locator(for_browser(job.next)).first.click(timeout=MORE * 1000)
                return True
            return False

        return click

    async def _button_is_there(self, job: CrawlJob) -> bool:
        with contextlib.suppress(Error):
            button: Any = self._page.locator(for_browser(job.next)).first
            return (
                bool(await button.count())
                and bool(await button.is_visible())
                and bool(await button.is_enabled())
            )
        return False

    async def _refuse_cookies(self) -> bool:
        for frame in self._page.frames:
            with contextlib.suppress(Error):
                if await frame.evaluate(consent.SCRIPT, consent.ARGUMENTS):
                    await asyncio.sleep(LOOK)
                    return True
        return False
