"""The parts of the site that keep something about a person. Each app registers its own when it is ready.

A part answers for models: a test fails where a model with a relation to an account, a mail address or an
encrypted value belongs to none.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext, ngettext

from accounts.privacy.person import Person

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
#: What is kept as long as the site is deleted by no task, and what expires needs none.
NOBODY: Final = "nothing deletes it"
BY_ITSELF: Final = "expires by itself"


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """How long something is kept: `period` gives the time, None where it has no end of its own.

    `task` is the periodic task that carries it out (config/schedule.py). `apply` does it where no other
    service does; it takes the moment and returns how many rows.
    """

    what: str
    period: Callable[[], timedelta | None]
    task: str
    apply: Callable[[datetime], int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What one part of the site keeps about a person, and why.

    `models` (`app.Model`) are those it answers for. `export` gives rows by table, `files` names and bytes beside them. `erase` runs in a
    transaction of its own, may run twice, and returns how many rows or files it changed. `marks` are further
    texts by which the person can be recognized, such as keyed hashes. `stays` says what is kept without the
    person. The words are marked for translation (gettext_noop), and translated where they are shown.
    """

    name: str
    holds: str
    purpose: str
    models: frozenset[str]
    erase: Callable[[Person], int]
    export: Callable[[Person], Rows] = lambda _person: {}
    files: Callable[[Person], Iterable[tuple[str, bytes]]] = lambda _person: ()
    marks: Callable[[Person], Iterable[str]] = lambda _person: ()
    stays: str = ""
    retention: tuple[Retention, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Somebody outside the database who has a copy. `tell` is called once the person is erased here.

    It may raise anything; the holder is told again later.
    """

    name: str
    holds: str
    tell: Callable[[Person], None]


_parts: Final[dict[str, Part]] = {}
_holders: Final[dict[str, Holder]] = {}


def register(*parts: Part) -> None:
    """Add parts, or replace those of the same name."""
    _parts.update({part.name: part for part in parts})


def register_holder(holder: Holder) -> None:
    """Add a holder of copies, or replace the one of the same name."""
    _holders[holder.name] = holder


def parts() -> list[Part]:
    """All parts in the order of erasing: the higher apps before those that they refer to."""
    return list(reversed(_parts.values()))


def holders() -> list[Holder]:
    """All holders of copies."""
    return list(_holders.values())


def covered_models() -> frozenset[str]:
    """The models that some part answers for."""
    return frozenset[str]().union(*(part.models for part in _parts.values()))


def retention_rules() -> list[tuple[Part, Retention]]:
    """All rules of retention with their parts."""
    return [(part, rule) for part in _parts.values() for rule in part.retention]


def in_words(period: timedelta | None) -> str:
    """`3 days`, `8 hours` in the active language; None has no end of its own."""
    if period is None:
        return gettext("as long as the account or the site")
    hours = round(period.total_seconds() / 3600)
    if hours % 24 == 0:
        return ngettext("%(number)d day", "%(number)d days", hours // 24) % {"number": hours // 24}
    return ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours}
