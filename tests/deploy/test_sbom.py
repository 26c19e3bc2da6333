"""The list of what the installation is made of: nothing is left out, and the deployment publishes it."""

import yaml

from config.embedded.paths import PROJECT
from deploy.sbom import _PIN, missing

PINS = "django==5.2.19 \\\n    --hash=sha256:0\n# via x\nPy_Yaml[extra]==6.0 ; python_version >= '3.11' \\\n    --hash=sha256:1\n"


def test_a_package_or_a_version_that_is_left_out_is_named() -> None:
    whole = {"components": [{"name": "Django", "version": "5.2.19"}, {"name": "py-yaml", "version": "6.0"}]}
    assert missing(PINS, whole) == []
    older = {"components": [{"name": "Django", "version": "5.2.18"}, {"name": "py-yaml", "version": "6.0"}]}
    assert missing(PINS, older) == ["django==5.2.19"]
    assert missing(PINS, {}) == ["django==5.2.19", "py-yaml==6.0"]


def test_every_line_of_the_real_requirements_with_a_version_is_a_pin() -> None:
    text = (PROJECT / "requirements-s3.txt").read_text()
    lines = [line for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]
    assert len(_PIN.findall(text)) == len(lines) > 50


def test_the_deployment_publishes_it_with_the_image() -> None:
    jobs = yaml.safe_load((PROJECT / ".github/workflows/deploy.yml").read_text())["jobs"]
    steps = jobs["build"]["steps"]
    assert any(step.get("run") == "make sbom" for step in steps)
    kept = [step for step in steps if str(step.get("uses", "")).startswith("actions/upload-artifact@")]
    assert [step["with"]["path"] for step in kept] == ["var/sbom/nocturne.cdx.json"]
