"""Anomalies become alerts by the shipped rule, and end when they are over or called wrong; the answers are measured."""

from datetime import timedelta

import pytest

from accounts.rights import RightMissing
from flags.models import Flag, FlagSwitch
from flags.services import forget as forget_flags
from insights.anomalies.answering import answer
from insights.models import Anomaly
from insights.signals import judged
from operations.measures import families
from operations.measures.minute import _anomalies
from operations.watch import shipped
from sources.models import Alert
from tests.factories import make_origin, make_person, make_source
from tests.insights.anomalies.world import NOW, facts

pytestmark = pytest.mark.django_db


def begin(**more: object) -> Anomaly:
    row = Anomaly.objects.create(**facts(**more))
    judged.send(sender=Anomaly, begun=[row], ended=[], now=NOW)
    return row


def test_an_anomaly_is_an_alert_of_its_source_by_the_rule_until_it_is_over() -> None:
    shipped.load()
    source = make_source()
    origin = make_origin(slug="known", key=source.pk) if not source.pk else None
    row = begin(origin_id=(origin or make_origin(slug=source.slug)).key)
    alert = Alert.objects.get()
    assert (alert.key, alert.title, alert.rule_id, alert.severity) == (
        "anomaly:fewer:k", "City calendar brings far less than usual", "anomaly", "warning",
    )  # fmt: skip
    assert alert.detail == f"{row.words} Was this right? Say so at /admin/insights/anomaly/"
    judged.send(sender=Anomaly, begun=[], ended=[row], now=NOW)
    alert.refresh_from_db()
    assert alert.resolved_at == NOW


@pytest.mark.parametrize("kind", ["fewer", "vanished", "price", "crowd"])
def test_each_kind_has_a_title(kind: str) -> None:
    begin(kind=kind)
    assert "{" not in Alert.objects.get().title


def test_a_no_ends_the_alert_and_a_yes_does_not() -> None:
    staff = make_person(rights=["insights.change_anomaly", "places.oversee_city"])
    right, wrong = begin(key="a"), begin(key="b")
    answer([right.pk], True, by=staff, now=NOW)
    answer([wrong.pk], False, by=staff, now=NOW)
    assert list(Alert.objects.filter(resolved_at=None).values_list("key", flat=True)) == ["anomaly:fewer:a"]
    with pytest.raises(RightMissing):
        answer([right.pk], False, by=make_person(email="none@example.org"), now=NOW)


def test_the_answers_are_measured_and_off_they_are_not() -> None:
    for number, right in enumerate((True, True, False, None)):
        ended = NOW if number == 1 else None
        Anomaly.objects.create(
            **facts(
                key=str(number), was_right=right, answered_at=NOW, ended_at=ended, began_at=NOW - timedelta(1)
            )
        )
    assert dict(_anomalies(NOW)) == {"anomalies_open": 2, "anomaly_precision": pytest.approx(2 / 3)}
    from time_machine import travel

    with travel(NOW, tick=False):
        counts, precision = families.anomalies()
    told = {tuple(one.labels.values()): one.value for one in counts.samples}
    assert (told["fewer", "right"], told["fewer", "wrong"], told["crowd", "right"]) == (2, 1, 0)
    assert [(one.labels["kind"], one.value) for one in precision.samples] == [("fewer", pytest.approx(2 / 3))]
    FlagSwitch.objects.create(name=Flag.ANALYTICS.value, is_on=False)
    forget_flags()
    assert (list(_anomalies(NOW)), list(families.anomalies())) == ([], [])
    forget_flags()
