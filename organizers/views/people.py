"""Who registered for an event of one's team, as a file."""

import csv
import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.actions import Action, record_action, target_of
from accounts.log.export import cell
from accounts.signed_in import person_of
from events.queries.teams import manages
from organizers.views.shared import for_people, own_event
from registrations.queries import people, setup_of


@for_people
@require_safe
def people_file(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """`/organize/events/{id}/people.csv`: for who speaks for the event; the download is in the log."""
    event, person = own_event(request, event_id), person_of(request)
    if not manages(person, event):
        raise Http404("only owners and editors")
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="people.csv"'
    setup = setup_of(event_id)
    asked = setup.questions if setup else []
    rows = csv.writer(answer)
    rows.writerow(
        ["name", "email", "state", "guests", "checked_in_at", *(cell(one["label"]) for one in asked)]
    )
    for row in people(event_id):
        said: dict[str, str] = json.loads(row.answers or "{}")
        came = row.checked_in_at.isoformat() if row.checked_in_at else ""
        rows.writerow(
            [cell(row.name), cell(row.address), row.state, row.guests, came]
            + [cell(said.get(one["id"], "")) for one in asked]
        )
    record_action(person, Action.REGISTRATIONS_EXPORTED, target=target_of(event))
    return answer
