"""What a person keeps here, for their export and erasure."""

from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.registry import Part, Rows
from personal.models import CalendarKey, Favourite, Follow, Preferences


def export(person: Person) -> Rows:
    """Preferences, what is followed, saved events, and when the calendar's address was made."""
    mine = Preferences.objects.filter(user_id=person.id)
    return {
        "preferences": list(
            mine.values(
                "city__slug",
                "area__slug",
                "lat",
                "lng",
                "radius_km",
                "categories",
                "keywords",
                "times",
                "price_max",
                "free_only",
                "languages",
                "push",
                "mail",
                "notices_a_day",
                "quiet_from",
                "quiet_to",
                "updated_at",
            )
        ),
        "follows": list(
            Follow.objects.filter(user_id=person.id).values(
                "place__name", "organizer__name", "area__slug", "performer", "name", "in_calendar", "at"
            )
        ),
        "favourites": list(
            Favourite.objects.filter(user_id=person.id).values("event_id", "event__title", "at")
        ),
        "calendar": list(CalendarKey.objects.filter(user_id=person.id).values("made_at")),
    }


def erase(person: Person) -> int:
    """Delete all of it."""
    return sum(
        model._default_manager.filter(user_id=person.id).delete()[0]
        for model in (Preferences, Favourite, Follow, CalendarKey)
    )


PART = Part(
    name=_("what you keep here"),
    holds=_("your preferences (a place and quiet hours among them), what you follow, what you saved, a keyed hash of your calendar's secret address"),
    purpose=_("to show you events that you like, on all your devices and in your calendar"),
    models=frozenset({"personal.Preferences", "personal.Favourite", "personal.Follow", "personal.CalendarKey"}),
    export=export,
    erase=erase,
)  # fmt: skip
