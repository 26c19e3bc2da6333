"""What saved searches keep about a person, for their export and erasure."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.registry import Part, Retention, Rows
from saved_searches.models import Hit, SavedSearch
from saved_searches.services.conditions import forget_unused
from saved_searches.services.forgetting import KEPT


def export(person: Person) -> Rows:
    """The searches, and what they found."""
    mine = SavedSearch.objects.filter(user_id=person.id)
    hits = Hit.objects.filter(search__in=mine).order_by("pk")
    return {
        "saved_searches": list(mine.values("name", "query", "alert", "created_at", "updated_at")),
        "saved_search_hits": list(hits.values("search__name", "event_id", "event__title", "at", "seen_at")),
    }


def erase(person: Person) -> int:
    """Delete all of it, and conditions that nobody else asks for."""
    mine = SavedSearch.objects.filter(user_id=person.id)
    used = list(mine.values_list("conditions_id", flat=True))
    count, _ = mine.delete()
    forget_unused(used)
    return count


def marks(person: Person) -> Iterator[str]:
    """Ids of searches."""
    for pk in SavedSearch.objects.filter(user_id=person.id).values_list("pk", flat=True):
        yield str(pk)


def _kept() -> timedelta:
    return KEPT


PART = Part(
    name=_("saved searches"),
    holds=_("searches that you saved, with their names, a keyed hash of the secret address of their feeds, and which events they found"),
    purpose=_("to show you events that you look for, and to tell you of new ones"),
    models=frozenset(
        {
            "saved_searches.SavedSearch", "saved_searches.Hit",
        }
    ),
    export=export,
    erase=erase,
    marks=marks,
    retention=(
        Retention(
            what=_("what saved searches found, after the end of the event"),
            period=_kept,
            task="saved_searches.tasks.forget_hits",
        ),
    ),
)  # fmt: skip
