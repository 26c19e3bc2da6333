"""Admin actions for corrected venues: apply a correction to existing events, with a preview, and undo it."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from unfold.decorators import action

from events import services
from events.models import Event
from places.models import Place
from places.queries.reach import narrowed


class VenueCorrections:
    """Actions for the list of events, applied to the places of the selected events."""

    admin_site: Any

    @action(description="Apply this venue correction to past events", permissions=["change"])
    def apply_venue_corrections(self, request: HttpRequest, events: QuerySet[Event]) -> HttpResponse | None:
        """Show how many events have the same words; after confirmation move them."""
        places = _places(request, events)
        if request.POST.get("confirmed") != "yes":
            context = {
                **self.admin_site.each_context(request),
                "title": "Venue corrections",
                "spreads": [services.preview_spread(place_id, by=request.user) for place_id in places],
                "selected": [str(pk) for pk in events.values_list("pk", flat=True)],
            }
            return render(request, "admin/events/event/spread.html", context)
        moved = sum(len(services.spread(place_id, by=request.user, now=now())) for place_id in places)
        messages.success(request, f"{moved} events moved.")
        return None

    @action(description="Undo this venue correction", permissions=["change"])
    def take_venue_corrections_back(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        """Delete the corrections of these venues' words.

        Events whose venue was not set by a person get the venue of their sources again.
        """
        changed = sum(
            len(services.take_back(place_id, by=request.user, now=now()))
            for place_id in _places(request, events)
        )
        messages.success(request, f"Undone: {changed} events show the values of their sources again.")


def _places(request: HttpRequest, events: QuerySet[Event]) -> list[Any]:
    """The events' places, of the user's own cities."""
    chosen = Place.objects.filter(pk__in=events.order_by().values("place_id"))
    return sorted(narrowed(chosen, request.user, "city").values_list("pk", flat=True))
