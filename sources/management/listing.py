"""What a command lists before it writes: the fields that would change, with examples."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sources.ingest.differing import Example


def lines_by_field(by_field: Mapping[str, int], examples: Mapping[str, Sequence[Example]]) -> Iterator[str]:
    """The fields, the most frequent first, each with its count and examples."""
    for name, count in sorted(by_field.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {name}: {count}"
        for one in examples.get(name, ()):
            yield f"    {one.title[:60]}: {short(one.before)} -> {short(one.after)}"


def short(value: Any) -> str:
    """A value as JSON, in at most 100 characters."""
    text = json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)
    return text if len(text) <= 100 else f"{text[:99]}…"
