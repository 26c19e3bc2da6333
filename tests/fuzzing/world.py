"""`python -m tests.fuzzing.world` adds people with teams and rights to the samples of a site, and prints what is there.

One line of JSON: `people` (address by role), `password`, and `ids` by the name of a path parameter.
"""

import json
from typing import Any

import django

django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.roles import Role, ensure_roles  # noqa: E402
from digests.models import Subscription  # noqa: E402
from events.models import Event, OrganizerMember  # noqa: E402
from moderation.models import Decision, Review  # noqa: E402
from places.enums import TeamRole  # noqa: E402
from places.models import City, Place  # noqa: E402
from registrations.models import RegistrationSetup  # noqa: E402
from sources.models import Discovery, FetchRun, Source  # noqa: E402

PASSWORD = "a long enough password for fuzzing"  # noqa: S105  # of a site that lives as long as a run
MOST = 5


def main() -> None:
    """Write, and print."""
    ensure_roles()
    people = {name: _person(name) for name in ("staff", "person", "leaver")}
    people["staff"].groups.add(Group.objects.get(name=Role.ADMIN))
    events = list(
        Event.objects.filter(publication="approved", organizer__isnull=False).order_by("start_at", "id")[
            :MOST
        ]
    )
    for event in events:
        RegistrationSetup.objects.get_or_create(event=event)
        if event.organizer_id is not None:
            OrganizerMember.objects.get_or_create(
                organizer_id=event.organizer_id, user=people["person"], defaults={"role": TeamRole.OWNER}
            )
    told = {
        "people": {name: person.email for name, person in people.items()},
        "password": PASSWORD,
        "ids": {
            "event_id": _ids(Event.objects.filter(pk__in=[event.pk for event in events])),
            "place_id": _ids(Place.objects.filter(state="active")),
            "slug": list(City.objects.filter(state="active").values_list("slug", flat=True)[:MOST]),
            "source_id": _ids(Source.objects.all()),
            "run_id": _ids(FetchRun.objects.all()),
            "discovery_id": _ids(Discovery.objects.all()),
            "review_id": _ids(Review.objects.all()),
            "decision_id": _ids(Decision.objects.all()),
            "subscription": _ids(Subscription.objects.all()),
        },
    }
    print(json.dumps(told))


def _person(name: str) -> User:
    address = f"fuzz-{name}@example.org"
    found = User.objects.filter(email=address).first()
    person = found or User.objects.create_user(address, PASSWORD, is_staff=name == "staff")
    EmailAddress.objects.update_or_create(
        user=person, email=address, defaults={"verified": True, "primary": True}
    )
    return person


def _ids(rows: Any) -> list[str]:
    return [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)[:MOST]]


if __name__ == "__main__":
    main()
