"""Decisions become labelled examples, and the report on them is on the page of rules."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from moderation import services
from moderation.enums import Verdict
from moderation.models import LabelReport, Review
from moderation.services.edits import Edit
from moderation.services.label_reports import write_report
from moderation.services.labelling import labels
from sources.triggers.load import load
from tests.factories import NOW, make_area, make_categories, make_source, make_staff
from tests.moderation.test_direct_decisions import calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided():
    """Three decisions: approved as it is, approved with another venue, and one undone."""
    make_area()
    make_categories()
    load(
        make_source(trust="earned"),
        [calendar("Jazz Concert of Anna", "Rock Concert of Berta", "Folk Concert of Clara")],
        now=NOW,
    )
    one, two, three = Review.objects.order_by("starts_at")
    by = make_staff()
    services.decide(one.pk, Verdict.APPROVE, by=by, now=NOW)
    services.decide(two.pk, Verdict.APPROVE, edit=Edit(values={"venue_name": "Red Room"}), by=by, now=NOW)
    undone = services.decide(three.pk, Verdict.REJECT, reason="spam", by=by, now=NOW)
    services.undo(undone.pk, by=by, now=NOW)
    return one, two


def test_a_label_is_a_fact_that_a_person_found_right_or_replaced(decided):
    found = list(labels())
    assert {(row["event"], row["label"]) for row in found} == {
        (str(decided[0].object_id), "right"), (str(decided[1].object_id), "right"), (str(decided[1].object_id), "wrong"),
    }  # fmt: skip
    wrong = [row for row in found if row["label"] == "wrong"]
    corrected = next(row for row in wrong if row["field"] == "venue_name")
    assert (corrected["value"], corrected["corrected"], corrected["group"]) == (
        "Blue Room",
        "Red Room",
        "where",
    )
    assert {row["group"] for row in wrong} == {"where"}
    assert next(row for row in found if row["field"] == "title")["rules"] == ["untrusted"]


def test_labels_are_exported_evaluated_and_reported_on_the_page(decided, tmp_path, client):
    file, out = tmp_path / "labels.ndjson", StringIO()
    call_command("export_labels", str(file), stdout=out)
    assert json.loads(out.getvalue())["labels"] == len(file.read_text().splitlines())
    figures = StringIO()
    call_command("evaluate", "decisions", str(file), stdout=figures)
    assert json.loads(figures.getvalue())["by_group"]["what"] == {
        "right": 2,
        "labels": 2,
        "share": 1.0,
        "low": 0.3424,
        "high": 1.0,
    }
    assert write_report(now=NOW).figures == json.loads(figures.getvalue())
    client.force_login(make_staff(email="s@example.org"))
    page = client.get(reverse("admin:moderation_rulesetting_changelist")).content.decode()
    assert "How often facts were right" in page
    assert "34 to 100 %" in page


def test_without_decisions_there_is_no_report():
    assert write_report(now=NOW) is None
    assert not LabelReport.objects.exists()
