"""The contracts of who may import whom cover all packages, and every module in them."""

import configparser

import pytest

from config.embedded.paths import PROJECT

PLAIN = {"pipeline", "training"}


@pytest.fixture(scope="module")
def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(PROJECT / ".importlinter")
    return parser


def _ordered(contracts: configparser.ConfigParser) -> set[str]:
    """The packages whose modules all stand in a contract of layers."""
    exhaustive = [one for one in contracts.values() if one.get("exhaustive") == "True"]
    return {one["containers"].strip() for one in exhaustive}


def test_every_app_has_its_layer(contracts):
    packages = {path.parent.name for path in PROJECT.glob("*/apps.py")} | PLAIN
    assert set(contracts["importlinter"]["root_packages"].split()) == packages
    assert set(contracts["importlinter:contract:apps"]["layers"].replace("|", " ").split()) == packages


def test_every_package_orders_all_its_modules(contracts):
    assert set(contracts["importlinter"]["root_packages"].split()) <= _ordered(contracts)


def test_every_room_of_the_pipeline_orders_all_its_modules(contracts):
    rooms = {path.parent for path in (PROJECT / "pipeline").glob("*/__init__.py")}
    several = {room.name for room in rooms if sum(1 for _ in room.glob("*.py")) > 2}
    assert {f"pipeline.{name}" for name in several} - _ordered(contracts) == set()
