"""The ratings as pages of events and venues show them (`events.rated.Ratings`)."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext, gettext_noop

from events.models import Event
from events.rated import Rated, Said
from events.things import Thing, ThingKind, thing_of
from flags.models import Flag
from flags.services import is_on
from places.models import Place
from ratings.averages import ENOUGH
from ratings.enums import Basis, RatingState
from ratings.models import Rating, RatingSum
from ratings.queries import shown_of

#: So many are on a page; the API has all.
MOST: Final = 10
#: How it is known that somebody was there, as readers see it.
BASES: Final = {
    Basis.CHECKED_IN: gettext_noop("checked in"),
    Basis.REGISTERED: gettext_noop("registered"),
    Basis.SAYS: gettext_noop("says that they were there"),
}
#: What a page shows of a rating, as the fields of one JSON object: sum and words are read by one query.
_WORDS: Final = {
    "id": "pk",
    "stars": "stars",
    "text": "text",
    "language": "language",
    "basis": "basis",
    "at": "updated_at",
    "answer": "answer__text",
    "answer_language": "answer__language",
    "answer_state": "answer__state",
}


class OnPages:
    """One query for a page."""

    def of_event(self, event: Event) -> Rated | None:
        """Those of an event."""
        return self._of(thing_of(event))

    def of_place(self, place: Place) -> Rated | None:
        """Those of a venue."""
        return self._of(thing_of(place))

    def _of(self, thing: Thing) -> Rated | None:
        if not is_on(Flag.RATINGS):
            return None
        path = rate_path(thing)
        words = shown_of(thing).exclude(text="").values(row=JSONObject(**_WORDS))[:MOST]
        total = _sums(thing).annotate(words=ArraySubquery(words)).first()
        if total is None:
            return Rated(path=path)
        return Rated(
            average=total.average,
            count=total.count,
            is_shrunk=total.weight < ENOUGH,
            said=tuple(_said(row) for row in total.words),
            path=path,
        )


def _said(row: dict[str, Any]) -> Said:
    """A row of `_WORDS` as readers see it: the words of its team where they are shown."""
    answered = row["answer_state"] == RatingState.SHOWN
    return Said(
        id=UUID(str(row["id"])),
        stars=row["stars"],
        text=row["text"],
        language=row["language"],
        basis=basis_words(Basis(row["basis"])),
        at=datetime.fromisoformat(str(row["at"])),
        answer=row["answer"] if answered else "",
        answer_language=row["answer_language"] if answered else "",
    )


def _sums(thing: Thing) -> QuerySet[RatingSum]:
    return RatingSum.objects.filter(**{thing.column: thing.id})


def sum_of(thing: Thing) -> RatingSum | None:
    """The sum of a thing; None where nobody rated it."""
    return _sums(thing).first()


def rate_path(thing: Thing) -> str:
    """Where it is rated."""
    return f"/ratings/{'events' if thing.kind is ThingKind.EVENT else 'venues'}/{thing.id}/"


def said_of(row: Rating) -> Said:
    """One rating as readers see it: without who gave it."""
    return _said({name: _field(row, path) for name, path in _WORDS.items()})


def _field(row: Rating, path: str) -> Any:
    """The value of a path of `_WORDS`; None where there is no answer."""
    of, _, name = path.rpartition("__")
    return getattr(getattr(row, of, None) if of else row, name, None)


def basis_words(of: Rating | Basis) -> str:
    """How it is known that somebody was there, in the language of the page."""
    return gettext(BASES[of if isinstance(of, Basis) else Basis(of.basis)])
