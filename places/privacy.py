"""What places keep about a person: their reports, and which places they own."""

from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.redacting import needles_of, redact_columns, text_columns
from accounts.privacy.registry import Part, Retention, Rows
from places.models import CityModerator, Place, PlaceMatch, PlaceMember, PlaceReport
from places.services.reporting import KEPT, WHO_KEPT

_FORGETTING: Final = "places.tasks.forget_expired"


def export(person: Person) -> Rows:
    """Reports that still have their author, and owned places."""
    reports = PlaceReport.objects.filter(person_id=person.id).order_by("reported_at")
    reported = reports.values("place__name", "openness", "crowd", "waiting_minutes", "special", "reported_at")
    owned = Place.objects.filter(owners=person.id).order_by("pk").values("name", "address")
    cities = CityModerator.objects.filter(user_id=person.id).order_by("since").values("city__name", "since")
    teams = PlaceMember.objects.filter(user_id=person.id).values("place__name", "role", "at")
    return {
        "reports": list(reported),
        "owned_places": list(owned),
        "teams_of_places": list(teams),
        "moderated_cities": list(cities),
    }


def erase(person: Person) -> int:
    """Take the author from reports, and the owner from places; take the person's marks out of matches."""
    count = PlaceReport.objects.filter(Q(person_id=person.id)).update(person=None, address_hash="")
    count += Place.owners.through._default_manager.filter(user_id=person.id).delete()[0]
    count += PlaceMember.objects.filter(user_id=person.id).delete()[0]
    count += PlaceMember.objects.filter(invited_by_id=person.id).update(invited_by=None)
    count += CityModerator.objects.filter(user_id=person.id).delete()[0]
    return count + redact_columns(PlaceMatch, text_columns(PlaceMatch), needles_of(person))


PART: Final = Part(
    name=_("reports about places"),
    holds=_(
        "what you report about a place now (open, full, waiting time), with your account or a keyed hash of your network; "
        "which places are yours, and in which teams you are; for moderators: your cities"
    ),
    purpose=_("to weigh reports: one person counts once"),
    models=frozenset(
        {
            "places.CityModerator",
            "places.Place",
            "places.PlaceMember",
            "places.Place_owners",
            "places.PlaceReport",
        }
    ),
    export=export,
    erase=erase,
    stays=_("the reports, without their author"),
    retention=(
        Retention(what=_("who reported about a place"), period=lambda: WHO_KEPT, task=_FORGETTING),
        Retention(what=_("reports about places"), period=lambda: KEPT, task=_FORGETTING),
    ),
)
