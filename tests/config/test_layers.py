"""The contract of who may import whom covers all apps."""

import configparser

import pytest

from config.embedded.paths import PROJECT


@pytest.fixture(scope="module")
def contract() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(PROJECT / ".importlinter")
    return parser


def test_every_app_has_its_layer(contract):
    apps = {path.parent.name for path in PROJECT.glob("*/apps.py")}
    rooms = apps | {"pipeline", "training"}
    assert set(contract["importlinter"]["root_packages"].split()) == rooms
    assert set(contract["importlinter:contract:apps"]["layers"].replace("|", " ").split()) == rooms
    assert set(contract["importlinter:contract:rooms"]["containers"].split()) == apps - {"config"}
