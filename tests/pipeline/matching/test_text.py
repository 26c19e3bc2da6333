import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.matching.text import fold, link_key, read_place, read_title, spells, venue_name


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Café Zürich's!", "cafe zurichs"),
        ("Rock & Roll", "rock and roll"),
        ("C++ Day", "cpp day"),
        ("C# Day", "csharp day"),
        ("#PragmaConf", "pragmaconf"),
        ("  A\t–  B ", "a b"),
        ("東京 ジャズ", "東京 ジャズ"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(st.characters(max_codepoint=127), max_size=40))
def test_ascii_is_folded_as_all_else_is(text: str) -> None:
    assert fold(f"{text} \u00e9") == f"{fold(text)} e".strip()


def test_core_leaves_out_year_place_and_remarks_in_brackets() -> None:
    title = read_title("Hamilton (New York, NY) 2026", place=frozenset({"new", "york"}), year=2026)
    assert title.core == "hamilton"
    assert title.years == {"2026"}


def test_a_title_of_nothing_but_its_place_keeps_it() -> None:
    assert read_title("Indiranagar", place=frozenset({"indiranagar"})).core == "indiranagar"


@pytest.mark.parametrize(
    "title", ["KDD 2023", "KDD 2023: Knowledge Discovery", "Knowledge Discovery and Data Mining (KDD)"]
)
def test_short_names_are_read(title: str) -> None:
    assert "kdd" in read_title(title, year=2023).acronyms


def test_initials_leave_out_places() -> None:
    assert "gdd" in read_title("Google Developer Days Europe").initials


@pytest.mark.parametrize(
    ("title", "numbers"),
    [
        ("Part II", {"2", "part 2"}),
        ("Swim (Class B)", {"class b"}),
        ("Mincemeat (No Children Under 4)", set()),
    ],
)
def test_numbers_count_something(title: str, numbers: set[str]) -> None:
    assert read_title(title).numbers == numbers


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("#PragmaConf 2024", "pragma"),
        ("Pragma Conference", "pragma"),
        ("The Conference", "conference"),
        ("PyCon", "pycon"),
    ],
)
def test_bare(title: str, bare: str) -> None:
    assert read_title(title).bare == bare


def test_a_year_glued_to_a_name_is_parted() -> None:
    assert read_title("JSConf2019", year=2019).core == "jsconf"
    assert read_title("Catch22", year=2019).core == "catch22"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("München, Deutschland", "Munich (Germany)"),
        ("🇵🇱 Łódź, Poland", "Łódź, Poland"),
        ("London, U.K.", "London (England)"),
    ],
)
def test_places_have_one_name(one: str, other: str) -> None:
    assert read_place(one).tokens == read_place(other).tokens


def test_online_is_no_place() -> None:
    place = read_place("Berlin, Germany & Online")
    assert place.online
    assert place.tokens == {"berlin", "germany"}
    assert read_place("Virtual Event").tokens == frozenset()


def test_venue_words_are_left_out_unless_alone() -> None:
    assert venue_name("Richard Rodgers Theatre-NY") == "richard rodgers"
    assert venue_name("The Theater") == "the theatre"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.x.org/e/1/?utm_source=a&b=2#top", ("x.org/e/1?b=2", True)),
        ("http://x.org/", ("x.org", False)),
        ("javascript:alert(1)", ("", False)),
        ("http://[::1", ("", False)),
        ("", ("", False)),
    ],
)
def test_link_key(url: str, key: tuple[str, bool]) -> None:
    assert link_key(url) == key


@pytest.mark.parametrize(
    ("title", "head", "tail"),
    [
        ("KR 2024: Principles of Knowledge", "kr", "principles knowledge"),
        ("swiftcon@next.app", "swiftcon", "next app"),
        ("Agile Days (Online)", "", ""),
        ("Jazz Night", "", ""),
    ],
)
def test_the_parts_of_a_title(title: str, head: str, tail: str) -> None:
    found = read_title(title, year=2024)
    assert (found.head, found.tail) == (head, tail)


@pytest.mark.parametrize(
    "title", ["Heathers - New York", "Heathers (New York, NY)", "Heathers | London", "Heathers, Berlin"]
)
def test_a_last_part_that_says_where_is_no_part_of_the_name(title: str) -> None:
    found = read_title(title)
    assert found.full == "heathers"
    assert found.named_places


@pytest.mark.parametrize("title", ["PyConFR", "PyCon FR", "PyCon FR 2024", "PyCon France"])
def test_a_country_by_its_code(title: str) -> None:
    found = read_title(title)
    assert found.core == "pycon"
    assert found.named_places == {"france"}


@pytest.mark.parametrize(
    ("name", "long", "said"),
    [
        ("goruco", "gotham ruby conference", True),
        ("pyho", "python ho", True),
        ("vslive", "visual studio live", True),
        ("goruco", "gotham conference", False),
        ("abc", "alpha beta conference", False),
        ("python", "python", False),
    ],
)
def test_a_name_put_together_of_the_beginnings_of_words(name: str, long: str, said: bool) -> None:
    assert spells(name, long) is said


def test_short_names_are_spelled_with_and_without_the_usual_words() -> None:
    assert {"icml", "ml"} & read_title("International Conference on Machine Learning").initials == {"icml"}
    assert "osm" in read_title("Open Source Monitoring Conference").initials
