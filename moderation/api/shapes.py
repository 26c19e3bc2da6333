"""Bodies and answers of the staff's methods on reviews and events, for OpenAPI."""

from typing import Final

from rest_framework import serializers as s

from accounts.api.texts import Text
from accounts.problems import Problem
from events.enums import Publication
from events.serializers.strict import StrictSerializer
from moderation.enums import RejectReason, ReviewKind, ReviewState, Verdict
from moderation.services.moderating import EventAction

#: The most actions of one call.
MOST: Final = 200
#: The names of these choices in the schema (`ENUM_NAME_OVERRIDES`).
KINDS: Final = [kind.value for kind in ReviewKind]
STATES: Final = [state.value for state in ReviewState]
_REASONS: Final = [reason.value for reason in RejectReason]
_VERDICTS: Final = [verdict.value for verdict in Verdict if verdict is not Verdict.UNDO]


class ModerateAction(StrictSerializer):
    """One action on one event."""

    action = s.ChoiceField([action.value for action in EventAction])
    event = s.UUIDField(help_text="Id of the event; of a merge the one that goes into `into`.")
    version = s.IntegerField(min_value=1, help_text="The version of the event that you saw.")
    reason = s.ChoiceField(
        _REASONS, required=False, allow_blank=True, default="", help_text="Needed to reject."
    )
    note = Text(max_length=2000, required=False, allow_blank=True, default="")
    into = s.UUIDField(
        required=False, allow_null=True, default=None, help_text="merge: the event that stays."
    )
    into_version = s.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        help_text="merge: its version that you saw.",
    )
    chosen = s.DictField(
        child=s.UUIDField(), required=False, default=dict,
        help_text="merge: fields whose value is chosen, each with the id of the event that has it. They are locked. Others are chosen as by a machine.",
    )  # fmt: skip
    values = s.DictField(
        required=False, default=dict,
        help_text="edit: new values by field, null for “not known”. They are locked. Times have an offset; a city is its slug.",
    )  # fmt: skip
    unlock = s.ListField(
        child=Text(max_length=40, format="field"), required=False, default=list, max_length=50,
        help_text="edit: fields that are given back to their sources.",
    )  # fmt: skip


class Moderation(StrictSerializer):
    """Up to 200 actions, carried out one after the other, each in a transaction of its own."""

    actions = s.ListField(child=ModerateAction(), min_length=1, max_length=MOST)


class Moderated(s.Serializer):
    """The answer to one action, in the order of the request."""

    event = s.UUIDField(allow_null=True)
    action = s.CharField()
    status = s.IntegerField(help_text="200, or what the action alone would answer: 400, 403, 404, 409.")
    version = s.IntegerField(required=False, help_text="The version of the event after it.")
    publication = s.ChoiceField([state.value for state in Publication], required=False)
    merged_into = s.UUIDField(allow_null=True, required=False)
    problem = Problem(required=False, help_text="Why it was not done.")


class ModeratedList(s.Serializer):
    results = Moderated(many=True)
    done = s.IntegerField(help_text="How many were carried out.")
    failed = s.IntegerField()


class Claim(s.Serializer):
    by = s.CharField(help_text="Who is at it.")
    since = s.DateTimeField()
    mine = s.BooleanField()


class ReviewFacts(s.Serializer):
    id = s.UUIDField()
    kind = s.ChoiceField(KINDS)
    object = s.UUIDField(
        help_text="What is asked about: an event, a listing, a pair of venues, or a run, by `kind`."
    )
    title = s.CharField()
    city = s.CharField(allow_null=True, help_text="Slug.")
    source = s.CharField(help_text="Slug, '' where none is known.")  # type: ignore[assignment]
    category = s.CharField()
    starts_at = s.DateTimeField(allow_null=True)
    reasons = s.ListField(child=s.CharField(), help_text="Why it waits, in sentences.")
    reason_keys = s.ListField(child=s.CharField(), help_text="The same as keys, for the filter `reason`.")
    priority = s.IntegerField(help_text="Higher comes first.")
    confidence = s.FloatField(allow_null=True)
    state = s.ChoiceField(STATES)
    claim = Claim(allow_null=True)
    version = s.IntegerField(help_text="Send it with the verdict.")
    event_version = s.IntegerField(
        allow_null=True,
        help_text="That of the event, for /admin/events/moderate; null where it is about none.",
    )
    verdicts = s.ListField(child=s.CharField(), help_text="What may be decided; empty once it is.")
    created_at = s.DateTimeField()
    decided_at = s.DateTimeField(allow_null=True)
    evidence = s.DictField(
        required=False, help_text="As frozen when it was filed; in the list only with `include=evidence`."
    )


class ReviewPage(s.Serializer):
    results = ReviewFacts(many=True)
    next = s.URLField(allow_null=True)
    has_more = s.BooleanField()
    total = s.IntegerField(help_text="Exact up to 10,000, which stands for more.")


class DecisionFacts(s.Serializer):
    id = s.UUIDField()
    review = s.UUIDField(allow_null=True)
    object = s.UUIDField()
    verdict = s.ChoiceField([verdict.value for verdict in Verdict])
    reason = s.CharField()
    note = s.CharField()
    by = s.CharField(allow_null=True, help_text="Who decided; null for a rule.")
    at = s.DateTimeField()


class ReviewDetail(ReviewFacts):
    decisions = DecisionFacts(many=True, help_text="The last ten on its object, the newest first.")


class VerdictWish(StrictSerializer):
    """A verdict on a review."""

    verdict = s.ChoiceField(_VERDICTS)
    version = s.IntegerField(min_value=1, help_text="The version of the review that you saw.")
    reason = s.ChoiceField(
        _REASONS, required=False, allow_blank=True, default="", help_text="Needed to reject and to remove."
    )
    note = Text(max_length=2000, required=False, allow_blank=True, default="")
    others = s.ListField(
        child=s.UUIDField(), required=False, default=list, max_length=9,
        help_text="merge, different: the other events. May be left out where the review asks about one only.",
    )  # fmt: skip
    survivor = s.UUIDField(
        required=False, allow_null=True, default=None, help_text="merge: the event, or the venue, that stays."
    )
    chosen = s.DictField(
        child=s.UUIDField(),
        required=False,
        default=dict,
        help_text="merge: fields whose value is chosen, each with the id of the one that has it.",
    )
