"""Errors of ratings."""


class RatingRefused(Exception):
    """It may not be rated, or answered, by this person or now. `detail` is one line for them."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
