"""What a reader is told when it asks for what it cannot have."""

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
    """A message or a request that is answered with an error; `detail` is for a person to read."""

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
