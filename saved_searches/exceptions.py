"""Errors of saved searches."""


class SavedSearchRefused(Exception):
    """It cannot be saved: `detail` says why, and what to do."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
