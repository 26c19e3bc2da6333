"""Every page of the desk, in an installation in the middle of its work, by the name of what it shows."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.urls import reverse
from uuid_utils.compat import uuid7

from accounts.models import User
from events.models import AskedQuery, Event, EventImage, Listing
from insights.figures.adding import add_up, note
from insights.models import Anomaly, CohortWeek, ExpectationAccuracy
from insights.models.expectations import REACHES, TARGETS
from moderation.enums import ItemState, OptOutKind, ReportKind, ReviewKind
from moderation.models import BulkDecision, BulkItem, Conversation, Review, SavedFilter, TrustSubject
from moderation.services import Filing, conversations, file_reviews, opting_out, report
from moderation.services.reports import Reporter, Said
from operations.models import SourceForecastAccuracy
from sources.models import FetchRun, SitePolicy, Source
from tests.factories import make_categories, make_city, make_event, make_listing, make_place
from tests.operations.world import make_waiting, make_world

_WHY = "titles 0.99 alike; same start; same venue"


def make_pages(now: datetime) -> dict[str, str]:
    """The addresses. A review of each kind waits in Bengaluru."""
    cache.clear()
    make_world(now)
    make_waiting(now)
    pairs = {kind: _file(kind, now) for kind in ReviewKind if kind not in (ReviewKind.EVENT, ReviewKind.RUN)}
    link = _tell(pairs, now)
    pairs[ReviewKind.EVENT] = Review.objects.filter(kind=ReviewKind.EVENT).order_by(
        "-priority", "starts_at", "id"
    )[0]
    _add_pictures(pairs[ReviewKind.EVENT].object_id)
    pairs[ReviewKind.RUN] = _file_run(now)
    subject = TrustSubject.objects.create(
        kind="source", key=str(Source.objects.all()[0].pk), name="Vienna calendar", prior="calendar"
    )
    lists = ("review", "rulesetting", "trustsubject", "optout", "decision")
    return {
        "dashboard": reverse("admin:index"),
        **{
            kind.value: reverse("admin:moderation_review_change", args=[review.pk])
            for kind, review in sorted(pairs.items())
        },
        "edit": reverse("admin:events_event_change", args=[pairs[ReviewKind.EVENT].object_id]),
        **{f"list of {name}": reverse(f"admin:moderation_{name}_changelist") for name in lists},
        "list of source": reverse("admin:sources_source_changelist"),
        **_site_policy(now),
        **_many(),
        "trust": reverse("admin:moderation_trustsubject_change", args=[subject.pk]),
        "opt-out confirmed": _opt_out(),
        "submission": link,
        **make_figures(now),
    }


def _site_policy(now: datetime) -> dict[str, str]:
    """A robots.txt that changed."""
    row = SitePolicy.objects.create(
        kind="robots", address="https://calendar.example/robots.txt", digest="0" * 64, text="disallow /events/", before="allow /", seen_at=now, changed_at=now
    )  # fmt: skip
    return {
        "list of sitepolicy": reverse("admin:sources_sitepolicy_changelist"),
        "robots.txt": reverse("admin:sources_sitepolicy_change", args=[row.pk]),
    }


def make_figures(now: datetime) -> dict[str, str]:
    """Two weeks of figures of a city, with cohorts and searches; the pages that show them."""
    city = make_city()
    make_categories()
    events = [make_event(title=f"Figure {number}", city=city, category_id=slug) for number, slug in enumerate(("music", "comedy", "art"))]  # fmt: skip
    for ago in range(14):
        for number, event in enumerate(events):
            acts = {
                "views": 90 - 5 * ago + 20 * number,
                "shares": 9 - ago // 2,
                "clicks": 20 - ago,
                "saves": 12,
                "registrations": 15 - ago,
            }
            note(
                [(event.pk, act, times) for act, times in acts.items()],
                at=now - timedelta(days=ago, hours=number),
            )
    add_up()
    AskedQuery.objects.create(text="opera", city=city, day=now.date(), times=40, unanswered=31)
    monday = now.date() - timedelta(days=now.weekday())
    CohortWeek.objects.bulk_create(
        CohortWeek(
            kind=kind, cohort=monday - timedelta(weeks=began), week=monday - timedelta(weeks=began - since),
            people=60 - 9 * began, active=max(4, 60 - 9 * began - 12 * since),
        )
        for kind in ("readers", "subscribers") for began in range(5) for since in range(began + 1)
    )  # fmt: skip
    for kind, right in (("fewer", True), ("price", None)):
        Anomaly.objects.create(
            kind=kind, key=kind, name="Vienna calendar", city=city, found=0, expected=46, began_at=now - timedelta(hours=9),
            words="Vienna calendar brought no new event in two days up to Wednesday 25 November; on such days of the eight weeks before it was about 46.",
            was_right=right, answered_by="Anna Rao" if right else "", answered_at=now if right else None,
        )  # fmt: skip
    ExpectationAccuracy.objects.bulk_create(
        ExpectationAccuracy(
            day=now.date() - timedelta(days=ago), target=target, reach=reach, events=60 - place * 26, naive_error=9.0 - ago / 9, error=5.0 + ago / 4,
            is_shown=ago < 9,
        )
        for ago in range(14) for target in TARGETS for place, reach in enumerate(REACHES)
    )  # fmt: skip
    SourceForecastAccuracy.objects.bulk_create(
        SourceForecastAccuracy(
            day=now.date() - timedelta(days=ago), weeks=90 - ago, naive_error=0.09, error=0.07 + ago / 500, is_shown=ago < 9
        )
        for ago in range(14)
    )  # fmt: skip
    return {
        "list of anomaly": reverse("admin:insights_anomaly_changelist"),
        "figures of events": reverse("admin_figures"),
        "figures by hour": f"{reverse('admin_figures')}?window=month&by=hour",
        "figures of people": reverse("admin_figures_users"),
        "figures of demand": reverse("admin_figures_insights"),
        "figures of expectations": reverse("admin_figures_expectations"),
    }


def _many() -> dict[str, str]:
    """Five occurrences of a series as one group, and a bulk decision under way of which one item was refused."""
    rows, series = list(Review.objects.filter(kind=ReviewKind.EVENT).order_by("pk")[:5]), uuid7()
    shared = {
        "series": series,
        "reason_keys": ["quality"],
        "title": "Weekly jazz on the roof of the old station",
    }
    Review.objects.filter(pk__in=[row.pk for row in rows]).update(**shared)
    bulk = BulkDecision.objects.create(verdict="reject", reason="not_an_event", note="The same seller.")
    states = zip((ItemState.FAILED, ItemState.DONE, ItemState.WAITING), rows, strict=False)
    for state, row in states:
        why = "Anna Rao approved it on 20 Nov." if state is ItemState.FAILED else ""
        BulkItem.objects.create(bulk=bulk, review=row, version=1, state=state, message=why)
    SavedFilter.objects.create(
        by=User.objects.get(), name="Weak ones of Bengaluru", query="city=bengaluru&reason=quality"
    )
    query = f"of=series&key={series}&asks=event&why=quality"
    return {
        "group": f"{reverse('admin:moderation_review_group')}?{query}",
        "bulk": reverse("admin:moderation_review_bulk_report", args=[bulk.pk]),
    }


def _file(kind: ReviewKind, now: datetime) -> Review:
    """A review of that kind on an event of tomorrow."""
    city = make_city(slug="bengaluru")
    one, other = (
        make_event(
            title=f"{word} at Dusk", city=city, start=now + timedelta(days=1, hours=3), description="<p>Two sets, no support.</p>",
            publication="pending" if kind == ReviewKind.MATCH else "approved",
        )
        for word in ("Raga", "Ragas")
    )  # fmt: skip
    evidence, subject = _evidence(kind, one, other), one.pk
    if kind == ReviewKind.VENUE:
        subject = UUID(evidence["places"][0]["id"])
    title = f"{kind.value}: {one.title}"
    filing = Filing(
        kind=kind,
        object_id=subject,
        title=title,
        city_id=city.pk,
        starts_at=one.start_at,
        reasons=(f"may be one: {_WHY}",),
        evidence=evidence,
    )
    file_reviews([filing])
    return Review.objects.get(kind=kind, object_id=subject)


def _tell(pairs: dict[ReviewKind, Review], now: datetime) -> str:
    """What readers and a submitter say: two reports and an appeal. Returns the page of the submission."""
    reported, appealed = pairs[ReviewKind.REPORT].object_id, pairs[ReviewKind.APPEAL].object_id
    corrections = {"title": "Raga at Dawn", "venue_name": "Red Room"}
    for key, said in (
        ("a", Said(kind=ReportKind.CANCELLED, note="The door was closed.")),
        ("b", Said(kind=ReportKind.CORRECTION, corrections=corrections)),
    ):
        report(reported, said, reporter=Reporter(key=key), now=now)
    run_id = UUID(int=1)
    facts = {"title": "Raga at Dusk", "start": "2026-12-12T20:00:00+05:30", "timezone": "Asia/Kolkata"}
    listing = make_listing(event=Event.objects.get(pk=appealed), source="Submissions", facts=facts)
    Listing.objects.filter(pk=listing.pk).update(external_id=f"submission:{run_id}")
    token = conversations.follow(run_id)
    Conversation.objects.update(appeal="It is in the city.", appealed_at=now)
    conversations.write(Conversation.objects.get(), "Is it in? " * 40, now=now)
    return f"/submit/{token}/"


def _add_pictures(event_id: UUID) -> None:
    """Two stored pictures, of which one may be chosen."""
    for number, address in enumerate(("https://a.example/door.jpg", "https://a.example/stage.jpg")):
        EventImage.objects.create(
            event_id=event_id, source_url=address, url="/static/img/favicon.svg", alt="The stage", credit="Ada", state="stored",
            is_primary=number == 0, width=1200, height=800, position=number,
        )  # fmt: skip


def _opt_out() -> str:
    """The page on which the wish of a domain's owner is confirmed."""
    wish = opting_out.wish_for(OptOutKind.DOMAIN, "calendar.example")
    row = opting_out.ask(wish, address="owner@calendar.example", note="")
    return f"/opt-out/{row.pk}/{opting_out.token_of(row)}/"


