"""The packages of the product: those that the layers name (.importlinter). Benchmarks and deploy are tools."""

from configparser import ConfigParser
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent


def _packages() -> tuple[str, ...]:
    layers = ConfigParser()
    layers.read(ROOT / ".importlinter")
    return tuple(layers["importlinter"]["root_packages"].split())


PACKAGES: Final = _packages()
