"""What is learnt of what people do: asked of the app above that learns it, and of nobody where there is none or it is switched off.

Who asks has an order of their own, and keeps to it where nobody answers (decision 0131).
"""

from collections.abc import Mapping
from typing import Final, Protocol
from uuid import UUID


class Recommender(Protocol):
    """What the app above answers; it looks at its own flags."""

    def people_of(self, event_id: UUID) -> Mapping[UUID, int]:
        """Coming events with which the same people did something, and how many people; the more telling first, none of fewer than ten.

        It is the same for everybody.
        """


_asked: Final[list[Recommender]] = []


def use(recommender: Recommender) -> None:
    """Ask this one from now on. Called once, when its app is ready."""
    _asked[:] = [recommender]


def people_of(event_id: UUID) -> Mapping[UUID, int]:
    """As `Recommender.people_of`; nothing where nobody answers."""
    return _asked[0].people_of(event_id) if _asked else {}
