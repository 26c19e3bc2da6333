"""Errors of places."""


class PlaceError(Exception):
    """Refused; `detail` says why, for people."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class PlaceMergeRefused(PlaceError):
    """Two places cannot be merged, or a merge cannot be undone."""


class PlaceClosed(PlaceError):
    """Nothing is reported of a place that is none any more."""


class ReportEmpty(PlaceError):
    """A report that says nothing."""


class SpecialNotKnown(PlaceError):
    """A visitor's special status is not one of ours."""


class ReportTooSoon(PlaceError):
    """The same person has just reported of this place; `seconds` until they may again."""

    def __init__(self, detail: str, *, seconds: int) -> None:
        super().__init__(detail)
        self.seconds = seconds
