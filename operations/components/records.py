"""What a look at a component found."""

from dataclasses import dataclass
from datetime import datetime

from operations.enums import State


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One component now. `remedy` says what to do, '' where nothing is to be done."""

    name: str
    state: State = State.OK
    detail: str = ""
    remedy: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Component:
    """A finding, and since when the component is in this state."""

    name: str
    state: State
    since: datetime
    detail: str
    remedy: str
