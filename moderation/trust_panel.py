"""What pages show of a source's or a submitter's trust."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from moderation.enums import FieldGroup, SubjectKind
from moderation.field_groups import WORDS
from moderation.models import TrustSubject
from moderation.services import rule_settings
from moderation.services.trusting import histories, terms_of
from moderation.trust_chart import trust_chart, trust_words


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupTrust:
    """One group of fields: its name, whether the right is there, the state in words, and the chart."""

    name: str
    has_right: bool
    words: str
    chart: SafeString | str


def trust_panel(subject: TrustSubject) -> list[GroupTrust]:
    """The groups of fields of a subject with verdicts (two queries)."""
    terms = terms_of(rule_settings.in_force())
    moved = histories([subject], terms)[subject.pk]
    return [
        GroupTrust(
            name=WORDS[group],
            has_right=bool(points and points[-1].has_right),
            words=trust_words(points, name=WORDS[group]),
            chart=trust_chart(points, terms=terms, name=WORDS[group]) if points else "",
        )
        for group, points in moved.items()
    ]


def trust_of_source(key: Any) -> list[GroupTrust]:
    """The same for a source; empty where it has no verdict yet."""
    subject = TrustSubject.objects.filter(kind=SubjectKind.SOURCE, key=str(key)).first()
    return trust_panel(subject) if subject else []


def groups_in_words(subject: TrustSubject) -> list[tuple[str, str, bool]]:
    """(group, share with its interval, whether the right is there), from the stored standing."""
    found = []
    for group in FieldGroup:
        one = subject.standing.get(group.value)
        if one and "mean" in one:
            share = f"{one['mean']:.0%} ({one['low']:.0%} to {one['high']:.0%}), {one['verdicts']} verdicts"
            found.append((WORDS[group], share.replace("%", " %"), bool(one["right"])))
    return found
