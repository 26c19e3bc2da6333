"""The import contracts cover all packages, and every module in them."""

import configparser
from pathlib import Path

import pytest

from config.embedded.paths import PROJECT

PLAIN = {"pipeline", "training"}


@pytest.fixture(scope="module")
def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(PROJECT / ".importlinter")
    return parser


def _ordered(contracts: configparser.ConfigParser) -> set[str]:
    """The packages whose modules are all in a contract of layers."""
    exhaustive = [one for one in contracts.values() if one.get("exhaustive") == "True"]
    return {container for one in exhaustive for container in one["containers"].split()}


def test_every_app_has_its_layer(contracts):
    packages = {path.parent.name for path in PROJECT.glob("*/apps.py")} | PLAIN
    assert set(contracts["importlinter"]["root_packages"].split()) == packages
    assert set(contracts["importlinter:contract:apps"]["layers"].replace("|", " ").split()) == packages


def _packages() -> set[str]:
    """The packages of several modules, by their dotted names: what `management` and `migrations` hold has no order."""
    roots = {path.parent for path in PROJECT.glob("*/apps.py")} | {PROJECT / name for name in PLAIN}
    folders = {path.parent for root in roots for path in root.rglob("__init__.py")}
    rooms = {folder for folder in folders if not {"management", "migrations"} & set(folder.parts)}
    return {".".join(room.relative_to(PROJECT).parts) for room in rooms if _modules(room) > 1}


def _modules(folder: Path) -> int:
    inside = {path.stem for path in folder.glob("*.py")} | {
        path.parent.name for path in folder.glob("*/*.py")
    }
    return len(inside - {"__init__"})


def test_every_package_orders_all_its_modules(contracts):
    independent = {"pipeline.refinement.steps", "pipeline.connectors.platforms"}
    assert _packages() - _ordered(contracts) - independent == set()


def test_no_line_of_a_contract_leaves_its_order_open(contracts):
    lines = [line for one in contracts.values() for line in one.get("layers", "").splitlines()]
    assert [line for line in lines if ":" in line] == []
