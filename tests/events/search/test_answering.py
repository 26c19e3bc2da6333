"""What an answer holds, in which order, and what it says."""

import sys
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from pgvector import HalfVector

from events.filters import EventFilter, Ordering
from events.models import Category, Event, EventVector
from events.queries.counting import MOST_COUNTED
from events.search.answering import answer, meaning, ranking
from events.search.answering.limits import Steps
from events.search.records import Answer, Found
from events.services import follow_vocabulary
from events.times import When
from outbox.services import number_changes
from tests.factories import EVENING, make_area, make_city, make_event

pytestmark = pytest.mark.django_db
NOON = EVENING - timedelta(hours=6)
ONE, OTHER = [1.0] + [0.0] * 511, [0.0] * 511 + [1.0]


@pytest.fixture(autouse=True)
def _no_encoder(monkeypatch):
    monkeypatch.setattr("events.search.answering.meaning.encode_sentences", lambda texts: [ONE])
    monkeypatch.setattr("events.search.answering.nearest.is_ready", lambda: True)


def follow_vocabulary_now() -> None:
    number_changes()
    while follow_vocabulary(now=NOON):
        pass


def ask(q: str = "", *, limit: int = 20, offset: int = 0, explain: bool = False, **conditions) -> Answer:
    conditions.setdefault("ordering", Ordering.RELEVANCE)
    return answer(EventFilter(q=q, **conditions), now=NOON, limit=limit, offset=offset, explain=explain)


def titles(found: Answer, way: Found = Found.WORDS) -> list[str]:
    named = dict(Event.objects.values_list("pk", "title"))
    return [named[hit.event_id] for hit in found.hits if hit.found is way]


def test_a_phrase_in_the_title_comes_first_and_a_whole_word_before_a_beginning():
    make_event(title="Open Stage", description="A night of jazz")
    make_event(title="Jazzercise")
    make_event(title="Night Jazz", start=EVENING + timedelta(days=2))
    make_event(title="Jazz Night", start=EVENING + timedelta(days=2))
    assert titles(ask("jazz night")) == ["Jazz Night", "Night Jazz", "Open Stage"]
    assert titles(ask("jazz"))[-2:] == ["Open Stage", "Jazzercise"]


def test_soon_and_near_decide_between_equals():
    make_event(title="Jazz Later", start=EVENING + timedelta(days=9), lat=12.9, lng=77.6)
    make_event(title="Jazz Soon", start=EVENING + timedelta(days=1), lat=13.1, lng=77.6)
    assert titles(ask("jazz")) == ["Jazz Soon", "Jazz Later"]
    make_event(title="Jazz Near", start=EVENING + timedelta(days=1), lat=12.9, lng=77.6)
    assert titles(ask("jazz", lat=12.9, lng=77.6))[0] == "Jazz Near"


def test_samples_follow_real_events_on_every_page():
    for day in range(3):
        make_event(title="Jazz", start=EVENING + timedelta(days=day), is_sample=True, slug=f"s{day}")
    real = [
        make_event(title="Talk", description="jazz", start=EVENING + timedelta(days=30 + day)).id
        for day in range(3)
    ]
    for ordering in (Ordering.RELEVANCE, Ordering.START):
        pages = [ask("jazz", limit=2, offset=at, ordering=ordering) for at in (0, 2, 4)]
        ids = [hit.event_id for page in pages for hit in page.hits]
        assert ids[:3] == real
        assert len(set(ids)) == 6
        assert [page.has_more for page in pages] == [True, True, False]


def test_past_events_are_no_answer():
    make_event(title="Jazz Past", start=EVENING - timedelta(days=3))
    make_event(title="Jazz Tonight")
    assert titles(ask("jazz")) == ["Jazz Tonight"]


def test_every_filter_holds():
    make_event(title="Jazz Here")
    make_event(title="Jazz There", city=make_city(slug="pune", name="Pune"))
    found = ask("jazz", city="pune")
    assert titles(found) == ["Jazz There"]
    assert (found.total, found.exact, found.degraded) == (1, 1, False)


def test_behind_the_ranked_events_come_the_others_by_time(monkeypatch):
    monkeypatch.setattr(ranking, "MOST_RANKED", 2)
    for day in range(5):
        make_event(title=f"Jazz {day}", start=EVENING + timedelta(days=day))
    whole = titles(ask("jazz"))
    assert whole == [f"Jazz {day}" for day in range(5)]
    assert [titles(ask("jazz", limit=2, offset=at)) for at in (0, 1, 3)] == [
        whole[0:2],
        whole[1:3],
        whole[3:5],
    ]


