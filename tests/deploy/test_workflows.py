"""The workflows: what they run exists, what they may is little, and production has a gate."""

import re

import pytest
import yaml

from config.embedded.paths import PROJECT

FILES = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
FLOWS = {path.stem: yaml.safe_load(path.read_text()) for path in FILES}
TARGETS = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_it_may_read_and_each_job_says_what_more_and_how_long(name):
    assert FLOWS[name]["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for job in FLOWS[name]["jobs"].values())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_it_names_exists(path):
    text = path.read_text()
    assert set(re.findall(r"make ([a-z-]+)", text)) <= TARGETS
    for named in re.findall(r"\b(?:deploy/kubernetes/\w+|\.ci/run)\b", text):
        assert (PROJECT / named).exists(), named


def test_a_tag_is_tested_built_scanned_pushed_and_deployed_behind_a_gate():
    jobs = FLOWS["deploy"]["jobs"]
    assert (jobs["build"]["needs"], jobs["deploy"]["needs"]) == ("test", "build")
    assert jobs["deploy"]["environment"] == "production"
    steps = [step.get("uses", "").partition("@")[0] for step in jobs["build"]["steps"]]
    assert steps.index("aquasecurity/trivy-action") < steps.index("docker/login-action"), (
        "nothing unscanned is pushed"
    )
    names = [step.get("name", "") for step in jobs["deploy"]["steps"]]
    assert names.index("Migrate, while what runs goes on") < names.index("Roll out")
    assert jobs["deploy"]["steps"][-1]["if"] == "failure()"


def test_no_text_of_an_event_reaches_a_shell():
    for flow in FLOWS.values():
        for job in flow["jobs"].values():
            assert not any("${{" in step.get("run", "") for step in job["steps"])


def test_going_back_is_behind_the_same_gate():
    assert FLOWS["roll-back"]["jobs"]["roll-back"]["environment"] == "production"
