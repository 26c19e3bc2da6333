"""The vocabulary follows the events, and finds mistyped words."""

import random
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from events.models import Event, EventVocabulary, Organizer, SearchName, SearchSpelling, SearchWord
from events.queries.vocabulary import known, nearest
from events.services import follow_vocabulary
from events.tasks import follow_vocabulary as task
from events.tasks import refresh_named
from outbox.models import Change, Cursor, Epoch
from outbox.services import number_changes
from tests.factories import EVENING, announce, make_area, make_city, make_event

pytestmark = pytest.mark.django_db
#: Before the first event of `make_event` begins.
NOON = EVENING - timedelta(hours=6)
_TEXT = (
    "jazz folk yoga chess opera indie salsa poetry market comedy theatre brunch gallery marathon standup karaoke malleshwaram "
    "indiranagar koramangala workshop orchestra exhibition photography storytelling improvisation symphony volunteering"
)
WORDS = _TEXT.split()


def follow(moment=NOON) -> None:
    number_changes()
    while follow_vocabulary(now=moment):
        pass


def counts() -> dict[str, tuple[int, int]]:
    return {row.word: (row.named, row.described) for row in SearchWord.objects.all()}


def names() -> set[tuple[str, str, int]]:
    return set(SearchName.objects.values_list("kind", "folded", "count"))


def rows() -> list[object]:
    """All that is kept, without when it was counted."""
    words = list(
        SearchWord.objects.order_by("word").values_list("word", "named", "described", "spelling__keys")
    )
    kept = list(
        SearchName.objects.order_by("kind", "folded").values_list(
            "kind", "folded", "target", "count", "words"
        )
    )
    return [words, kept, sorted(EventVocabulary.objects.values_list("event_id", "over_at"))]


def test_names_and_words_are_counted():
    city = make_city()
    organizer = Organizer.objects.create(name="Gölden Society", folded_name="golden society")
    make_event(
        title="Moonlit Jazz", city=city, area=make_area(city=city), organizer=organizer, performers=["Asha Rao"], tags=["live music"],
        description="<p>Bring a blanket. Jazz by the lake.</p>",
    )  # fmt: skip
    make_event(title="Moonlit Poetry", start=EVENING + timedelta(days=1))
    follow()
    held = counts()
    assert held["moonlit"] == (2, 0)
    assert held["jazz"] == (1, 0), "a word of the title is not counted again for the description"
    assert held["blanket"] == (0, 1)
    assert {"asha", "live", "golden", "indiranagar", "blue"} <= held.keys()
    assert names() == {
        ("title", "moonlit jazz", 1), ("title", "moonlit poetry", 1), ("venue", "blue room", 2), ("area", "indiranagar", 1),
        ("organizer", "golden society", 1), ("performer", "asha rao", 1), ("tag", "live music", 1),
    }  # fmt: skip


def test_a_change_may_be_counted_twice():
    make_event(description="A quiet evening")
    follow()
    first = rows()
    Cursor.objects.filter(name="vocabulary").update(number=0)
    follow()
    assert rows() == first


def test_words_follow_an_edit_and_a_removal():
    event, other = make_event(title="Moonlit Jazz"), make_event(title="Harbour Walk", venue_name="Pier")
    follow()
    Event.objects.filter(pk=event.pk).update(title="Moonlit Blues")
    announce(event, kind="event.changed")
    follow()
    assert "jazz" not in counts()
    assert counts()["blues"] == (1, 0)
    Event.objects.filter(pk=event.pk).update(publication="removed")
    announce(event, kind="event.removed")
    follow()
    assert counts().keys() == {"harbour", "walk", "pier", "music"}
    assert names() == {("title", "harbour walk", 1), ("venue", "pier", 1)}
    assert other.pk in EventVocabulary.objects.values_list("pk", flat=True)