def test_events_are_counted_and_ranked_by_one_query():
    for day in range(5):
        make_event(title=f"Jazz {day}", start=EVENING + timedelta(days=day))
    make_event(title="Jazz of samples", is_sample=True)
    for offset, asked in ((0, 1), (3, 1), (4, 3)):  # at 4 a sample is on the page, which is ranked apart
        with CaptureQueriesContext(connection) as queries:
            found = ask("jazz", limit=2, offset=offset)
        assert (found.total, len(found.hits)) == (6, 2)
        assert sum("events_eventsearch" in query["sql"] for query in queries) == asked


def test_some_words_are_looked_for_elsewhere_only_where_few_events_are_near():
    def measured() -> int:
        with CaptureQueriesContext(connection) as queries:
            ask("jazz zither", city="bengaluru", limit=4)
        return sum("n.held" in query["sql"] for query in queries)

    made(title="Zither there", city=make_city(slug="pune", name="Pune"))
    made(title="Jazz 0")
    assert measured() == 3  # here, elsewhere, and all on one scale
    for number in range(1, 4):
        made(title=f"Jazz {number}")
    assert measured() == 2


def test_what_began_before_the_days_or_begins_behind_them_is_bounded_rightly():
    """The plain range of moments leaves out nothing that local days hold, on either side of the date line."""
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        local = ZoneInfo(zone)
        for day, hour in ((22, 0), (22, 23), (23, 0)):
            start = datetime(2026, 11, day, hour, 30, tzinfo=local)
            make_event(title=f"Jazz {zone} {day} {hour}", start=start, timezone=zone)
        make_event(
            title=f"Jazz {zone} show",
            start=start - timedelta(days=90),
            end_at=start,
            timezone=zone,
            all_day=True,
        )
    found = titles(ask("jazz", day=date(2026, 11, 22), limit=20))
    assert sorted(found) == sorted(
        f"Jazz {zone} {when}"
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago")
        for when in ("22 23", "23 0", "show")
    )


def test_the_count_is_bounded(monkeypatch):
    for module in ("queries.counting", "search.answering.exact", "search.answering.ranking"):
        monkeypatch.setattr(f"events.{module}.MOST_COUNTED", 2)
    for day in range(4):
        make_event(title="Jazz", start=EVENING + timedelta(days=day))
    found = ask("jazz", limit=1)
    assert (found.total, found.is_capped, found.has_more) == (2, True, True)
    assert MOST_COUNTED == 10_000


@pytest.mark.parametrize("words", ["-jazz", '"', "' & | ! :*", "%s %(now)s {score}", "日本", "k-pop", "the"])
def test_any_words_are_answered(words):
    make_event(title="100% {Rock} & K-pop %s")
    assert not ask(words).degraded


def test_a_time_limit_ends_a_step_and_is_said(settings):
    make_event(title="Jazz")
    settings.SEARCH_STEP_SECONDS = 0.001
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        before = cursor.fetchone()
        cursor.execute(
            "CREATE FUNCTION pg_temp.slow() RETURNS float8 LANGUAGE sql VOLATILE AS 'SELECT 0 FROM pg_sleep(5)'"
        )
    ranking_sql = ranking._RANKED
    slow = ranking_sql.replace("p.near, c.quality_score,", "p.near, c.quality_score + pg_temp.slow(),")
    assert slow != ranking_sql
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "_RANKED", slow)
        found = ask("jazz")
    assert found.degraded
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == before


def test_an_answer_takes_few_queries(django_assert_max_num_queries):
    for day in range(25):
        make_event(title=f"Jazz {day}", start=EVENING + timedelta(days=day))
    with django_assert_max_num_queries(
        12
    ):  # two of the events, the others hold the time limit of the two steps
        assert len(ask("jazz").hits) == 20


def made(title: str, category: str = "music", **fields) -> Event:
    """An event of another category than music."""
    slug, _ = Category.objects.get_or_create(slug=category, defaults={"name": category})
    return make_event(title=title, category=slug, **fields)


def sentences(found: Answer) -> list[str]:
    return [each.sentence for each in found.relaxed]


def no_meaning(*args, **kwargs):
    raise AssertionError("the encoder was asked")


def test_a_mistyped_word_is_forgiven_and_said():
    make_event(title="Jazz Evening")
    follow_vocabulary_now()
    found = ask("jzaz")
    assert titles(found, Found.SPELLING) == ["Jazz Evening"]
    assert sentences(found) == ["Showing results for “jazz”."]
    assert (found.total, found.exact) == (0, 0)


