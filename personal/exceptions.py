"""Errors of what a person keeps."""


class PersonalRefused(Exception):
    """It cannot be kept: `detail` says why, and what to do."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
