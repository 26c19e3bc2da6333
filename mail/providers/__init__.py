"""Those who take mail: an SMTP server, an API that anymail knows, or another backend of Django."""

from mail.providers.base import Provider
from mail.providers.table import provider_of, providers_of

__all__ = ["Provider", "provider_of", "providers_of"]