def test_the_smallest_loss_is_taken_and_said(monkeypatch):
    monkeypatch.setattr("events.search.answering.meaning.encode_sentences", no_meaning)
    city = make_city()
    area = make_area(city=city)
    make_event(title="Jazz", city=city, area=area, start=EVENING + timedelta(days=2))
    make_event(title="Talk", city=city, start=EVENING)
    tonight = {"when": When.TONIGHT, "area": area.slug, "city": city.slug}
    found = ask(**tonight)
    assert titles(found, Found.RELAXED) == ["Jazz"]
    assert sentences(found) == [f"Nothing tonight in {area.name}. These are on this week."]
    assert found.relaxed[0].fields == ("when",)
    make_event(title="Poetry", city=city, area=area)
    found = ask(**tonight)
    assert (titles(found), titles(found, Found.RELAXED)) == (["Poetry"], ["Jazz"])
    assert sentences(found) == [f"Nothing more tonight in {area.name}. These are on this week."]


def test_one_of_several_words_may_be_missing(monkeypatch):
    monkeypatch.setattr("events.search.answering.meaning.encode_sentences", lambda texts: [ONE])
    make_event(title="Pottery Evening")
    found = ask("pottery zzyzx")
    assert titles(found, Found.RELAXED) == ["Pottery Evening"]
    assert sentences(found) == ["Nothing like that. These are without “zzyzx”."]


def test_meaning_answers_where_words_do_not_meet(monkeypatch):
    monkeypatch.setattr("events.search.answering.meaning.encode_sentences", lambda texts: [ONE])
    near, far = make_event(title="Sitar by the lake"), make_event(title="Boxing")
    EventVector.objects.create(event=near, embedding=HalfVector(ONE), text_hash="a")
    EventVector.objects.create(event=far, embedding=HalfVector(OTHER), text_hash="b")
    found = ask("calm", explain=True)
    assert titles(found, Found.MEANING) == ["Sitar by the lake"]
    assert sentences(found) == ["Nothing that fits has all of these words. These are close in meaning."]
    assert found.hits[0].parts["meaning"] == pytest.approx(1, abs=0.01)
    make_event(title="Calm")
    assert sentences(ask("calm")) == ["Nothing more has all of these words. These are close in meaning."]


def test_no_page_is_empty_and_no_event_comes_twice(monkeypatch):
    monkeypatch.setattr("events.search.answering.meaning.encode_sentences", lambda texts: [ONE])
    only = make_event(title="Jazz")
    found = ask("qqqq", city="nowhere", price="free", when=When.TOMORROW)
    assert [hit.event_id for hit in found.hits] == [only.id]
    assert sentences(found) == ["Nothing like that tomorrow. These come next."]
    assert not found.has_more


def test_an_answer_is_explained_in_numbers_and_words():
    make_event(title="Jazz Night")
    hit = ask("jazz night", explain=True).hits[0]
    assert hit.parts["phrase"] == 1
    assert "the title holds the words side by side" in hit.reasons
    assert hit.score == pytest.approx(sum(ranking.WEIGHTS[name] * value for name, value in hit.parts.items()))


def test_where_counting_takes_too_long_the_events_stand_without_a_count(monkeypatch):
    make_event(title="Jazz Night")
    make_event(title="Jazz Day")

    def slow(*_args, **_named):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(9)")

    module = sys.modules["events.search.answering.answer"]
    monkeypatch.setattr(module, "count_and_rows", slow)
    monkeypatch.setattr(module, "count_with_facets", slow)
    with override_settings(SEARCH_STEP_SECONDS=0.05):
        found = ask("jazz", limit=1)
        asked = EventFilter(q="jazz", ordering=Ordering.RELEVANCE)
        page = answer(asked, now=NOON, limit=1, facets=True)
    assert (len(found.hits), found.has_more, found.degraded, found.relaxed) == (1, True, True, ())
    assert (len(page.hits), page.degraded, page.facets) == (1, True, {})


def test_the_event_that_holds_most_of_the_words_comes_first():
    made(title="World Cup Final on a big screen", category="sport")
    made(title="Party", category="nightlife")
    made(title="Watch repair", category="workshop")
    made(title="Chess")
    found = ask("world cup watch", categories=("nightlife",), category_words="party")
    assert titles(found, Found.RELAXED)[0] == "World Cup Final on a big screen"
    assert "Chess" not in titles(found, Found.RELAXED)
    assert sentences(found) == ["Nothing like that. These come closest."]


def test_two_words_are_found_written_as_one_and_one_as_two():
    make_event(title="StoryTime under the trees")
    assert titles(ask("story time")) == ["StoryTime under the trees"]
    make_event(title="Pic Nic by the lake")
    follow_vocabulary_now()
    found = ask("picnic")
    assert titles(found, Found.SPELLING) == ["Pic Nic by the lake"]
    assert sentences(found) == ['Showing results for “"pic nic"”.']


