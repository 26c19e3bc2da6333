"""The services of the log: record what was done, chain the entries, verify the chain, forget a person."""

from audit.services.chaining import chain
from audit.services.checkpoints import write_checkpoint
from audit.services.pseudonyms import forget_person, pseudonym_of
from audit.services.recording import record
from audit.services.verifying import verify

__all__ = ["chain", "forget_person", "pseudonym_of", "record", "verify", "write_checkpoint"]
