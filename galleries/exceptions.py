"""Errors of galleries."""


class PhotoNotTaken(Exception):
    """This person may not give a photo to it, or not now. `detail` is one line for them."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