def test_a_half_typed_last_word_of_one_letter_is_completed():
    make_event(title="Samara Joy")
    make_event(title="Samara Falls", start=EVENING + timedelta(days=1))
    follow_vocabulary_now()
    assert titles(ask("samara j"), Found.SPELLING) == ["Samara Joy"]


@pytest.mark.parametrize(("typed", "read"), [("hipp-hop", "hiphop"), ('"jzaz night"', '"jazz night"')])
def test_chains_and_quoted_words_are_corrected(typed, read):
    make_event(title="Hip-Hop Jam")
    make_event(title="Jazz Night")
    follow_vocabulary_now()
    assert sentences(ask(typed))[0] == f"Showing results for “{read}”."


def test_a_known_word_is_read_otherwise_only_as_a_part_of_a_name():
    make_event(title="Digable Planets")
    make_event(title="Plants and Pots")
    make_event(title="Poetry Class")
    make_event(title="Pottery")
    follow_vocabulary_now()
    assert titles(ask("digable plants"), Found.SPELLING) == ["Digable Planets"]
    assert titles(ask("plants pots")) == ["Plants and Pots"]
    assert not titles(ask("pottery class"), Found.SPELLING)


def test_the_days_around_come_before_other_days_and_an_area_goes_before_its_city():
    city = make_city()
    area = make_area(city=city)
    make_event(title="Jazz next month", city=city, area=area, start=EVENING + timedelta(days=30))
    make_event(title="Jazz two days later", city=city, area=area, start=EVENING + timedelta(days=2))
    day = {"day": EVENING.date(), "city": city.slug, "area": area.slug}
    assert titles(ask("jazz", **day), Found.RELAXED) == ["Jazz two days later", "Jazz next month"]
    make_event(title="Jazz in the next area", city=city, start=EVENING)
    make_event(title="Jazz elsewhere", city=make_city(slug="pune", name="Pune"), start=EVENING)
    assert titles(ask("jazz", **day), Found.RELAXED)[-1] == "Jazz elsewhere"


def test_a_short_title_comes_before_a_long_one_and_what_is_of_the_kind_before_what_is_not():
    make_event(title="Hamilton Pool: lap swim")
    make_event(title="Hamilton", start=EVENING + timedelta(days=5))
    assert titles(ask("hamilton"))[0] == "Hamilton"
    made(title="175th Street Greenmarket", category="food")
    made(title="Street Food Festival", category="food", start=EVENING + timedelta(days=5))
    assert titles(ask("street", categories=("food",), category_words="food"))[0] == "Street Food Festival"


def test_the_last_resort_has_its_time_whatever_was_spent():
    """A page is empty only where no event is listed."""
    steps = Steps(_spent=1000.0)
    assert (steps.run(lambda: 1, 0), steps.degraded, steps.run(lambda: 1, 0, is_last=True)) == (0, True, 1)


def test_the_events_and_the_values_of_their_facets_are_counted_by_one_query(django_assert_max_num_queries):
    make_event(title="Jazz Night")
    make_event(title="Jazz Sample", is_sample=True, slug="sample")
    asked = EventFilter(q="jazz", ordering=Ordering.RELEVANCE)
    with django_assert_max_num_queries(12):  # one asks the vocabulary how frequent the word is
        found = answer(asked, now=NOON, limit=2, facets=True)
    assert (found.total, len(found.hits), found.facets["category"]) == (
        2,
        2,
        [{"value": "music", "count": 2}],
    )


def test_meaning_is_left_out_while_the_encoder_is_loaded_beside(monkeypatch):
    asked: list[bool] = []
    monkeypatch.setattr("events.search.answering.meaning.encode_sentences", no_meaning)
    monkeypatch.setattr("events.search.answering.nearest.is_ready", meaning.is_ready)
    monkeypatch.setattr("pipeline.encoder.is_ready", lambda: False)
    monkeypatch.setattr("pipeline.encoder.load_beside", lambda: asked.append(True))
    make_event(title="Boxing")
    found = ask("calm")
    assert (asked, found.is_loading, found.degraded, len(found.hits)) == ([True], True, False, 1)


def test_meaning_is_compared_among_what_the_filters_leave():
    near, far = make_event(title="Sitar by the lake"), make_event(title="Boxing")
    elsewhere = make_event(title="Silence", city=make_city(slug="pune", name="Pune"))
    for event, vector in ((near, ONE), (far, OTHER), (elsewhere, ONE)):
        EventVector.objects.create(event=event, embedding=HalfVector(vector), text_hash="a")
    assert titles(ask("calm", city="bengaluru"), Found.MEANING) == ["Sitar by the lake"]
    assert set(titles(ask("calm"), Found.MEANING)) == {"Sitar by the lake", "Silence"}
