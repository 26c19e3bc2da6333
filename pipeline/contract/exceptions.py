"""What may go wrong with a source."""


class SourceError(Exception):
    """Base of all. `detail` is one clear line for an operator."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class SchemaChanged(SourceError):
    """The answer does not have the shape that the connector was built for. Never reported as zero events."""


class ConfigInvalid(SourceError):
    """The source's configuration is wrong: names the field and the remedy."""


class CredentialsMissing(SourceError):
    """A key is needed: names the variable."""


class UnknownConnector(SourceError):
    """No connector of that name is in the table, or none fits the URL or file."""


class ReadingStalled(SourceError):
    """An answer used up its processor time, ended the process that read it, or was set aside before for one
    of these."""


class DropRecord(SourceError):
    """This one record cannot become an event; `detail` is the reason that is counted. The rest of the feed
    goes on."""