def _evidence(kind: ReviewKind, one: Event, other: Event) -> dict[str, object]:
    facts = {
        "title": one.title,
        "description": "Two sets, no support.",
        "venue": {"name": "Blue Room"},
        "timezone": "Asia/Kolkata",
    }
    known: dict[str, object] = {"facts": facts, "source_name": "Town calendar"}
    if kind == ReviewKind.CHANGE:
        known["changes"] = {"title": ["Raga", one.title], "venue_name": ["Red Room", "Blue Room"]}
    if kind == ReviewKind.MATCH:
        known["similar"] = [{"event": str(other.pk), "similarity": 0.84, "reasons": _WHY}]
    if kind == ReviewKind.VENUE:
        venues = [make_place(name=name, city=one.city) for name in ("Blue Room", "The Blue Room")]
        known["places"] = [
            {"id": str(venue.pk), "name": venue.name, "address": "12 Main Street", "city": "Bengaluru"}
            for venue in venues
        ]
    if kind == ReviewKind.RATING:
        known = {
            "what": "rating", "version": 1, "text": "Two sets, and a good room.", "said": "5 of 5, checked in", "event": str(one.pk), "place": "",
        }  # fmt: skip
    if kind == ReviewKind.PHOTO:
        known = {
            "image": "/static/img/icon-512.png", "alt": "Three owls on a dark stage", "credit": "", "width": 512, "height": 512, "language": "en",
            "event": str(one.pk), "place": "",
        }  # fmt: skip
    return known


def _file_run(now: datetime) -> Review:
    source = Source.objects.filter(health="healthy").order_by("slug")[0]
    run = FetchRun.objects.create(
        source=source,
        state="quarantined",
        started_at=now - timedelta(hours=2),
        finished_at=now - timedelta(hours=2),
        events_found=47,
    )
    reasons = ("47 of 94 events would go missing",)
    file_reviews(
        [
            Filing(
                kind=ReviewKind.RUN,
                object_id=run.pk,
                title=source.name,
                city_id=source.city_id,
                reasons=reasons,
                evidence={},
            )
        ]
    )
    return Review.objects.get(object_id=run.pk)
