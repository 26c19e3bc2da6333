"""Data of the older version is read."""

import json
from io import StringIO

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.urls import reverse

from accounts.models import User
from digests.models import Subscription
from digests.tokens import hash_of, token_of
from events.models import DuplicateMatch, Event, Listing, Proposal
from events.services import unmerge
from flags.models import FEATURES
from flags.services import is_on
from moderation.models import Decision, Review
from outbox.models import Change, Cursor, Epoch
from sources.models import Credential, FetchRun, Payload, Source, StagedEvent

pytestmark = pytest.mark.usefixtures("site")
#: Tables that the dump has no rows of: what they hold comes from outside, or they are newer.
EMPTY = {
    "sources.AlertRule",  # loaded by `prepare`
    "digests.Consent",
    "events.AskedQuery",
    "events.EventDay",
    "events.EventDaySource",
    "events.EventFormerScore",
    "events.EventImage",
    "events.EventTrend",
    "events.EventVocabulary",
    "events.HiddenPerformer",
    "events.Organizer",
    "events.OrganizerMember",
    "events.OrganizerMerge",
    "events.TeamInvitation",
    "places.PlaceMember",
    "events.SearchName",
    "events.SearchSpelling",
    "events.SearchWord",
    "events.VerificationChange",
    "moderation.BulkDecision",
    "moderation.TeamClaim",
    "moderation.BulkItem",
    "moderation.LabelReport",
    "moderation.Reading",
    "egress.RefusedHost",
    "events.RefusedPicture",
    "moderation.Conversation",
    "moderation.Message",
    "moderation.OptOut",
    "moderation.Report",
    "moderation.RuleSetting",
    "moderation.SavedFilter",
    "moderation.SubmittedEvent",
    "moderation.TrustSubject",
    "moderation.TrustVerdict",
    "places.CityModerator",
    "places.PlaceMatch",
    "sources.DeadLetter",
    "sources.SitePolicy",
}


#: As many rows of a table are opened; each kind of row stands among the first.
MOST = 8


def reported(*words: str) -> dict:
    """A command's output as JSON."""
    out = StringIO()
    call_command(*words, stdout=out)
    return json.loads(out.getvalue().strip().splitlines()[-1])


def test_every_kept_answer_is_read_again():
    for source in Source.objects.filter(pk__in=Payload.objects.values("source_id")).exclude(slug="unfetched"):
        if FetchRun.objects.filter(source=source, state="success").exists():
            report = reported("replay", source.slug, "--json")
            assert report["found"] > 0, source.slug


def test_listings_are_refined_from_their_facts():
    report = reported("refine", "--since=30", "--json")
    assert 15 < report["looked_at"] <= Listing.objects.count()
    assert report["dropped"] == {}


