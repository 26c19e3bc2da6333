import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pipeline.contract.normalized import Venue
from tests.factories import make_origin, record_event


def test_search_needs_words(get):
    assert get("search", code=400)["errors"][0]["field"] == "q"
    assert "3 letters" in get("search", q="j!z", code=400)["errors"][0]["detail"]


def test_search_finds_by_words_the_best_first(get):
    record_event(title="Cooking", description="<p>With ragas in the background.</p>")
    record_event(title="Raga at Dusk", description="<p>Strings.</p>")
    record_event(title="Football", description="<p>Two teams.</p>")
    assert [event["title"] for event in get("search", q="raga")["results"]] == ["Raga at Dusk", "Cooking"]


def test_post_takes_the_same_filters_nested(client, get):
    record_event(title="Raga at Dusk")
    record_event(title="Raga and Rice", category="food")
    body = {
        "q": "raga",
        "filters": {"city": "bengaluru", "category": ["music", "food"], "bbox": [77, 12, 78, 13]},
        "limit": 1,
    }
    page = client.post("/api/v1/search", body, content_type="application/json").json()
    assert (page["total"], page["has_more"]) == (2, True)
    assert len(get(page["next"])["results"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "q"),
        ({"q": "raga", "filters": []}, "filters"),
        ({"q": "raga", "filters": {"colour": "red"}}, "filters.colour"),
        ({"q": "raga", "filters": {"city": {"slug": "x"}}}, "city"),
        ({"q": "raga", "city": "x"}, "city"),
        ({"filters": {}}, "q"),
    ],
)
def test_a_body_that_cannot_be_read_is_told(client, db, body, field):
    response = client.post("/api/v1/search", body, content_type="application/json")
    assert response.status_code == 400
    assert field in [row["field"] for row in response.json()["errors"]]


def test_facets_count_by_value(get):
    record_event(title="Raga")
    record_event(title="Rice", category="food")
    facets = get("search/facets", city="bengaluru")
    assert facets["total"] == 2
    assert facets["category"] == [{"value": "food", "count": 1}, {"value": "music", "count": 1}]
    assert facets["city"] == [{"value": "bengaluru", "count": 2}]
    assert facets["area"] == []
    assert get("search/facets", category="food", q="rice")["total"] == 1


@pytest.mark.parametrize("path", ["search?q=raga", "search/suggest?q=raga", "search/facets"])
def test_the_number_of_queries_does_not_grow(client, db, path):
    counts = []
    for number in (1, 2, 3):
        record_event(
            title=f"Raga {number}",
            origin=make_origin(slug=f"feed-{number}"),
            venue=Venue(name=f"Hall {number}", city="Bengaluru"),
        )
        client.get(f"/api/v1/{path}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{path}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[2]
