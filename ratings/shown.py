"""The ratings as pages of events and venues show them (`events.rated.Ratings`)."""

from typing import Final

from django.utils.translation import gettext, gettext_noop

from events.models import Event
from events.rated import Rated, Said
from flags.models import Flag
from flags.services import is_on
from places.models import Place
from ratings.averages import ENOUGH
from ratings.enums import Basis, RatingState, ThingKind
from ratings.models import Rating, RatingSum
from ratings.queries import shown_of, thing_of
from ratings.records import Thing

#: So many are on a page; the API has all.
MOST: Final = 10
#: How it is known that somebody was there, as readers see it.
BASES: Final = {
    Basis.CHECKED_IN: gettext_noop("checked in"),
    Basis.REGISTERED: gettext_noop("registered"),
    Basis.SAYS: gettext_noop("says that they were there"),
}


class OnPages:
    """One query for what nobody rated, four for the rest."""

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
        total = sum_of(thing)
        if total is None:
            return Rated(path=path)
        return Rated(
            average=total.average,
            count=total.count,
            is_shrunk=total.weight < ENOUGH,
            said=tuple(said_of(row) for row in shown_of(thing).exclude(text="")[:MOST]),
            path=path,
        )


def sum_of(thing: Thing) -> RatingSum | None:
    """The sum of a thing; None where nobody rated it."""
    return RatingSum.objects.filter(**{thing.column: thing.id}).first()


def rate_path(thing: Thing) -> str:
    """Where it is rated."""
    return f"/ratings/{'events' if thing.kind is ThingKind.EVENT else 'venues'}/{thing.id}/"


def said_of(row: Rating) -> Said:
    """One rating as readers see it: without who gave it."""
    answer = getattr(row, "answer", None)
    if answer is not None and answer.state != RatingState.SHOWN:
        answer = None
    return Said(
        id=row.pk,
        stars=row.stars,
        text=row.text,
        language=row.language,
        basis=basis_words(row),
        at=row.updated_at,
        answer=answer.text if answer else "",
        answer_language=answer.language if answer else "",
    )


def basis_words(of: Rating | Basis) -> str:
    """How it is known that somebody was there, in the language of the page."""
    return gettext(BASES[of if isinstance(of, Basis) else Basis(of.basis)])