def test_staged_rows_keep_what_their_source_said():
    held = [row for row in StagedEvent.objects.all() if row.state != "dropped"]
    assert len(held) > 15
    assert [row.title for row in held if not (row.normalized and row.raw)] == []


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)
def test_every_row_opens_at_the_desk(chief, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    pages = [reverse(f"{name}_changelist")]
    pages += [
        reverse(f"{name}_change", args=[pk])
        for pk in model._default_manager.values_list("pk", flat=True).order_by("pk")[:MOST]
    ]
    assert [page for page in pages if chief.get(page).status_code != 200] == []


def test_every_event_has_its_page_and_its_answer(client):
    for event in Event.objects.filter(publication="approved"):
        assert client.get(event.get_absolute_url()).status_code == 200
        assert client.get(f"/api/v1/events/{event.pk}").json()["title"] == event.title


def test_a_merged_event_leads_to_the_one_that_stayed(client):
    child = Event.objects.get(publication="merged")
    assert client.get(child.get_absolute_url()).url == child.merged_into.get_absolute_url()


def test_a_merge_is_taken_back():
    match = DuplicateMatch.objects.get(survivor__isnull=False)
    child = Event.objects.get(publication="merged")
    unmerge(child.pk, by=User.objects.get(is_superuser=True))
    match.refresh_from_db()
    child.refresh_from_db()
    assert (match.undone_at is None, child.publication) == (False, "approved")


def decide(chief, review: Review, verdict: str, **more: str) -> None:
    answer = chief.post(
        reverse("admin:moderation_review_decide", args=[review.pk]),
        {"verdict": verdict, "version": review.version, **more},
    )
    assert answer.status_code == 302
    review.refresh_from_db()
    assert review.state == "decided"


def test_a_withheld_change_is_accepted(chief):
    proposal = Proposal.objects.get()
    wanted = proposal.fields["title"]["to"]
    decide(chief, Review.objects.get(kind="change", state="open"), "accept_change")
    assert Event.objects.get(pk=proposal.event_id).title == wanted


def test_a_held_run_is_accepted(chief):
    held = FetchRun.objects.get(state="quarantined", source__slug="many")
    decide(chief, Review.objects.get(object_id=held.pk), "accept_run", sure="yes")
    run = FetchRun.objects.get(source__slug="many", state="running")
    assert run.requested_by.endswith(str(held.pk))


def test_an_event_that_waited_is_published(chief):
    review = Review.objects.filter(kind="event", state="open", title="Night of drums").get()
    decide(chief, review, "approve")
    assert Event.objects.get(pk=review.object_id).publication == "approved"


def test_a_verdict_is_taken_back(chief):
    decision = Decision.objects.get(review__title="Open stage")
    chief.post(reverse("admin:moderation_review_undo", args=[decision.pk]))
    assert Event.objects.get(title="Open stage").publication == "pending"


def test_what_a_person_set_stays_when_the_feed_says_otherwise(tmp_path):
    event = Event.objects.get(title="A talk on tides, and questions")
    assert "title" in event.locked_fields
    call_command("replay", "club", "--apply", stdout=StringIO())
    event.refresh_from_db()
    assert event.title == "A talk on tides, and questions"


def test_a_live_reader_goes_on_where_it_was(client):
    mark, newest = Cursor.objects.get().number, Change.objects.order_by("-number").first()
    page = client.get(f"/api/v1/changes?epoch={Epoch.objects.get().epoch}&after={mark}&limit=500").json()
    assert page["recovered"] is True
    assert page["offset"] == newest.number


def test_secrets_and_addresses_are_decrypted():
    credential = Credential.objects.get(name="Eventbrite")
    assert (credential.secret, credential.previous) == ("a secret made up", "an older one")
    assert {one.address for one in Subscription.objects.filter(active=True)} == {"reader@upgrade.example"}


def test_links_in_mails_that_were_sent_still_work(client):
    for subscription in Subscription.objects.all():
        assert subscription.token_hash == hash_of(token_of(subscription))
    waiting = Subscription.objects.get(confirmed_at=None)
    client.post(f"/subscriptions/confirm/{token_of(waiting)}/")
    waiting.refresh_from_db()
    assert waiting.active


def test_switches_stand_as_operators_left_them():
    built = {flag for flag, feature in FEATURES.items() if feature.is_built}
    assert {flag.value for flag in built if not is_on(flag)} == {
        "webhooks",
        "maintenance",  # off unless somebody works on the site
        "learnt_recommendations",
    }


def test_a_password_still_opens_the_desk(client, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    answer = client.post(
        "/admin/login/", {"username": "chief@upgrade.example", "password": "a long enough password"}
    )
    assert answer.status_code == 302


def test_every_table_has_rows_or_is_named_here():
    ours = {"digests", "egress", "events", "flags", "moderation", "outbox", "places", "sources"}
    old = {model for model in apps.get_models() if model._meta.app_label in ours}
    assert {model._meta.label for model in old if not model._default_manager.exists()} == EMPTY
