"""Scrapy's settings for one job.

Scrapy's defaults are neither polite nor safe: robots.txt ignored, no throttle, 1 GiB bodies, files and FTP.
"""

import os
from typing import Any
from urllib.parse import urlsplit

from egress.crawl.messages import Task
from pipeline.contract.crawl import LoginKind

LONGEST_DELAY = 30.0
#: Chromium without its own background requests, and with the guarded proxy as its only way out: for loopback
#: too, for every name, and without UDP.
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--no-pings",
    "--dns-prefetch-disable",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--js-flags=--max-old-space-size=512",
)
_HANDLER = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"


def settings_for(task: Task) -> dict[str, Any]:
    """The settings that differ from Scrapy's defaults."""
    login = task.job.login
    delay = min(task.delay, LONGEST_DELAY)
    chosen: dict[str, Any] = {
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "USER_AGENT": task.agent,
        "ROBOTSTXT_OBEY": task.obey_robots,
        "ROBOTSTXT_USER_AGENT": task.agent.split("/")[0].split(" ")[0],
        "CONCURRENT_REQUESTS": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": delay,
        "RANDOMIZE_DOWNLOAD_DELAY": False,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": delay,
        "AUTOTHROTTLE_MAX_DELAY": LONGEST_DELAY,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
        "DOWNLOAD_MAXSIZE": task.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": task.seconds,
        "REDIRECT_MAX_TIMES": task.max_redirects,
        "METAREFRESH_ENABLED": not task.browser,  # a browser follows them itself
        "METAREFRESH_MAXDELAY": 10,
        "METAREFRESH_IGNORE_TAGS": ["noscript", "script"],
        "RETRY_TIMES": 1,
        "RETRY_HTTP_CODES": [500, 502, 504],
        "COOKIES_ENABLED": login is not None and login.kind is LoginKind.FORM,
        "DOWNLOADER_MIDDLEWARES": {"egress.crawl.spider.ProxyOnly": 745},
        "DOWNLOAD_HANDLERS": dict.fromkeys(("data", "file", "ftp", "s3")),
        "TELNETCONSOLE_ENABLED": False,
        "LOG_LEVEL": "ERROR",
        "LOG_FORMAT": "%(levelname)s %(name)s: %(message)s",
        "LOGSTATS_INTERVAL": 0,
    }
    if login is not None and login.kind is LoginKind.BASIC:
        host = urlsplit(task.job.urls[0]).netloc.lower()  # Scrapy compares it including the port
        chosen |= {"HTTPAUTH_USER": login.username, "HTTPAUTH_PASS": login.password, "HTTPAUTH_DOMAIN": host}
    return chosen | (_browser(task) if task.browser else {})


def _browser(task: Task) -> dict[str, Any]:
    flags = [
        *_FLAGS,
        f"--proxy-server={task.proxy}",
        f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {urlsplit(task.proxy).hostname}",
    ]
    if not task.sandbox:
        flags.append("--no-sandbox")
    return {
        "DOWNLOAD_HANDLERS": {
            **dict.fromkeys(("data", "file", "ftp", "s3")),
            "http": _HANDLER,
            "https": _HANDLER,
        },
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": task.browser,
            "headless": True,
            "args": flags,
            "env": {
                name: value
                for name, value in os.environ.items()
                if name in ("PATH", "HOME", "TMPDIR", "LANG", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
            },
            "timeout": 30_000,
        },
        "PLAYWRIGHT_CONTEXTS": {"default": _context(task)},
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": task.seconds * 1000,
        "PLAYWRIGHT_RESTART_DISCONNECTED_BROWSER": False,
        "PLAYWRIGHT_PROCESS_REQUEST_HEADERS": None,
        "PLAYWRIGHT_ABORT_REQUEST": "egress.crawl.spider.is_unwanted" if not task.job.media else None,
    }


def _context(task: Task) -> dict[str, Any]:
    context: dict[str, Any] = {
        "user_agent": task.agent,
        "service_workers": "block",
        "accept_downloads": False,
        "viewport": {"width": 1280, "height": 1600},
        "locale": task.job.language or "en",
    }
    if task.job.timezone:
        context["timezone_id"] = task.job.timezone
    login = task.job.login
    if login is not None and login.kind is LoginKind.BASIC:
        parts = urlsplit(task.job.urls[0])
        context["http_credentials"] = {
            "username": login.username,
            "password": login.password,
            "origin": f"{parts.scheme}://{parts.netloc}",
        }
    return context
