import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pipeline.contract.normalized import Venue
from pipeline.encoder import encode_sentences
from tests.factories import make_origin, record_event


def test_search_needs_words(get):
    assert get("search", code=400)["errors"][0]["field"] == "q"
    assert get("search", q="音楽")["total"] == 0
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
        ({"q": "raga", "filters": {"city": {"slug": "x"}}}, "filters.city"),
        ({"q": "raga", "city": "x"}, "city"),
        ({"filters": {}}, "q"),
        ({"q": "raga", "explain": None}, "explain"),
        ({"q": "raga", "filters": {"city": None}}, "filters.city"),
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
    assert facets["area"] == facets["venue"] == facets["tag"] == []
    assert facets["day"] == [{"value": "2026-11-22", "count": 2}]
    assert get("search/facets", category="food", q="rice")["total"] == 1


def test_facets_count_so_many_events_and_say_so(get, monkeypatch):
    for module in ("events.queries.counting", "events.search.answering.exact"):
        monkeypatch.setattr(f"{module}.MOST_COUNTED", 2)
    for number in range(2):
        record_event(title=f"Raga {number}")
    assert (get("search/facets")["total"], get("search/facets")["total_is_capped"]) == (2, False)
    record_event(title="Rice", category="food")
    record_event(title="Rice again", category="food")
    with CaptureQueriesContext(connection) as queries:
        facets = get("search/facets")
    assert (facets["total"], facets["total_is_capped"]) == (2, True)
    assert sum(row["count"] for row in facets["category"]) == 3  # one more than is said was read
    assert sum("GROUPING SETS" in query["sql"] for query in queries) == 1


@pytest.mark.parametrize("path", ["search?q=raga", "search/suggest?q=raga", "search/facets"])
def test_the_number_of_queries_does_not_grow(client, db, path):
    counts = []
    encode_sentences(["raga"])  # the encoder would be loaded beside, at a moment of its own
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


def test_a_question_is_understood_and_said(get):
    record_event(title="Raga at Dusk")
    page = get("search", q="raga music this week", city="bengaluru")
    assert [event["title"] for event in page["results"]] == ["Raga at Dusk"]
    assert page["results"][0]["found"] == "words"
    assert page["understood"]["filters"] == {
        "q": "raga", "city": "bengaluru", "categories": ["music"], "category_words": "music", "when": "week",
    }  # fmt: skip
    assert [chip["label"] for chip in page["understood"]["chips"]] == ["Music", "This week"]


def test_understanding_can_be_switched_off(get):
    record_event(title="Raga at Dusk")
    page = get("search", q="raga tonight", understand="0")
    assert page["understood"] == {"filters": {"q": "raga tonight"}, "chips": [], "corrected": []}


def test_explain_adds_the_terms_of_the_score(get):
    record_event(title="Raga at Dusk")
    assert "explanation" not in get("search", q="raga")["results"][0]
    explanation = get("search", q="raga", explain="1")["results"][0]["explanation"]
    assert set(explanation) == {"score", "parts", "reasons"}


def test_pages_by_number_and_other_names(get):
    for number in range(3):
        record_event(title=f"Raga {number}")
    first = get("search", q="raga", page=1, per_page=2)
    assert (len(first["results"]), first["has_more"]) == (2, True)
    rest = get("search", q="raga", page=2, per_page=2)
    assert len({event["id"] for event in (*first["results"], *rest["results"])}) == 3
    assert len(get(first["next"])["results"]) == 1
    assert get("search", q="raga", date_from="2026-11-01", date_to="2026-12-31")["total"] == 3
    assert (
        get("search", q="raga", location="12.9716,77.5946", price_range="-900000")["understood"]["filters"][
            "lat"
        ]
        == 12.9716
    )


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"per_page": 2, "limit": 3}, "per_page"),
        ({"page": 2, "offset": 3}, "page"),
        ({"location": "1,2", "lat": 1, "lng": 2}, "location"),
        ({"location": "here"}, "location"),
        ({"price_range": "5-10"}, "price_range"),
        ({"date_from": "tomorrow"}, "date_from"),
        ({"from_hour": "25:00"}, "from_hour"),
    ],
)
def test_an_alias_beside_its_name_is_told(get, asked, field):
    assert get("search", q="raga", **asked, code=400)["errors"][0]["field"] == field


def test_filters_are_listed_with_their_values(get):
    rows = {row["name"]: row for row in get("search/filters")["results"]}
    assert {"value": "free", "label": "free"} in rows["price"]["values"]
    assert {"value": "music", "label": "Music"} in rows["category"]["values"]
    assert rows["from_hour"]["example"] == "17:00"


@pytest.mark.parametrize(
    ("query", "field", "remedy"),
    [
        ("q=jazz&q=rock", "q", "Give this once."),
        ("q=jazz&city=goa&city=pune", "city", "Give this once."),
        ("query=jazz", "query", "use q; known are"),
        ("q=jazz&venu=x", "venu", "use venue; known are"),
        ("q=jazz&sort=date", "sort", "use ordering; known are"),
        ("q=jazz&price_range=100-500", "price_range", "price_max=500"),
    ],
)
def test_errors_name_what_to_send_instead(client, db, query, field, remedy):
    problem = client.get(f"/api/v1/search?{query}").json()
    errors = {error["field"]: error["detail"] for error in problem["errors"]}
    assert (problem["status"], remedy in errors[field]) == (400, True)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"q": ["jazz"]}, "q"), ({"q": "jazz", "filters": {"city": ["goa", "pune"]}}, "filters.city"),
        ({"q": "jazz", "filters": {"tag": ["a,b"]}}, "filters.tag"), ({"q": "jazz", "filters": {"tag": [{}]}}, "filters.tag"),
        ({"q": "jazz", "filters": {"tag": ["x"] * 5000}}, "filters.tag"), ({"q": "jazz", "filters": {"day": "x"}}, "filters.day"),
        ({"q": "jazz", "filters": {"limit": 2}}, "filters.limit"), ({"q": "jazz", "limit": 2.5}, "limit"),
    ],
)  # fmt: skip
def test_errors_of_a_body_name_its_fields(client, db, body, field):
    answer = client.post("/api/v1/search", body, content_type="application/json")
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])


def test_a_list_may_be_repeated_or_have_commas(get):
    record_event(title="Raga", tags=["live"])
    record_event(title="Raga two", category="food")
    assert get("search/facets", q="raga", tag=["live", "none"])["total"] == 1
    assert get("search/facets", q="raga", category=["food", "music"])["total"] == 2


def test_a_slow_database_costs_completeness_and_the_answer_says_so(client, settings, db, monkeypatch):
    record_event(title="Raga")
    settings.SEARCH_STEP_SECONDS = 0.05
    for name in ("understand", "suggest", "count_with_facets"):
        monkeypatch.setattr(f"events.api.search.{name}", lambda *given, **named: asleep())
    answers = [
        client.get(f"/api/v1/search{path}").json()
        for path in ("?q=raga", "/suggest?q=raga", "/facets?q=raga")
    ]
    assert [answer["degraded"] for answer in answers] == [True, True, True]
    assert (answers[0]["total"], answers[1]["results"], answers[2]["total"]) == (1, [], None)


def asleep():
    """Wait in the database until the limit of the step ends it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(30)")
