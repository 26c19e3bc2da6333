"""An index of readers by topic and filter.

A change costs only as much as its own readers do, and a filter is evaluated once for all readers that share
it.
"""

from collections import Counter
from collections.abc import Iterator

from events.change_filters import Texts, asks_text
from events.filters import EventFilter
from realtime.feed.protocol import Message
from realtime.feed.readers import Filtering, Reader


class Listeners:
    """The readers that have received everything up to now and get new changes."""

    def __init__(self) -> None:
        self._found: dict[str, dict[Filtering, set[Reader]]] = {}
        self._with_words: Counter[str] = Counter()

    def add(self, reader: Reader) -> None:
        """Add `reader` under each of its subscriptions, which must not change until it is discarded."""
        reader.listens = True
        for key, subscription in reader.subscriptions.items():
            readers = self._found.setdefault(key, {}).setdefault(subscription.filtering, set())
            if asks_text(subscription.wanted) and reader not in readers:
                self._with_words[key] += 1
            readers.add(reader)

    def discard(self, reader: Reader) -> None:
        """Remove `reader`."""
        reader.listens = False
        for key, subscription in reader.subscriptions.items():
            groups = self._found.get(key, {})
            readers = groups.get(subscription.filtering, set())
            if asks_text(subscription.wanted) and reader in readers:
                self._with_words[key] -= 1
            readers.discard(reader)
            if not readers:
                groups.pop(subscription.filtering, None)
            if not groups:
                self._found.pop(key, None)
            if not self._with_words[key]:
                del self._with_words[key]

    def __len__(self) -> int:
        """How many topics have readers."""
        return len(self._found)

    def counts(self) -> dict[str, int]:
        """Readers by topic."""
        return {key: sum(len(readers) for readers in groups.values()) for key, groups in self._found.items()}

    def ask_text(self, message: Message) -> bool:
        """Whether a filter of a reader of `message` needs the text of its event."""
        return not self._with_words.keys().isdisjoint(message.keys)

    def groups(self, message: Message, texts: Texts) -> Iterator[list[Reader]]:
        """The readers of `message`, one group for each of its topics and filters.

        A group is empty where the filter does not pass. A reader of several of its topics is in several
        groups. Each group is a copy, so readers may come and go between two of them. A filter is evaluated
        once, however many topics have it.
        """
        judged: dict[EventFilter, bool] = {}
        for key in message.keys:
            for (wanted, types), readers in list(self._found.get(key, {}).items()):
                if types and message.kind not in types:
                    continue
                if wanted is not None and wanted not in judged:
                    judged[wanted] = message.judge(wanted, texts)
                yield list(readers) if wanted is None or judged[wanted] else []

    def of(self, topic: str, kind: str) -> set[Reader]:
        """The readers of `topic` who want that type of messages, whatever their filters of events."""
        groups = self._found.get(topic, {}).items()
        return set[Reader]().union(*(readers for (_, types), readers in groups if not types or kind in types))
