"""Errors of outgoing webhooks."""


class WebhookImpossible(Exception):
    """Not possible in the present state: `detail` says why, and what to do."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class ChangedMeanwhile(Exception):
    """The endpoint is not any more as the caller read it."""


class TooManyTests(Exception):
    """Too many messages were asked for: `retry_after` in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after
