"""The services of the log: record what was done, chain the entries, verify the chain, forget a person."""

from audit.services.pseudonyms import forget_person, pseudonym_of
from audit.services.recording import record

__all__ = ["forget_person", "pseudonym_of", "record"]
