"""Changes of all kinds in order: by the admin, by changed feeds, by visitors.

Each step uses an interface that keeps its address or name.
"""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core import mail
from django.test import Client

from tests.recording.desk import signed_in
from tests.recording.determinism import NOW, frozen
from tests.recording.lines import Recording
from tests.recording.world import command, load, run_task


def steps(recording: Recording) -> list[Callable[[], Any]]:
    """Functions to call in order; each records its responses."""
    desk, visitor = signed_in(), Client(headers={"user-agent": "recorder"})

    def post(
        client: Client, path: str, body: Any = None, *, form: bool = False, part: str = "script"
    ) -> None:
        given = (
            {"data": body or {}}
            if form
            else {"data": json.dumps(body or {}), "content_type": "application/json"}
        )
        recording.answer(
            part, f"POST {path} {json.dumps(body, sort_keys=True, default=str)}", client.post(path, **given)
        )

    def decide(verdict: str, nth: int) -> None:
        reviews = apps.get_model("moderation", "Review").objects.filter(state="open").order_by("pk")
        review = reviews[min(nth, len(reviews) - 1)]
        post(
            desk,
            f"/admin/moderation/review/{review.pk}/decide/",
            {"verdict": verdict, "version": review.version, "reason": "recorded"},
            form=True,
        )

    def event_at_desk(title: str) -> None:
        event = apps.get_model("events", "Event").objects.filter(title=title).order_by("pk").first()
        if event is None:
            recording.write("script", f"no event {title}")
            return
        path = f"/admin/events/event/{event.pk}/change/"
        form = desk.get(path)
        post(desk, path, {**_filled(form), "title": f"{title}, corrected"}, form=True)

    def mails() -> None:
        for sent in mail.outbox:
            reported = {
                "subject": sent.subject,
                "to": sent.to,
                "body": sent.body,
                "headers": dict(sent.extra_headers),
            }
            recording.write("mail", sent.subject, **reported, html=[text for text, _ in sent.alternatives])
            for link in re.findall(r"https://recorded.example(/subscriptions/confirm/[^\"<\s]+)", sent.body):
                recording.answer("script", f"GET {link}", visitor.get(link))
                post(visitor, link, form=True)
        mail.outbox.clear()

    def each_source_by_api() -> None:
        for source in (
            apps.get_model("sources", "Source").objects.filter(slug__in=["club", "paper"]).order_by("slug")
        ):
            recording.answer(
                "script", f"GET source {source.slug}", desk.get(f"/api/v1/admin/sources?q={source.slug}")
            )
            post(desk, f"/api/v1/admin/sources/{source.pk}/trigger")

    def digests() -> None:
        with frozen(NOW + timedelta(days=7)):
            recording.write("script", "digests", result=run_task("digests.tasks.send_due_digests"))

    return [
        lambda: decide("approve", 3),
        lambda: decide("approve", 0),
        lambda: decide("reject", 0),
        lambda: event_at_desk("Ragas at dawn in the park"),
        lambda: recording.write("script", "load later", **load("calendar_later.ics", "club")),
        lambda: recording.write(
            "script", "load later again", **load("calendar_later.ics", "copy", "--accept-loss")
        ),
        lambda: post(visitor, "/api/v1/submissions", SUBMISSION),
        lambda: post(visitor, "/api/v1/submissions", {"title": "x"}),
        lambda: recording.write("script", "inboxes", result=run_task("sources.tasks.process_inboxes")),
        lambda: decide("approve", 0),
        lambda: post(
            visitor, "/api/v1/subscriptions", {"email": "reader@recorded.example", "city": "bengaluru"}
        ),
        lambda: post(visitor, "/api/v1/subscriptions", {"email": "no address", "city": "bengaluru"}),
        lambda: post(
            visitor, "/subscribe/", {"email": "second@recorded.example", "city": "bengaluru"}, form=True
        ),
        mails,
        digests,
        mails,
        lambda: post(visitor, "/api/v1/search", {"q": "music in bengaluru this weekend"}),
        lambda: post(
            desk,
            "/api/v1/admin/curate",
            {"texts": [{"title": "Wine tasting with live jazz"}, {"title": "Lake run"}]},
        ),
        lambda: post(desk, "/api/v1/admin/pipeline/pause", {"scope": "all", "reason": "recorded"}),
        lambda: post(desk, "/api/v1/admin/pipeline/resume", {"scope": "all"}),
        each_source_by_api,
        lambda: post(desk, "/api/v1/admin/live/broadcast", {"message": "Recorded notice."}),
        lambda: recording.write("script", "refine", **command("refine", "--since=30", "--json")),
        lambda: recording.write("script", "replay", **command("replay", "club", "--json")),
        lambda: recording.write("script", "remove samples", **command("samples", "remove")),
    ]


SUBMISSION = {
    "title": "Courtyard puppet theatre",
    "description": "Three short plays with shadow puppets for children and everybody else, in Kannada and English.",
    "start": "2026-11-30T17:00:00+05:30",
    "end": "2026-11-30T18:30:00+05:30",
    "city": "bengaluru",
    "venue": "Courtyard House, 7 Temple Street, Bengaluru",
    "url": "https://puppets.example/",
}


def _filled(answer: Any) -> dict[str, str]:
    """The present fields of an admin form, so that it can be submitted again."""
    found: dict[str, str] = {}
    form = answer.context["adminform"].form
    for field in form:
        value = field.value()
        subwidgets = getattr(field.field.widget, "widgets", None)
        if subwidgets:
            for number, one in enumerate(field.field.widget.decompress(value)):
                found[f"{field.html_name}_{number}"] = "" if one is None else str(one)
        elif value not in (None, False, [], ()):
            found[field.html_name] = "on" if value is True else value
    for inline in answer.context["inline_admin_formsets"]:
        for field in inline.formset.management_form:
            found[field.html_name] = str(field.value())
        for one in inline.formset.forms:
            for field in one:
                if field.value() not in (None, False):
                    found[field.html_name] = "on" if field.value() is True else field.value()
    return found
