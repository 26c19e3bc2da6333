"""The base of platforms whose answers list events, with a record or several for each."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from pipeline.connectors.support.json_api import JsonApi
from pipeline.connectors.support.platform import json_of
from pipeline.connectors.support.values import html_line, number, settled, source_of
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.text.decoding import http_url


class EventList(JsonApi):
    """A platform whose answers list events. A subclass declares, and implements `items` and `record`.

    `total`: where an answer says how many events there are. `page_size`: events of a full page, where pages are
    numbered and follow each other up to the total.
    `calendar`: where an answer names the calendar that it is of."""

    total: ClassVar[tuple[str, ...]] = ()
    page_size: ClassVar[int] = 0
    calendar: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def record(
        self, item: dict[str, Any], params: FetchParams
    ) -> RawRecord | Dropped | Iterator[RawRecord | Dropped]:
        """One event of an answer, or one for each time that it takes place, where the platform lists an event
        once. `params.base_url` is the address of the answer, where it has one."""

    @classmethod
    def total_of(cls, value: Any) -> int | None:
        """How many events there are, where an answer says so."""
        return number(value, *cls.total)

    def has_more(self, value: Any, items: list[Any]) -> bool:
        """Whether an answer says that there are more events than those that it lists."""
        total = self.total_of(value)
        return total is not None and total > len(items)

    def onward(self, value: Any, here: Any) -> Any:
        """The next page, as long as the answer's total is not reached."""
        more = self.items(value) and here * self.page_size < (self.total_of(value) or 0)
        return here + 1 if more else None

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of an answer; what is no object among them is dropped. Raises what `items` raises."""
        value = json_of(payload)
        items = self.items(value)
        here = replace(params, base_url=payload.url) if http_url(payload.url) else params
        records = settled(list(self._records(items[: params.limit], here)))
        name = html_line(value, *self.calendar)
        return self.part(payload, records, params, more=self.has_more(value, items), calendar_name=name)

    def taken(self, value: Any, records: list[RawRecord | Dropped]) -> int:
        """Events, however many records each is."""
        return len(self.items(value))

    def _records(self, items: list[Any], params: FetchParams) -> Iterator[RawRecord | Dropped]:
        for item in items:
            if isinstance(item, Mapping):
                found = self.record(dict(item), params)
                yield from (found,) if isinstance(found, RawRecord | Dropped) else found
            else:
                yield Dropped(reason="no event", raw=source_of(item))
