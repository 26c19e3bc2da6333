"""Who listens: readers by topic and filter, so that a change costs what its readers cost, and a filter is
judged once however many have it."""

from collections.abc import Iterator

from events.filters import EventFilter
from realtime.feed.protocol import Message
from realtime.feed.readers import Reader


class Listeners:
    """The readers that have got all up to now and are handed what is new."""

    def __init__(self) -> None:
        self._found: dict[str, dict[EventFilter | None, set[Reader]]] = {}

    def add(self, reader: Reader) -> None:
        """Find `reader` under each of its subscriptions, which must not change while it is here."""
        reader.listens = True
        for key, subscription in reader.subscriptions.items():
            self._found.setdefault(key, {}).setdefault(subscription.wanted, set()).add(reader)

    def discard(self, reader: Reader) -> None:
        """Find `reader` no more."""
        reader.listens = False
        for key, subscription in reader.subscriptions.items():
            groups = self._found.get(key, {})
            readers = groups.get(subscription.wanted, set())
            readers.discard(reader)
            if not readers:
                groups.pop(subscription.wanted, None)
            if not groups:
                self._found.pop(key, None)

    def __len__(self) -> int:
        """How many topics have readers."""
        return len(self._found)

    def counts(self) -> dict[str, int]:
        """Readers by topic."""
        return {key: sum(len(readers) for readers in groups.values()) for key, groups in self._found.items()}

    def groups(self, message: Message) -> Iterator[list[Reader]]:
        """Those who hear `message`, by topic and filter, and for each filter that it does not pass nobody;
        whoever has several of its topics is in several groups. Snapshots: they may change between two of
        them. A filter is judged once, whatever topics it is under."""
        judged: dict[EventFilter, bool] = {}
        for key in message.keys:
            for wanted, readers in list(self._found.get(key, {}).items()):
                if wanted is not None and wanted not in judged:
                    judged[wanted] = message.judge(wanted)
                yield list(readers) if wanted is None or judged[wanted] else []

    def of(self, topic: str) -> set[Reader]:
        """All who have `topic`, whatever their filters."""
        return set[Reader]().union(*self._found.get(topic, {}).values())
