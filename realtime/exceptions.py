"""Errors that the feed reports to its clients."""

from enum import StrEnum


class Code(StrEnum):
    """The `code` of an error message."""

    JSON = "json"
    TYPE = "type"
    TOPICS = "topics"
    FILTERS = "filters"
    BATCH = "batch"
    RESUME = "resume"
    FORBIDDEN = "forbidden"
    AUTH = "auth"
    LIMIT = "limit"
    CROWD = "crowd"
    RATE = "rate"
    SIZE = "size"


class Refused(Exception):
    """A message or a request that is answered with an error. `detail` is a sentence for a person."""

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
