"""Reads a page for a crawler: the number of events, their links, the next page, and whether scripts build it."""

from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from pipeline import patterns
from pipeline.contract.crawl import CrawlJob
from pipeline.selectors import elements, select

_SCRIPT_ROOT = patterns.compile(
    r"""id=["'](?:root|app|__next|__nuxt|___gatsby|main-app)["']|<app-root|ng-app|data-reactroot|window\.__(?:NUXT|INITIAL_STATE|APOLLO_STATE)__"""
    r"""|enable javascript|javascript (?:is )?(?:required|disabled)""",
    patterns.IGNORECASE,
)
#: A page with scripts and less text than this counts as built by scripts.
_LITTLE_TEXT = 800
_WORDS = patterns.compile(r"\s+")


class PageView:
    """A fetched page as a tree."""

    def __init__(self, content: bytes | str, url: str) -> None:
        self.text = content if isinstance(content, str) else content.decode("utf-8", "replace")
        self.url = url
        parser = html.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_pis=True)
        try:
            self.root = etree.fromstring(self.text.encode("utf-8", "replace"), parser)
        except (etree.ParserError, etree.XMLSyntaxError):
            self.root = None
        base = self.root.find(".//base[@href]") if self.root is not None else None
        self.base = urljoin(url, base.get("href")) if base is not None else url

    def count(self, job: CrawlJob) -> int:
        """The number of events in the list."""
        return 0 if self.root is None else len(elements(self.root, job.container))

    def detail_links(self, job: CrawlJob) -> list[str]:
        """The links of the events, each once, in order, only on the list's own site."""
        if self.root is None or not job.link:
            return []
        found = (
            self._absolute(link)
            for container in elements(self.root, job.container)
            for link in select(container, job.link)[:1]
        )
        return [url for url in dict.fromkeys(found) if url and url != self.url]

    def next_link(self, job: CrawlJob) -> str:
        """The link to the next page, '' without one."""
        if self.root is None or not job.next:
            return ""
        for link in select(self.root, job.next)[:1]:
            url = self._absolute(link)
            return "" if url == self.url else url
        return ""

    def has(self, selector: str) -> bool:
        """Whether the selector finds anything."""
        return self.root is not None and bool(select(self.root, selector))

    def is_script_built(self) -> bool:
        """Whether the page looks like an empty frame for scripts."""
        if self.root is None:
            return False
        scripts = self.root.findall(".//script")
        for silent in self.root.xpath("//script|//style|//noscript|//template|//head"):
            silent.text = None
        body = _WORDS.sub(
            " ", str(self.root.xpath("string()"))
        )  # itertext would walk a run of comments again from each of them
        return bool(scripts) and (len(body) < _LITTLE_TEXT or bool(_SCRIPT_ROOT.search(self.text)))

    def _absolute(self, link: html.HtmlElement | str) -> str:
        """An address on the same site, without its fragment; '' for any other."""
        href = link if isinstance(link, str) else link.get("href", "")
        try:
            url = urljoin(self.base, href.strip()).split("#")[0]
            same = is_same_site(url, self.url)
        except ValueError:
            return ""
        return url if href.strip() and same else ""


def is_same_site(url: str, other: str) -> bool:
    """Whether two addresses are on one site: the same host, with or without www, or a host below it."""
    one, two = (urlsplit(each) for each in (url, other))
    if one.scheme not in ("http", "https"):
        return False
    host, base = ((parts.hostname or "").removeprefix("www.") for parts in (one, two))
    return bool(host) and (host == base or host.endswith("." + base) or base.endswith("." + host))
