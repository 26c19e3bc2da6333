"""Checks for every platform connector: its metadata, and payloads that it must not recognize."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from pipeline.connectors.configuration import configured
from pipeline.connectors.detect import detect
from pipeline.connectors.formats.json_feed import JsonFeedConnector
from pipeline.contract.enums import Tier
from pipeline.contract.raw import RawPayload
from tests.data import SHARED
from tests.pipeline.connectors.loopback import sample

ROOT = Path(__file__).resolve().parents[3]


def check_platform(kind: Any, *samples: str) -> None:
    """The connector is recognized by its samples, documented, and each field of its configuration has a help
    text.
    """
    metadata = kind.metadata
    assert metadata.title
    assert metadata.allows
    assert metadata.quota
    assert metadata.attribution
    assert metadata.link
    assert metadata.tier in (Tier.PROVED, Tier.DOCUMENTED)
    assert all(field.metadata.get("help") for field in fields(kind.config_type))
    assert configured(metadata.name, {}).metadata is metadata
    assert (ROOT / f"docs/sources/{metadata.name}.md").is_file()
    for name in samples:
        payload = RawPayload(url="https://somewhere.example/x", content=sample(name))
        assert detect(payload) is kind, name
        assert kind.recognizes(payload) > JsonFeedConnector.recognizes(payload)
    for other in (
        b"",
        b"[]",
        b"{}",
        b"null",
        b"<html></html>",
        b'{"events": []}',
        b'{"title": "x"}',
        b"[1, 2",
        b'"startTime" "Event" "data"',
    ):
        assert kind.recognizes(RawPayload(url="https://somewhere.example/x", content=other)) == 0.0


def recognized(kind: Any, folder: str) -> list[Path]:
    """The recorded files below a folder that a connector recognizes, and that detection assigns to it."""
    found = []
    for path in sorted(one for one in (SHARED / folder).rglob("*") if one.is_file()):
        payload = RawPayload(url=f"https://recorded.example/{path.name}", content=path.read_bytes())
        if kind.recognizes(payload):
            assert detect(payload) is kind, path
            found.append(path)
    return found
