"""Staff request the categories of texts."""

import pytest
from django.core.cache import cache

from pipeline.taxonomy import SLUGS
from tests.factories import make_staff


@pytest.fixture
def staff(client, db):
    cache.clear()
    client.force_login(make_staff())
    return client


def curate(client, body):
    return client.post("/api/v1/admin/curate", body, content_type="application/json")


def test_each_text_gets_category_part_tags_and_scores_in_order(staff):
    texts = [
        {
            "id": "a",
            "title": "Symphony orchestra plays Mahler",
            "description": "<p>An evening of classical music</p>",
        },
        {"title": "Saturday farmers market", "venue": "Town Square"},
    ]
    first, second = curate(staff, {"texts": texts}).json()["results"]
    assert (first["id"], first["category"], first["subcategory"]) == ("a", "music", "classical")
    assert "classical music" in first["tags"]
    assert set(first["scores"]) == set(SLUGS)
    assert sum(first["scores"].values()) == pytest.approx(1, abs=0.01)
    assert 0.3 <= first["confidence"] <= 1
    assert (second["id"], second["category"], second["subcategory"]) == (None, "market", "farmers_market")


def test_the_sources_own_labels_count(staff):
    (reported,) = curate(staff, {"title": "Tuesday gathering", "labels": ["Sports", "Sauna club"]}).json()[
        "results"
    ]
    assert reported["category"] == "sport"
    assert "Sauna club" in reported["tags"]


def test_what_cannot_be_told_is_other_with_a_reason(staff, monkeypatch):
    monkeypatch.setattr("pipeline.refinement.categories.verdict.THRESHOLD", 1.1)
    (reported,) = curate(staff, {"title": "Zzyzx"}).json()["results"]
    assert (reported["category"], reported["subcategory"], reported["secondary"]) == ("other", "", [])
    assert reported["reason"].startswith("unsure what it is: perhaps ")


def test_a_likely_second_category_is_told_and_becomes_a_tag(staff, monkeypatch):
    monkeypatch.setattr("pipeline.refinement.categories.verdict.SECOND", 0.0)
    (reported,) = curate(staff, {"title": "Wine tasting with live jazz"}).json()["results"]
    assert len(reported["secondary"]) >= 2
    assert reported["category"] not in reported["secondary"]
    assert set(reported["secondary"]) <= set(reported["tags"])


@pytest.mark.parametrize(
    "body",
    [{}, {"texts": []}, {"texts": [{"title": ""}]}, {"texts": [{"title": "x"}] * 51}, {"texts": ["x"]}, []],
)
def test_what_is_no_list_of_texts_is_refused(staff, body):
    assert curate(staff, body).status_code == 400


def test_nobody_may_ask_who_is_not_signed_in(client, db):
    assert curate(client, {"title": "x"}).status_code == 401
