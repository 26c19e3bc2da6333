"""The audience of a change."""

from enum import StrEnum


class Audience(StrEnum):
    PUBLIC = "public"
    STAFF = "staff"
    USER = "user"
