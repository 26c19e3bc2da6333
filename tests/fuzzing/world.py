"""`python -m tests.fuzzing.world` adds people with teams and rights to the samples of a site, and prints what is there.

One line of JSON: `people` (address by role), `password`, and `ids` by the name of a path parameter.
"""

import json
from typing import Any

import django

django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.roles import Role, ensure_roles  # noqa: E402
from digests.models import Subscription  # noqa: E402
from digests.services import confirm, subscribe  # noqa: E402
from digests.tokens import token_of  # noqa: E402
from events.filters import EventFilter  # noqa: E402
from events.models import Event, OrganizerMember  # noqa: E402
from moderation.enums import ReviewKind, ReviewState, Verdict  # noqa: E402
from moderation.models import Decision, Review  # noqa: E402
from moderation.services import decide  # noqa: E402
from notices.kinds import TABLE  # noqa: E402
from pipeline.taxonomy import SLUGS  # noqa: E402
from places.enums import TeamRole  # noqa: E402
from places.models import Area, City, Place  # noqa: E402
from places.visitor_reports import SPECIALS  # noqa: E402
from registrations.models import RegistrationSetup  # noqa: E402
from saved_searches.models import SavedSearch  # noqa: E402
from saved_searches.services import save  # noqa: E402
from sources.enums import Phase, RunState  # noqa: E402
from sources.models import Discovery, FetchRun, Source  # noqa: E402
from tests.fuzzing.visited import visited  # noqa: E402
from webhooks.models import Endpoint  # noqa: E402
from webhooks.services import make_endpoint  # noqa: E402

PASSWORD = "a long enough password for fuzzing"  # noqa: S105  # of a site that lives as long as a run
MOST = 5
KEPT = "Kept for subscriptions"


def main() -> None:
    """Write, and print."""
    ensure_roles()
    people = {
        name: _person(name) for name in ("staff", "person", "signer", *(f"leaver{i}" for i in range(4)))
    }
    people["staff"].groups.add(Group.objects.get(name=Role.ADMIN))
    events = list(
        Event.objects.filter(publication="approved", organizer__isnull=False).order_by("start_at", "id")[
            :MOST
        ]
    )
    for event in events:
        RegistrationSetup.objects.update_or_create(event=event, defaults={"most_guests": 20})
        if event.organizer_id is not None:
            OrganizerMember.objects.get_or_create(
                organizer_id=event.organizer_id, user=people["person"], defaults={"role": TeamRole.OWNER}
            )
    organizers = sorted({str(event.organizer_id) for event in events})
    person = people["person"]
    kept = SavedSearch.objects.filter(user=person, name=KEPT).first() or save(
        person, EventFilter(), name=KEPT
    )
    others = SavedSearch.objects.filter(user=person).exclude(pk=kept.pk)
    for number in range(MOST - others.count()):
        save(person, EventFilter(), name=f"All {number}")
    _decided(people["staff"])
    _running()
    _discovered()
    tokens = _subscribed()
    raters = {f"rater{i}": _person(f"rater{i}") for i in range(4)}
    seen = visited(people["person"], list(raters.values()), organizer=events[0].organizer)
    for _ in range(3 - Endpoint.objects.filter(user=person).count()):
        make_endpoint(person, {"address": "https://example.org/hook"})
    print(json.dumps({
        "people": {name: person.email for name, person in {**people, **raters}.items()},
        "password": PASSWORD,
        "kept_search": str(kept.pk),
        "kinds_of_staff": [kind.value for kind, facts in TABLE.items() if facts.is_for_staff],
        "ids": {
            "event_id": _ids(Event.objects.filter(pk__in=[event.pk for event in events])),
            "place_id": _ids(Place.objects.filter(state="active")),
            "slug": _cities(),
            "source_id": _ids(Source.objects.all()),
            "run_id": _ids(FetchRun.objects.filter(state=RunState.RUNNING))
            + _ids(FetchRun.objects.exclude(state=RunState.RUNNING)),
            "discovery_id": _ids(Discovery.objects.all()),
            "review_id": _ids(Review.objects.filter(state=ReviewState.OPEN)),
            "decision_id": _ids(Decision.objects.filter(automatic=False, undoes=None)),
            "subscription": tokens,
            "search_id": _ids(others),
            "endpoint_id": _ids(Endpoint.objects.filter(user=person)),
            "organizer_id": organizers,
            **seen,
        },
        "review_versions": list(
            Review.objects.filter(state=ReviewState.OPEN).order_by("pk").values_list("version", flat=True)[:MOST]
        ),
        **_known(organizers),
    }))  # fmt: skip


