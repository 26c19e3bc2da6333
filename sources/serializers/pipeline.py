"""Pauses, discoveries, alerts and the overview, for OpenAPI."""

from rest_framework import serializers as s

from accounts.api.texts import Text
from events.serializers.strict import StrictSerializer
from pipeline.taxonomy import canonical
from sources.enums import Health, PauseScope, Severity
from sources.serializers.running import RUN_STATES, RunFacts

SCOPES = [word.value for word in PauseScope]


class ResumeWish(StrictSerializer):
    scope = s.ChoiceField(SCOPES)
    key = Text(
        max_length=120,
        required=False,
        allow_blank=True,
        default="",
        help_text="Slug of the source or city, name of the step.",
    )


class PauseWish(ResumeWish):
    reason = Text(
        max_length=300,
        required=False,
        allow_blank=True,
        default="",
        help_text="Shown to the other operators.",
    )


class PauseFacts(s.Serializer):
    scope = s.ChoiceField(SCOPES)
    key = s.CharField()
    reason = s.CharField()
    requested_by = s.CharField()
    since = s.DateTimeField()


class Resumed(s.Serializer):
    resumed = s.BooleanField(help_text="False where it was not paused.")
    queued = s.IntegerField(help_text="Runs that waited and continue now.")


class RunAsked(s.Serializer):
    run = s.UUIDField()
    status = s.ChoiceField(
        ["cancelling", "cancelled"],
        help_text="Cancelling: whoever is at work ends at the next page, request or batch.",
    )


class DiscoveryWish(StrictSerializer):
    """Sources × cities × categories as one job.

    An empty or missing list means all (categories: without one).
    """

    sources = s.ListField(
        child=Text(max_length=120, format="source"),
        max_length=500,
        required=False,
        default=list,
        help_text="Connectors or slugs.",
    )  # type: ignore[assignment]
    cities = s.ListField(
        child=Text(max_length=80, format="city"),
        max_length=500,
        required=False,
        default=list,
        help_text="Slugs of cities, or names with a region or country, such as San Francisco, CA.",
    )
    categories = s.ListField(
        child=Text(max_length=40, format="category"), max_length=50, required=False, default=list
    )
    max_per_source = s.IntegerField(
        min_value=1, max_value=10_000, required=False, allow_null=True, default=None
    )

    def validate_categories(self, value: list[str]) -> list[str]:
        """Slugs for any names of categories."""
        unknown = [name for name in value if not canonical(name)]
        if unknown:
            raise s.ValidationError(f"There is no category {unknown[0][:40]}; see /api/v1/categories.")
        return list(dict.fromkeys(canonical(name) for name in value))


class DiscoveryStarted(s.Serializer):
    run = s.UUIDField(help_text="The parent run: GET /api/v1/admin/runs/{id}.")
    count = s.IntegerField(help_text="Runs that belong to it.")
    status = s.ChoiceField(["started"])


class DiscoveryDetail(s.Serializer):
    id = s.UUIDField()
    kind = s.ChoiceField(["discovery"])
    state = s.ChoiceField(RUN_STATES)
    requested_by = s.CharField()
    started_at = s.DateTimeField()
    finished_at = s.DateTimeField(allow_null=True)
    cancel_requested_at = s.DateTimeField(allow_null=True)
    plan = s.DictField(child=s.JSONField(), help_text="What was asked for.")
    sums = s.DictField(
        child=s.JSONField(),
        help_text="Totals of all runs, runs by state, and how many are still to be started.",
    )
    children = RunFacts(many=True)


class AlertFacts(s.Serializer):
    id = s.UUIDField()
    key = s.CharField()
    title = s.CharField()
    detail = s.CharField(help_text="What to do.")
    source = s.CharField(allow_null=True, help_text="Slug.")  # type: ignore[assignment]
    raised_at = s.DateTimeField()
    resolved_at = s.DateTimeField(allow_null=True)
    severity = s.ChoiceField(choices=[one.value for one in Severity])
    rule = s.CharField(allow_null=True, help_text="Slug of the rule.")
    acknowledged_at = s.DateTimeField(allow_null=True)
    escalated_at = s.DateTimeField(allow_null=True)


class AlertPage(s.Serializer):
    results = AlertFacts(many=True)
    next = s.CharField(allow_null=True)
    has_more = s.BooleanField()
    total = s.IntegerField()


class UnderWay(s.Serializer):
    id = s.UUIDField()
    source = s.CharField()  # type: ignore[assignment]
    phase = s.CharField()
    started_at = s.DateTimeField()
    heartbeat_at = s.DateTimeField()


class Status(s.Serializer):
    pauses = PauseFacts(many=True)
    runs = UnderWay(many=True)
    queues = s.DictField(
        child=s.IntegerField(allow_null=True),
        help_text="Messages by queue; null where the broker does not answer.",
    )
    due = s.IntegerField(help_text="Sources that wait to be fetched now.")
    oldest_due_at = s.DateTimeField(allow_null=True)
    discoveries = s.IntegerField(help_text="Jobs that are not over.")
    open_alerts = s.IntegerField()
    health = s.DictField(
        child=s.IntegerField(),
        help_text=f"Active sources by health: {', '.join(word.value for word in Health)}.",
    )


class Latency(s.Serializer):
    p50 = s.FloatField(allow_null=True)
    p95 = s.FloatField(allow_null=True)


class EventCounts(s.Serializer):
    found = s.IntegerField()
    kept = s.IntegerField()
    approved = s.IntegerField()
    new = s.IntegerField()
    changed = s.IntegerField()
    dropped = s.DictField(child=s.IntegerField(), help_text="By reason.")


class HourFacts(s.Serializer):
    hour = s.DateTimeField()
    runs = s.IntegerField()
    failed = s.IntegerField()
    found = s.IntegerField()
    kept = s.IntegerField()
    approved = s.IntegerField()


class ConnectorFacts(s.Serializer):
    connector = s.CharField()
    runs = s.IntegerField()
    failed = s.IntegerField()
    found = s.IntegerField()
    kept = s.IntegerField()
    approved = s.IntegerField()
    seconds = Latency()


class Metrics(s.Serializer):
    hours = s.IntegerField()
    since = s.DateTimeField()
    runs = s.DictField(child=s.IntegerField(), help_text="By state.")
    events = EventCounts()
    seconds = Latency(help_text="Duration of the runs that ended.")
    series = HourFacts(many=True)
    connectors = ConnectorFacts(many=True)
