"""Errors of places."""


class PlaceError(Exception):
    """Base class. `detail` gives the reason, for people."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class PlaceMergeRefused(PlaceError):
    """Two places cannot be merged, or a merge cannot be undone."""


class PlaceClosed(PlaceError):
    """The place no longer exists, so it gets no reports."""


class ReportEmpty(PlaceError):
    """The report is empty."""


class SpecialNotKnown(PlaceError):
    """A visitor's special status is not in the list."""


class ReportTooSoon(PlaceError):
    """The same person reported on this place just now. `seconds` remain until the next report."""

    def __init__(self, detail: str, *, seconds: int) -> None:
        super().__init__(detail)
        self.seconds = seconds
