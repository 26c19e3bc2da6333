"""Parameters as an object of JSON, and what the schema says of them."""

from typing import Any

import jsonschema
import pytest
from rest_framework.exceptions import ValidationError

from events.api import readers as read
from events.api.nested import body_schema, texts_of
from events.api.parameters import Param

ROWS = (
    Param(name="q", read=read.words(3), about="Words.", example="jazz", required=True),
    Param(name="limit", read=read.whole(1, 100), about="Results.", example=20),
    Param(name="kind", read=read.one_of(("a", "b")), about="Kind.", example="a"),
    Param(name="tag", read=read.several(read.text(5)), about="Tags.", example="a,b", many=True),
    Param(name="bbox", read=read.box, about="Box.", example="1,2,3,4", many=True),
)


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ({"q": "jazz", "limit": 5}, {"q": "jazz", "limit": "5"}),
        ({"q": "jazz", "limit": 5.0}, {"q": "jazz", "limit": "5"}),
        (
            {"q": "jazz", "tag": ["a", "b"], "bbox": [1, 2.5, 3, 4]},
            {"q": "jazz", "tag": "a,b", "bbox": "1,2.5,3,4"},
        ),
        ({"q": "jazz", "limit": "5", "tag": "a"}, {"q": "jazz", "limit": "5", "tag": "a"}),
    ],
)
def test_what_fits_the_schema_is_taken(body: dict[str, Any], texts: dict[str, str]) -> None:
    jsonschema.Draft202012Validator(body_schema(ROWS)).validate(body)
    assert texts_of(body, ROWS) == texts


@pytest.mark.parametrize(
    "wrong", [{"q": 5}, {"q": None}, {"limit": True}, {"limit": {}}, {"kind": 1}, {"kind": ["a"]}, {"kind": ""}, {"tag": [1]}, {"tag": ["a,b"]}, {"bbox": [{}]}]
)  # fmt: skip
def test_what_does_not_fit_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        texts_of({"q": "jazz", **wrong}, ROWS)
    assert list(refused.value.detail) == list(wrong)  # type: ignore[arg-type]
    if wrong != {"tag": ["a,b"]}:
        assert not jsonschema.Draft202012Validator(body_schema(ROWS)).is_valid({"q": "jazz", **wrong})


@pytest.mark.parametrize(
    ("reader", "taken", "refused"),
    [
        (read.hour, ["17:00", "7:5", "23:59"], ["24:00", "17:60", "17", "17:00:00", "١:00"]),
        (read.country, ["IN", "in"], ["I", "IND", "1N"]),
        (read.price_range, ["0-500", "-12.50"], ["0-", "0-x"]),
    ],
)
def test_a_pattern_is_what_the_reader_takes(
    reader: read.Reader, taken: list[str], refused: list[str]
) -> None:
    check = jsonschema.Draft202012Validator(dict(reader.schema))
    for text in taken:
        reader(text)
        assert check.is_valid(text), text
    for text in refused:
        assert not check.is_valid(text), text
        with pytest.raises(ValueError, match=r"."):
            reader(text)
