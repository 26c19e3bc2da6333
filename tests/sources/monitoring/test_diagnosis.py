"""The diagnosis of a source: the table of verdicts, and the remedies."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egress import exceptions as egress_exceptions
from pipeline.contract import exceptions as source_exceptions
from pipeline.contract.http_errors import EgressError
from sources.enums import Health, RunState
from sources.monitoring.diagnosis import REMEDIES, Facts, judge, remedy

GOOD = Facts(active=True, state="success", found=40, usual_found=40.0, usual_runs=20)
FAILED = Facts(active=True, state="failed", code="timed out", detail="no answer within 60 s", failures=1)


@pytest.mark.parametrize(
    ("facts", "health", "words"),
    [
        (GOOD, Health.HEALTHY, ""),
        (replace(GOOD, state="partial"), Health.HEALTHY, ""),
        (replace(GOOD, active=False), Health.SLEEPING, "Switched off."),
        (replace(GOOD, paused="Paused (the city bengaluru)"), Health.SLEEPING, "Paused (the city bengaluru)"),
        (replace(GOOD, state=""), Health.SLEEPING, "Not asked yet."),
        (replace(GOOD, active=False, lacking=("YELP_API_KEY",)), Health.NEEDS_KEY, "Set YELP_API_KEY"),
        (replace(GOOD, state="failed", code="CredentialsMissing", detail="Yelp needs a key"), Health.NEEDS_KEY, "Yelp needs a key."),
        (replace(GOOD, state="quarantined", detail="9 of 20 upcoming events would vanish"), Health.QUARANTINED, "Accept or discard"),
        (FAILED, Health.DEGRADED, "no answer within 60 s. The site answers too slowly."),
        (replace(FAILED, failures=2), Health.DEGRADED, "no answer"),
        (replace(FAILED, failures=3), Health.FAILING, "3 failures in a row."),
        (replace(FAILED, code="rate limited", failures=2), Health.DEGRADED, "We ask more often than we may."),
        (replace(FAILED, code="rate limited", failures=4), Health.FAILING, "4 failures in a row."),
        (replace(FAILED, state="refused", code="robots refused"), Health.REFUSED, "robots.txt"),
        (replace(FAILED, state="refused", code="client refused", detail="the site refused with 404"), Health.REFUSED, "Look up the new address"),
        (replace(FAILED, state="refused", code="too large"), Health.DEGRADED, "Ask for less"),
        (replace(GOOD, throttled=1), Health.DEGRADED, "The site asked us to wait, once in one run."),
        (replace(GOOD, throttled=3, comparable=False), Health.DEGRADED, "3 times"),
        (replace(GOOD, found=13), Health.DEGRADED, "It found 13 events where 40 are usual."),
        (replace(GOOD, found=14), Health.HEALTHY, ""),
        (replace(GOOD, found=0, comparable=False), Health.HEALTHY, ""),
        (replace(GOOD, found=1, usual_runs=4), Health.HEALTHY, ""),
        (replace(GOOD, found=0, usual_found=4.0), Health.HEALTHY, ""),
        (replace(GOOD, dropped=20, drop_share=0.5, usual_drop_share=0.1), Health.DEGRADED, "50% of its events were dropped where 10% are usual."),
        (replace(GOOD, dropped=20, drop_share=0.5, usual_drop_share=0.3), Health.HEALTHY, ""),
        (replace(GOOD, found=6, usual_found=6.0, dropped=4, drop_share=0.7), Health.HEALTHY, ""),
    ],
)  # fmt: skip
def test_what_is_known_decides(facts: Facts, health: Health, words: str) -> None:
    verdict = judge(facts)
    assert verdict.health is health
    assert words in verdict.detail
    assert bool(verdict.detail) is (health is not Health.HEALTHY)


@pytest.mark.parametrize(
    ("code", "detail", "words"),
    [
        ("client refused", "the site refused with 401", "Give the source a credential"),
        ("client refused", "the site refused with 403", "The site refuses us"),
        ("client refused", "the site refused with 410", "gone for good"),
        ("client refused", "the site refused with 418", "Open the address"),
        ("connect failed", "the name a.example does not resolve", "Its host name is not known"),
        ("connect failed", "no connection: certificate verify failed", "Its certificate is not valid"),
        ("connect failed", "no connection: reset", "The site could not be reached"),
        ("never heard of", "", "it may be a defect of ours"),
    ],
)
def test_the_detail_makes_the_remedy_exact(code: str, detail: str, words: str) -> None:
    assert words in remedy(code, detail)


def test_every_error_has_its_remedy() -> None:
    of_egress = {
        kind.code
        for kind in vars(egress_exceptions).values()
        if isinstance(kind, type) and issubclass(kind, EgressError)
    }
    of_sources = {"schema changed", "ConfigInvalid", "CredentialsMissing", "UnknownConnector"}
    assert of_sources - {"schema changed"} <= set(vars(source_exceptions))
    never_close_a_run_as_failed = {"egress", "not modified", "cancelled"}
    assert (of_egress | of_sources) - never_close_a_run_as_failed <= set(REMEDIES)


_FACTS = st.builds(
    Facts,
    active=st.booleans(),
    paused=st.sampled_from(["", "Paused"]),
    lacking=st.sampled_from([(), ("A_KEY",)]),
    failures=st.integers(0, 9),
    state=st.sampled_from(["", *(state.value for state in RunState)]),
    code=st.sampled_from(["", "nonsense", *REMEDIES]),
    detail=st.text(max_size=400),
    found=st.integers(0, 10**6),
    drop_share=st.floats(0, 1),
    dropped=st.integers(0, 10**6),
    throttled=st.integers(0, 9),
    usual_found=st.floats(0, 10**6),
    usual_drop_share=st.floats(0, 1),
    usual_runs=st.integers(0, 100),
    comparable=st.booleans(),
)


@given(_FACTS)
def test_whatever_is_not_healthy_says_what_to_do_in_one_line(facts: Facts) -> None:
    verdict = judge(facts)
    assert bool(verdict.detail.strip()) is (verdict.health is not Health.HEALTHY)
    assert "\n" not in verdict.detail
    assert len(verdict.detail) <= 1000


@given(_FACTS)
def test_fewer_than_three_failures_never_make_it_failing(facts: Facts) -> None:
    assert judge(replace(facts, failures=min(facts.failures, 2))).health is not Health.FAILING
