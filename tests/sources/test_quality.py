from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.quality import quality_rules
from pipeline.contract.normalized import Quality
from pipeline.contract.quality import (
    DEFAULTS,
    GATES,
    OVERALL,
    GateSetting,
    QualityRules,
    grade,
    problems_of,
    read_setting,
    report_on,
    spelled,
    weigh,
)

GOOD = dict.fromkeys(GATES, (1.0, ()))


class Env:
    """The environment for the settings."""

    def __init__(self, **given):
        self.given = given

    def str(self, name, default):
        return self.given.get(name, default)


@pytest.mark.parametrize(
    ("value", "letter"), [(1.0, "A"), (0.9, "A"), (0.89, "B"), (0.75, "C"), (0.6, "D"), (0.59, "F")]
)
def test_grade(value, letter):
    assert grade(value) == letter


def test_the_defaults_are_those_of_the_issue():
    assert {name: (one.weight, one.threshold) for name, one in DEFAULTS.items()} == {
        "completeness": (0.3, 0.8), "format": (0.25, 0.85), "business_logic": (0.15, 0.7), "geography": (0.15, 0.7),
        "content": (0.15, 0.7), "overall": (0.0, 0.7),
    }  # fmt: skip


def test_the_environment_sets_weight_and_threshold_or_switches_off():
    rules = quality_rules(Env(QUALITY_CONTENT="0.4, 0.9", QUALITY_FORMAT="off", QUALITY_OVERALL="off"))
    assert (rules.gates["content"], "format" in rules.gates, rules.overall) == (
        GateSetting(weight=0.4, threshold=0.9),
        False,
        0.0,
    )
    assert quality_rules(Env()) == QualityRules()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"QUALITY_CONTENT": "0.4"},
            "QUALITY_CONTENT: give a weight and a threshold, such as 0.3,0.8, or off",
        ),
        ({"QUALITY_OVERALL": "high"}, "QUALITY_OVERALL: give a threshold from 0 to 1"),
        ({"QUALITY_CONTENT": "0.4,80"}, "content: Give a threshold from 0 to 1; it is 80."),
        ({"QUALITY_CONTENT": "-1,0.8"}, "content: Give a weight from 0 to 100; it is -1."),
        ({"QUALITY_CONTENT": "nan,0.8"}, "content: Give a weight"),
        ({f"QUALITY_{name.upper()}": "off" for name in GATES}, "Leave at least one gate switched on"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(given, words):
    with pytest.raises(Exception, match=words) as caught:
        quality_rules(Env(**given))
    assert "\n" not in str(caught.value)


def test_rules_name_every_gate():
    assert problems_of({"content": DEFAULTS["content"]}).keys() == set(DEFAULTS) - {"content"}


@given(
    name=st.sampled_from([*GATES, OVERALL]),
    weight=st.integers(0, 100),
    threshold=st.integers(0, 100),
    enabled=st.booleans(),
)
def test_what_is_spelled_is_read_again(name, weight, threshold, enabled):
    setting = GateSetting(
        weight=0 if name == OVERALL else weight / 100, threshold=threshold / 100, enabled=enabled
    )
    read = read_setting(name, spelled(name, setting), setting)
    assert read == setting


def test_a_gate_without_a_mark_does_not_count():
    quality = weigh({"content": (0.5, ("Say more.",))}, QualityRules())
    assert (quality.score, quality.grade, quality.threshold, quality.passed) == (0.5, "F", 0.7, False)
    assert weigh({}, QualityRules()).score == 1.0


def test_one_failed_gate_fails_a_good_whole():
    quality = weigh({**GOOD, "content": (0.6, ("Say more.",))}, QualityRules())
    assert (quality.score, quality.passed) == (0.94, False)
    lenient = QualityRules(settings={**DEFAULTS, "content": replace(DEFAULTS["content"], threshold=0.6)})
    assert weigh({**GOOD, "content": (0.6, ())}, lenient).passed


def test_the_report_over_a_batch():
    good = weigh(GOOD, QualityRules())
    poor = weigh(
        {**GOOD, "content": (0.0, ("Say more.",)), "completeness": (0.5, ("Add a venue.", "Add an end."))},
        QualityRules(),
    )
    report = report_on([good, poor, poor])
    assert report == {
        "events": 3, "mean": 0.8, "grade": "B", "passed": 0.3333, "grades": {"A": 1, "C": 2},
        "gates": {
            "completeness": {"mean": 0.6667, "passed": 0.3333}, "format": {"mean": 1.0, "passed": 1.0},
            "business_logic": {"mean": 1.0, "passed": 1.0}, "geography": {"mean": 1.0, "passed": 1.0},
            "content": {"mean": 0.3333, "passed": 0.3333},
        },
        "problems": [
            {"gate": "completeness", "remedy": "Add a venue.", "count": 2},
            {"gate": "completeness", "remedy": "Add an end.", "count": 2},
            {"gate": "content", "remedy": "Say more.", "count": 2},
        ],
    }  # fmt: skip
    assert report_on([]) == {}


def test_a_quality_that_nobody_measured_passes():
    assert Quality().passed
