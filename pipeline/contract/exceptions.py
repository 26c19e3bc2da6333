"""Errors of a source."""


class SourceError(Exception):
    """Base class. `detail` is one clear line for an operator."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class SchemaChanged(SourceError):
    """The answer does not have the shape that the connector expects. Never reported as zero events."""


class ConfigInvalid(SourceError):
    """The source's configuration is wrong. The message names the field and the remedy."""


class CredentialsMissing(SourceError):
    """A key is missing. The message names the variable."""


class UnknownConnector(SourceError):
    """No connector has that name, or none fits the URL or file."""


class ReadingStalled(SourceError):
    """An answer used too much processor time, ended its process, or is a dead letter for one of these."""


class DropRecord(SourceError):
    """This record cannot become an event.

    The rest of the feed continues. `detail` is the reason under which it is counted.
    """
