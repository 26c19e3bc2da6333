"""Who acts and what an entry says, before it is stored."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Subject:
    """A row about a person, such as `Subject("accounts.user", ID)`. The log holds its pseudonym."""

    label: str
    id: str

    def __str__(self) -> str:
        return f"{self.label}:{self.id}"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the system that acts by itself, such as `Part("clock")`."""

    name: str

    def __str__(self) -> str:
        return f"system:{self.name}"


class Word(str):
    """A text of our own vocabulary (a name of an enumeration, a hash, a version), which is stored as it is."""

    __slots__ = ()


#: Somebody who is not signed in.
ANONYMOUS: Final = "anonymous"

Doer = Subject | Part | None
#: Finds the names of rows about people by their ids, for the page of the log.
Names = Callable[[Iterable[str]], Mapping[str, str]]

#: Returns the rows that are not as these entries bind them.
Check = Callable[[Collection[UUID]], Iterable[object]]

_personal: dict[str, Names | None] = {}
_checks: dict[str, Check] = {}


def register_personal(label: str, names: Names | None = None) -> None:
    """Say that the rows of the model `label` (`app.model`) are about people: their ids are stored as pseudonyms.

    Called once for each model, when its app is ready.
    """
    _personal[label] = names


def personal_labels() -> Mapping[str, Names | None]:
    """The registered models, each with what finds its names."""
    return _personal


def subject_of(target: str) -> Subject | None:
    """`app.model:ID` as a Subject where the model is about people, else None."""
    label, colon, key = target.partition(":")
    return Subject(label, key) if colon and key and label in _personal else None


def register_check(action: str, check: Check) -> None:
    """Say what verifies the rows that entries of this action bind by a hash. Called when an app is ready."""
    _checks[action] = check


def checks() -> Mapping[str, Check]:
    """The registered checks, by action."""
    return _checks
