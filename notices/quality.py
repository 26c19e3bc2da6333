"""The words of the weekly report on the quality of data, in the present language."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext, ngettext


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One source: its name with the address of its page, its quality as `92 %`, its numbers, and what to do ('' for nothing)."""

    name: str
    address: str
    quality: str
    numbers: str
    todo: str


def summary(facts: Mapping[str, Any]) -> str:
    """The week in one or two sentences."""
    said = gettext(
        "New events: {new} (the week before: {before}). Refused records: {refused}. Duplicates: {duplicates}. Dead letters: {dead}."
    ).format(
        new=facts["new"], before=facts["new_before"], refused=facts["refused"], duplicates=facts["duplicates"], dead=facts["dead_letters"]
    )  # fmt: skip
    needs = ngettext("{count} source needs a look.", "{count} sources need a look.", facts["troubled"])
    return f"{said} {needs.format(count=facts['troubled'])}" if facts["troubled"] else said


def rows(facts: Mapping[str, Any]) -> Iterator[Row]:
    """The named sources, those that need a look first."""
    for row in facts["sources"]:
        yield Row(
            name=row["name"],
            address=f"{settings.SITE_URL}{row['path']}",
            quality="" if row["quality"] is None else gettext("{percent} %").format(percent=row["quality"]),
            numbers=_numbers(row),
            todo=_TODO[row["todo"]]().format(count=row["missing_count"], remedy=row["missing"]),
        )


def _numbers(row: Mapping[str, Any]) -> str:
    found = ngettext("{count} event", "{count} events", row["found"]).format(count=row["found"])
    parts = [
        f"{found}{_change(row['found'], row['found_before'])}",
        gettext("{count} new").format(count=row["new"]),
    ]
    for name, words in _COUNTS.items():
        if row[name]:
            parts.append(words(row[name]).format(count=row[name]))
    if row["quality"] is not None:
        told = gettext("quality {percent} %").format(percent=row["quality"])
        parts.append(f"{told}{_change(row['quality'], row['quality_before'])}")
    return ", ".join(parts)


def _change(now: int, before: int | None) -> str:
    """` (+3)` against the week before; '' where that had nothing, or the same."""
    return "" if before is None or now == before else f" ({'+' if now > before else '−'}{abs(now - before)})"


_COUNTS: Final[Mapping[str, Callable[[int], str]]] = {
    "refused": lambda count: ngettext("{count} refused", "{count} refused", count),
    "duplicates": lambda count: ngettext("{count} duplicate", "{count} duplicates", count),
    "dead_letters": lambda count: ngettext("{count} dead letter", "{count} dead letters", count),
}
_TODO: Final[Mapping[str, Callable[[], str]]] = {
    "failing": lambda: gettext("Every run failed: look at the last one, and whether its address or key is still right."),
    "silent": lambda: gettext("It was not read this week: is it paused, switched off or waiting?"),
    "fewer": lambda: gettext("Less than half of the week before: compare it with its own site."),
    "dead_letters": lambda: gettext("Look at its dead letters, and have them tried again."),
    "worse": lambda: gettext("Worse than the week before; most often ({count}): {remedy}"),
    "missing": lambda: gettext("Most often ({count}): {remedy}"),
    "": lambda: "",
}  # fmt: skip