def _decided(staff: User) -> None:
    """Decisions that can be undone; reviews enough stay open."""
    wanted = MOST - Decision.objects.filter(automatic=False, undoes=None).count()
    for review in Review.objects.filter(state=ReviewState.OPEN, kind=ReviewKind.EVENT).order_by("pk")[
        : max(0, wanted)
    ]:
        decide(review.pk, Verdict.APPROVE, by=staff)


def _running() -> None:
    """Runs in the queue of sources that are switched off: they can be cancelled, and fetch nothing."""
    idle = Source.objects.exclude(runs__state=RunState.RUNNING).filter(is_active=False).order_by("pk")
    wanted = MOST - FetchRun.objects.filter(state=RunState.RUNNING).count()
    for source in idle[: max(0, wanted)]:
        FetchRun.objects.create(source=source, started_at=timezone.now(), progress={"phase": Phase.QUEUED})


def _discovered() -> None:
    """Jobs that are over."""
    for _ in range(MOST - Discovery.objects.filter(city=None).count()):
        at = timezone.now()
        Discovery.objects.create(state=RunState.SUCCESS, started_at=at, finished_at=at)


def _subscribed() -> list[str]:
    """The tokens of subscriptions, some of which are confirmed."""
    city = City.objects.filter(state="active").order_by("pk")[0]
    for number in range(MOST):
        subscribe(f"fuzz-reader{number}@example.org", city, sender=f"198.18.0.{number}")
    rows = Subscription.objects.filter(city=city).order_by("pk")[:MOST]
    tokens = [token_of(row) for row in rows]
    for token in tokens[::2]:
        confirm(token)
    return tokens


def _cities() -> list[str]:
    return list(City.objects.filter(state="active").values_list("slug", flat=True)[:MOST])


def _known(organizers: list[str]) -> dict[str, Any]:
    """Values of the named formats, and fields that go together (`rules`)."""
    city = City.objects.filter(state="active").order_by("pk")[0]
    areas = list(Area.objects.values_list("slug", flat=True).order_by("pk")[:MOST])
    source = Source.objects.order_by("pk")[0]
    return {
        "known": {
            "city": [*_cities(), *filter(None, City.objects.values_list("legacy_id", flat=True)[:MOST])],
            "area": areas,
            "category": sorted(SLUGS),
            "topic": ["events:all", *(f"events:city:{slug}" for slug in _cities())],
            "time-zone": ["Asia/Kolkata", "America/Los_Angeles", "UTC"],
            "language": ["en", "de", "pt-BR"],
            "site-language": [code for code, _ in settings.LANGUAGES],
            "current-password": [PASSWORD],
            "source": [source.slug],
            "rrule": ["FREQ=WEEKLY;BYDAY=FR;COUNT=10", "FREQ=DAILY;COUNT=3"],
            "special": list(SPECIALS),
            "connector": ["ical", "json_feed"],
            "public-address": ["https://example.org/hook", "https://example.com/a?b=c"],
            "field": ["title", "description"],
            "age-limit": ["18+", "All ages", "0", "from 16"],
        },
        "city": city.slug,
        "point": [city.lat, city.lng],
        "follows": [
            ("venue", str(Place.objects.filter(state="active").order_by("pk")[0].pk)),
            ("organizer", organizers[0]),
            ("area", areas[0]),
        ],
        "sources": [source.slug],
        "pauses": {"all": "", "city": city.slug, "source": source.slug, "step": "process"},
    }


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
