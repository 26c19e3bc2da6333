"""What places refuse."""


class PlaceError(Exception):
    """Refused; `detail` says why, for people."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class PlaceMergeRefused(PlaceError):
    """Two places cannot be merged, or a merge cannot be undone."""
