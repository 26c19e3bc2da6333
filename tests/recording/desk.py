"""What staff get: lists and pages of the admin, and the staff's API."""

from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.recording.lines import Recording
from tests.recording.pages import ask

API = (
    "live/topics", "sources", "runs", "discovery", "pipeline/status", "pipeline/metrics", "alerts",
)  # fmt: skip


def signed_in() -> Client:
    """A superuser's browser."""
    from django.apps import apps

    users = apps.get_model("accounts", "User").objects
    user = users.filter(email="chief@recorded.example").first() or users.create_superuser(
        email="chief@recorded.example", password=None
    )
    client = Client(headers={"user-agent": "recorder"})
    client.force_login(user)
    return client


def level_durations() -> None:
    """Set the duration of every run, and of each of its steps, to a second."""
    from django.apps import apps

    for run in apps.get_model("sources", "FetchRun").objects.all():
        for reported in run.steps.values():
            if isinstance(reported, dict) and "seconds" in reported:
                reported["seconds"] = 1.0
        run.seconds = 1.0
        run.save(update_fields=["seconds", "steps"])


def record(recording: Recording, part: str = "desk") -> None:
    """Record each model's list, its form for a new row, and its newest three pages with histories."""
    client = signed_in()
    level_durations()
    for path in ("/admin/", "/metrics", "/mailbox/", *(f"/api/v1/admin/{name}" for name in API)):
        ask(client, recording, path, part=part)
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for path in (reverse(f"{name}_changelist"), reverse(f"{name}_add")):
            ask(client, recording, path, part=part)
        for row in model._default_manager.order_by("pk")[:3]:
            ask(client, recording, reverse(f"{name}_change", args=[row.pk]), part=part)