def test_names_follow_a_rename_of_the_organizer_and_of_the_area(
    django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr(refresh_named, "delay", refresh_named)
    city = make_city()
    area = make_area(city=city)
    organizer = Organizer.objects.create(name="Moon Society", folded_name="moon society")
    for day in (1, 2):
        make_event(title="Jazz", city=city, area=area, organizer=organizer, start=now() + timedelta(days=day))
    follow(now())
    with django_capture_on_commit_callbacks(execute=True):
        for renamed, name in ((organizer, "Sun Guild"), (area, "Riverbank")):
            renamed.name = name
            renamed.save()
    assert {("organizer", "sun guild", 2), ("area", "riverbank", 2)} <= names()
    assert known(["moon", "indiranagar", "guild", "riverbank"]) == {"guild", "riverbank"}


def test_events_that_are_over_fall_out():
    make_event(title="Moonlit Jazz", end_at=EVENING + timedelta(hours=3))
    make_event(title="Harbour Walk", start=EVENING + timedelta(days=9))
    follow()
    follow(EVENING + timedelta(hours=4))
    assert known(["jazz", "harbour"]) == {"harbour"}
    assert not SearchSpelling.objects.filter(word__word="jazz").exists()


def test_words_of_descriptions_are_known_above_a_count():
    for number in range(2):
        make_event(title=f"Night {number}", description="with lanterns")
    follow()
    assert known(["lanterns", "night"]) == {"night"}
    assert nearest(["lantrens"]) == {}
    make_event(title="Night 3", description="with lanterns")
    follow()
    assert known(["lanterns"]) == {"lanterns"}
    assert nearest(["lantrens"]) == {"lantrens": ("lanterns",)}


def test_after_a_gap_in_the_outbox_all_events_are_looked_at():
    gone, kept = make_event(title="Moonlit Jazz"), make_event(title="Harbour Walk")
    follow()
    Event.objects.filter(pk=gone.pk).update(publication="removed")
    announce(gone, kind="event.removed")
    Event.objects.filter(pk=kept.pk).update(title="Harbour Swim", updated_at=NOON + timedelta(hours=1))
    announce(kept, kind="event.changed")
    number_changes()
    Epoch.objects.update(pruned_to=Change.objects.order_by("-number").first().number)
    follow(NOON + timedelta(hours=2))
    assert known(["jazz", "walk", "swim", "harbour"]) == {"swim", "harbour"}


def test_a_rebuild_counts_the_same():
    for index, word in enumerate(WORDS):
        make_event(title=f"{word} night", start=now() + timedelta(days=index + 1), description="at the lake")
    number_changes()
    assert task() == len(WORDS)
    first = rows()
    out = StringIO()
    call_command("rebuild_search", stdout=out)
    assert rows() == first
    assert f'"events": {len(WORDS)}' in out.getvalue()


def test_the_number_of_queries_does_not_depend_on_the_number_of_events(django_assert_max_num_queries):
    make_event(title="The first")
    follow()
    for word in WORDS:
        make_event(title=f"{word} night", performers=[f"{word} band"], description=f"{word} for all")
    number_changes()
    with django_assert_max_num_queries(20):
        assert follow_vocabulary(now=NOON) == len(WORDS)


@pytest.fixture
def of_words():
    for word in WORDS:
        make_event(title=f"{word} night")
    follow()


@pytest.mark.usefixtures("of_words")
def test_a_random_typing_error_is_found():
    """One error anywhere, first letters and words of four letters too: at least 95 of 100 find their word."""
    chance = random.Random(16)
    typed = [(mistyped(chance, word), word) for word in WORDS for _ in range(40)]
    typed = [(wrong, word) for wrong, word in typed if wrong != word and len(wrong) >= 4]
    found = 0
    for start in range(0, len(typed), 10):
        corrected = nearest([wrong for wrong, _ in typed[start : start + 10]])
        found += sum(word in corrected.get(wrong, ()) for wrong, word in typed[start : start + 10])
    assert found / len(typed) >= 0.99


def mistyped(chance: random.Random, word: str) -> str:
    place, letter = chance.randrange(len(word)), chance.choice("abcdefghijklmnopqrstuvwxyz")
    return chance.choice([
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :],
    ])  # fmt: skip


@pytest.mark.usefixtures("of_words")
def test_the_likeliest_word_is_first():
    make_event(title="jizz", venue_name="")
    make_event(title="jazz again")
    follow()
    assert nearest(["jzaz"])["jzaz"] == ("jazz",)
    assert nearest(["jezz"])["jezz"] == ("jazz", "jizz"), "the more frequent one"
    assert nearest(["jaz", "qqqqqqq", "jazz"]) == {"jazz": ("jizz",)}


@pytest.mark.usefixtures("of_words")
def test_words_are_looked_up_in_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert known(["jazz", "nihgt", "chess"]) == {"jazz", "chess"}
    with django_assert_num_queries(1):
        assert nearest(["nihgt", "chses"]) == {"nihgt": ("night",), "chses": ("chess",)}
