"""The base of platforms that answer in JSON. What is special about one is declared: how it is detected, how
its key goes along and is checked, what its errors look like, how its pages follow each other, and what a
whole walk covers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from pipeline import patterns
from pipeline.connectors.support.platform import Platform, has_marks, is_on, json_of, payload_of
from pipeline.connectors.support.values import (
    html_line,
    kept_without,
    number,
    once,
    own_address,
    settled,
    site,
    up_to,
)
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import CredentialsMissing, SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import ClientRefused
from pipeline.contract.raw import Dropped, RawPayload, RawRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """How the key goes along with a request: as `parameter` of the address, which is then taken out of what
    is kept, or in a `header`, written as `form` says. `switch` names the setting (true or false) that turns
    it on, where not every site of the platform wants one. `refused` is what an operator reads where the
    platform denies the key (401, 403)."""

    parameter: str = ""
    header: str = ""
    form: str = "{}"
    switch: str = ""
    refused: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Paging:
    """How the pages of one question follow each other.

    `start` names the first page (a number, a cursor, an address). `whole` is what a walk that reached its end
    covers. `checkpoint` names the entry under which a run that was cut leaves the next page to the next run;
    '' where each run begins anew. `once`: ids that an earlier page had already are dropped, and a limit
    counts records (`up_to`); otherwise it counts what `taken` says."""

    start: Any = 1
    whole: Coverage = Coverage.WINDOWED
    checkpoint: str = ""
    once: bool = False


class JsonApi(Platform):
    """A platform that answers in JSON. A subclass declares, and implements `read`, `sureness`, where it has a
    probe `items`, and where it has pages `ask_page` and `onward`.

    `marks`: an answer may be of this platform where it has all texts of one of these groups.
    `addresses`: (pattern of a path on `metadata.hosts`, setting, form of its value): the configuration that
    an address of the platform betrays, of the first pattern that is found.
    `hosted`: software that anybody may host; the setting `url` names the site, and `page_sign` is what its pages
    have in them.
    `errors`: where an answer tells what went wrong, as paths with dots ("errors.0.message").
    `probe`: (path, parameters) of the cheapest question that needs the key.
    `headers`: what goes along with every question."""

    marks: ClassVar[tuple[tuple[bytes, ...], ...]] = ()
    addresses: ClassVar[tuple[tuple[patterns.Pattern, str, str], ...]] = ()
    hosted: ClassVar[bool] = False
    page_sign: ClassVar[patterns.Pattern[str] | None] = None
    credential: ClassVar[Key] = Key()
    errors: ClassVar[tuple[str, ...]] = ()
    probe: ClassVar[tuple[str, Mapping[str, str]]] = ("", {})
    headers: ClassVar[Mapping[str, str]] = {}
    paging: ClassVar[Paging] = Paging()

    @classmethod
    def sureness(cls, value: Any) -> float:
        """From 0 to 1 how surely a JSON value is an answer of this platform."""
        return 0.0

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """What `sureness` says of an answer that has the marks; 0 for all else."""
        if not has_marks(payload, cls.marks):
            return 0.0
        try:
            return cls.sureness(json_of(payload))
        except SchemaChanged:
            return 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """What the platform's `addresses` say of a web address on its hosts."""
        path = urlsplit(url).path if is_on(url, cls.metadata.hosts) else ""
        for pattern, name, form in cls.addresses:
            found = pattern.search(path)
            if found:
                return {name: form.format(found.group(1))}
        return None

    @classmethod
    def config_from_page(cls, html: str, url: str) -> dict[str, Any] | None:
        """The site whose page has the `page_sign` in it."""
        own = own_address(html, url) if cls.page_sign is not None else ""
        return {"url": own} if own and cls.page_sign and cls.page_sign.search(html) else None

    @classmethod
    def error_of(cls, value: Any) -> str:
        """The first words that an answer has under one of `errors`, on one line; '' where it has none."""
        paths = ([int(step) if step.isdigit() else step for step in path.split(".")] for path in cls.errors)
        return next((said for path in paths if (said := html_line(value, *path))), "")

    @classmethod
    def refuse_error(cls, value: Any, *, failed: bool = False) -> None:
        """Raise SchemaChanged, with the platform's words, for an answer that is an error, and for one that
        `failed` without any."""
        said = cls.error_of(value) or ("no words" if failed else "")
        if said:
            raise SchemaChanged(f"{cls.metadata.title} answers with an error: {said[:200]}")

    @classmethod
    def items(cls, value: Any) -> list[Any]:
        """The events of an answer. Raises SchemaChanged for an error, and for what is no answer of this
        API."""
        cls.refuse_error(value)
        return []

    def check_credentials(self, http: HttpClient) -> None:
        """Ask the `probe`, and see that the answer is one; without a probe, that a key is there where one is
        needed, and that the site's address is one where it is hosted."""
        path, asked = self.probe
        if path:
            self.items(json_of(self.ask(http, path, asked)))
        elif self.hosted:
            site(self.config.url)
        else:
            super().check_credentials(http)

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """All pages of the question; what a walk covers of the time to come, it covers until the end that is asked
        for."""
        windowed = self.paging.whole is Coverage.WINDOWED
        yield from self.pages(params, http, until=params.end if windowed else None)

    @property
    def root(self) -> str:
        """The address that the API's paths stand below. Raises ConfigInvalid for a site's that is none."""
        return site(self.config.url) if self.hosted else str(self.config.api)

    def ask(
        self,
        http: HttpClient,
        path: str,
        asked: Mapping[str, Any] | Sequence[tuple[str, str]] = (),
        **request: Any,
    ) -> RawPayload:
        """The answer to one GET below `root`, with the key where `credential` says how it goes along. `path`
        may be a whole address. `asked` are the parameters, in pairs where a name comes several times. Raises
        CredentialsMissing where the platform denies the key and the `credential` has words for it."""
        url = path if "://" in path else f"{self.root.rstrip('/')}/{path}"
        if asked and not isinstance(asked, Mapping):
            url, asked = f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}", {}
        params, headers, way = dict(asked), {**self.headers, **request.pop("headers", {})}, self.credential
        if way.switch and not getattr(self.config, way.switch):
            way = Key()
        if way.parameter:
            params[way.parameter] = self.key()
        if way.header:
            headers[way.header] = way.form.format(self.key())
        try:
            payload = payload_of(http.get(url, params=params or None, headers=headers or None, **request))
        except ClientRefused as error:
            if way.refused and error.status in (401, 403):
                raise CredentialsMissing(way.refused) from error
            raise
        return self.answered(kept_without(payload, way.parameter) if way.parameter else payload)

    def answered(self, payload: RawPayload) -> RawPayload:
        """What is kept of an answer to `ask`. A subclass takes out what must not be kept, or raises what an
        answer says that came with status 200: RateLimited, CredentialsMissing."""
        return payload

    def ask_page(self, params: FetchParams, http: HttpClient, here: Any) -> RawPayload | None:
        """The page `here` of what the configuration asks for; None where there turns out to be none, as on a
        platform without pages."""
        return None

    def onward(self, value: Any, here: Any) -> Any:
        """The page after `here`, by its answer; None after the last one; '' or `here` itself where there are
        more and the answer does not say which."""
        return None

    def taken(self, value: Any, records: list[RawRecord | Dropped]) -> int:
        """How much of a limit one answer uses up."""
        return len(records)

    def pages(
        self,
        params: FetchParams,
        http: HttpClient,
        *,
        whole: Coverage | None = None,
        until: datetime | None = None,
        start: Any = None,
    ) -> Iterator[Page]:
        """The walk over all pages, at most `max_pages`, from `paging.start` (or `start`, where a connector has
        several questions). What it covers is `paging.whole` (or `whole`) until `until`; PARTIAL and cut where
        `max_pages` or a limit ends it, and where an earlier run began it."""
        paging = self.paging if start is None else replace(self.paging, start=start)
        paging = paging if whole is None else replace(paging, whole=whole)
        walk = self._walk(replace(params, limit=None) if paging.once else params, http, paging, until)
        return up_to(walk, params.limit) if paging.once else walk

    def _walk(
        self, params: FetchParams, http: HttpClient, paging: Paging, until: datetime | None
    ) -> Iterator[Page]:
        left, seen = params.limit, set[str]()
        resumed = self.resumed(params.checkpoint)
        here, last = resumed or paging.start, max(1, self.config.max_pages)
        for turn in range(1, last + 1):
            payload = self.ask_page(params, http, here)
            if payload is None:
                return
            page, value = self.read(payload, replace(params, limit=left)), json_of(payload)
            records = once(page.records, seen) if paging.once else list(page.records)
            left = None if left is None else left - self.taken(value, records)
            onward = self.onward(value, here)
            lost = onward in ("", here)
            cut = onward is not None and (turn == last or lost)
            stopped = cut or (left is not None and left <= 0)
            complete = not stopped and not resumed and params.limit is None
            goes_on = onward if cut and not lost and params.limit is None else paging.start
            yield replace(
                page,
                records=records,
                coverage=paging.whole if complete else Coverage.PARTIAL,
                covered_until=until if complete or not paging.once else None,
                cut=stopped or bool(resumed and paging.once),
                checkpoint={paging.checkpoint: goes_on} if paging.checkpoint else {},
            )
            if stopped or onward is None:
                return
            here = onward

    def resumed(self, checkpoint: Mapping[str, Any]) -> Any:
        """The page that an earlier run left to this one; what is false where it left none."""
        kept = checkpoint.get(self.paging.checkpoint)
        page = number(kept) if isinstance(self.paging.start, int) else kept
        return None if page == self.paging.start else page

    @staticmethod
    def page(
        payload: RawPayload,
        records: Iterable[RawRecord | Dropped],
        params: FetchParams,
        *,
        more: bool = False,
    ) -> Page:
        """One answer by itself, as `part`: its records with identities of their own, at most the limit."""
        return JsonApi.part(payload, settled(list(records))[: params.limit], params, more=more)

    @staticmethod
    def part(
        payload: RawPayload,
        records: Iterable[RawRecord | Dropped],
        params: FetchParams,
        *,
        more: bool = False,
        **fields: Any,
    ) -> Page:
        """One answer by itself: PARTIAL, since one answer does not tell whether it is all; cut under a limit
        and where it says that there is `more`. `fields` are others of the page."""
        cut = more or params.limit is not None
        return Page(payload=payload, records=records, coverage=Coverage.PARTIAL, cut=cut, **fields)
