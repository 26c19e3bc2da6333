"""docs/operations: each alert and component has its section, and each command that is named exists."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.core.management import get_commands, load_command_class

from config.embedded.paths import PROJECT
from operations.components.board import _LOOKS

FOLDER = PROJECT / "docs" / "operations"
GUIDES = sorted(FOLDER.glob("*.md"))
RUNBOOK = (FOLDER / "runbook.md").read_text()
TARGETS = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
RAISED_BY = {"raise_alert", "notice"}
APPS = (
    "sources",
    "mail",
    "digests",
    "egress",
    "accounts",
    "moderation",
    "audit",
    "operations",
    "webhooks",
    "notices",
    "config",
)


def shape(node: ast.expr, module: ast.Module) -> str:
    """The key that an expression makes, with * for what differs; a name or a function's result is looked up in its module."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(shape(part, module) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return "*"
    name = (
        node.func.id
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        else getattr(node, "id", "")
    )
    for each in ast.walk(module):
        if isinstance(each, ast.FunctionDef) and each.name == name:
            return shape(next(r.value for r in ast.walk(each) if isinstance(r, ast.Return)), module)
        if isinstance(each, ast.AnnAssign | ast.Assign):
            for target, value in bound(each):
                if isinstance(target, ast.Name) and target.id == name:
                    return shape(value, module)
    raise AssertionError(f"the key of an alert is not readable here: {ast.dump(node)}")


def bound(each: ast.AnnAssign | ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Names with their values, also of `a, b = x, y`."""
    targets = [each.target] if isinstance(each, ast.AnnAssign) else each.targets
    for target in targets:
        if isinstance(target, ast.Tuple) and isinstance(each.value, ast.Tuple):
            yield from zip(target.elts, each.value.elts, strict=True)
        elif each.value is not None:
            yield target, each.value


def keys_in_code() -> set[str]:
    """The shapes of all keys of alerts."""
    found = set()
    for path in (path for app in APPS for path in (PROJECT / app).rglob("*.py")):
        if not any(f"{name}(" in (text := path.read_text()) for name in RAISED_BY):
            continue
        module = ast.parse(text)
        for call in (each for each in ast.walk(module) if isinstance(each, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id in RAISED_BY and call.args:
                found.add(shape(call.args[0], module))
    return found


def sections(of: str) -> dict[str, str]:
    part = RUNBOOK.split(f"\n## {of}\n")[1].split("\n## ")[0]
    return dict(section.split("\n", 1) for section in part.split("\n### ")[1:])


def test_each_alert_has_its_section_and_no_other_is_there():
    keys = keys_in_code()
    assert "source:*:failing" in keys
    assert "opt-outs overdue" in keys
    assert set(sections("Alerts")) == keys


def test_each_component_has_its_section():
    assert set(sections("Components")) == {*_LOOKS, "sources:*"}


@pytest.mark.parametrize("of", ["Alerts", "Components"])
def test_each_section_says_what_it_means_where_to_look_and_what_to_do(of):
    for name, text in sections(of).items():
        assert re.findall(r"^\*\*(\w+):\*\*", text, re.M) == ["Means", "Look", "Do"], name


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_each_command_and_target_exists(path):
    text = path.read_text()
    known = get_commands()
    for name, rest in re.findall(r"manage\.py ([a-z_]+)([^`\n]*)`", text):
        assert name in known or name in ("createsuperuser", "migrate"), name
        options = set(re.findall(r"(--[a-z-]+)", rest))
        if options:
            parser = load_command_class(known[name], name).create_parser("manage.py", name)
            assert options <= set(parser._option_string_actions), name
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= TARGETS


def test_what_the_guides_name_of_the_stack_exists():
    text = "".join(path.read_text() for path in GUIDES)
    services = (PROJECT / "docker-compose.yml").read_text()
    for name in re.findall(r"docker compose (?:exec|run --rm|ps) (\w+)", text):
        assert f"\n  {name}:" in services, name
    metrics = "".join(path.read_text() for path in (PROJECT / "config").glob("*metrics.py"))
    for name in re.findall(r"`(nocturne_[a-z_]+)", text):
        assert name in metrics, name
    units = {
        path.name.partition("@")[0].removesuffix(".service")
        for path in (PROJECT / "deploy/systemd").iterdir()
    }
    assert set(re.findall(r"systemctl restart (nocturne[a-z-]*)", text)) <= units
