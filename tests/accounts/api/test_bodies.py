"""A value of another type of JSON is refused by the name of its field, at any depth."""

from typing import Any

import pytest
from rest_framework import serializers as s

from accounts.api.bodies import JsonSerializer
from accounts.api.texts import Text


class _Inner(JsonSerializer):
    on = s.BooleanField()


class _Body(JsonSerializer):
    name = Text(required=False, max_length=20)
    price = Text(required=False, numbers=True)
    on = s.BooleanField(required=False)
    count = s.IntegerField(required=False)
    share = s.FloatField(required=False)
    amount = s.DecimalField(required=False, max_digits=9, decimal_places=2)
    kind = s.ChoiceField(["1", "2"], required=False)
    at = s.DateTimeField(required=False)
    key = s.UUIDField(required=False)
    names = s.ListField(child=Text(), required=False)
    numbers = s.ListField(child=s.IntegerField(), required=False)
    inner = _Inner(required=False)
    nothing = s.BooleanField(required=False, allow_null=True)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", [1, 1.5, True, [], {}]), ("price", [True, []]), ("on", [0, 1, "true", "", "yes"]), ("count", ["5", True, 2.5]),
        ("share", ["0.5", True]), ("amount", [True, [], "x"]), ("kind", [1, True]), ("at", [20261121, True]), ("key", [1, 0]),
        ("names", ["a", [1], [None], [["a"]]]), ("numbers", [["1"], [True]]), ("inner", [{"on": "true"}, [], "x"]), ("nothing", ["null", ""]),
    ],
)  # fmt: skip
def test_another_type_is_refused(field: str, values: list[Any]) -> None:
    for value in values:
        body = _Body(data={field: value})
        assert not body.is_valid(), value
        assert list(body.errors) == [field]


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("name", "5", "5"), ("price", 5, "5"), ("price", "Rs 5", "Rs 5"), ("on", False, False), ("count", 5, 5), ("count", 5.0, 5),
        ("share", 1, 1.0), ("kind", "1", "1"), ("names", ["a"], ["a"]), ("nothing", None, None),
    ],
)  # fmt: skip
def test_the_described_type_is_taken(field: str, value: Any, read: Any) -> None:
    body = _Body(data={field: value})
    assert body.is_valid(), body.errors
    assert body.validated_data == {field: read}


def test_a_body_is_an_object() -> None:
    assert not _Body(data=[]).is_valid()


@pytest.mark.parametrize("text", ["\x19", "\x19\x80", " \x7f "])
def test_a_text_of_control_characters_alone_is_blank(text: str) -> None:
    """As its pattern in the schema says; beside a letter they are somebody else's to clean."""
    assert _errors({"name": text})["name"][0].code == "blank"
    assert list(_errors({"names": ["a", text]})) == ["names"]
    assert _Body(data={"name": f"a{text}"}).is_valid()


def _errors(given: Any) -> Any:
    body = _Body(data=given)
    body.is_valid()
    return body.errors
