"""The services of the log: record what was done, chain the entries, verify the chain, forget a person."""

from audit.services.chaining import chain
from audit.services.checkpoints import write_checkpoint
from audit.services.pseudonyms import forget_people, forget_person, pseudonym_of, reference
from audit.services.recording import Done, record, record_many
from audit.services.verifying import verify

__all__ = [
    "Done",
    "chain",
    "forget_people",
    "forget_person",
    "pseudonym_of",
    "record",
    "record_many",
    "reference",
    "verify",
    "write_checkpoint",
]
