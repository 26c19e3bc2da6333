"""Forms of sources."""

from sources.forms.config import config_fields, config_of
from sources.forms.submit import SubmissionForm, stamp

__all__ = ["SubmissionForm", "config_fields", "config_of", "stamp"]
