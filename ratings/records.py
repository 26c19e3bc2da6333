"""Records of ratings. Free of Django."""

from dataclasses import dataclass
from uuid import UUID

from ratings.enums import ThingKind


@dataclass(frozen=True, slots=True)
class Thing:
    """An event or a venue that is rated, by its id; one that stands, not one that was merged into another."""

    kind: ThingKind
    id: UUID

    @property
    def column(self) -> str:
        """The column of the tables here that names it."""
        return self.kind.value


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody says: stars from 1 to 5, a few words or '', and the language of the page (BCP 47)."""

    stars: int
    text: str = ""
    language: str = "en"
