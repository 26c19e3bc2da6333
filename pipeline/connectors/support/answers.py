"""The names of `values` under which connectors that are not moved yet import them."""

from pipeline.connectors.support.values import (
    at,
    images,
    kept_without,
    line,
    lines,
    link,
    moment,
    number,
    objects,
    once,
    pictures,
    postal,
    source_of,
    text,
    up_to,
    without,
)

__all__ = [
    "at", "images", "kept_without", "line", "lines", "link", "moment", "number", "objects", "once", "pictures", "postal", "source_of", "text",
    "up_to", "without",
]  # fmt: skip
