"""What all addresses below `/api/` have in common: limits, ETags, CORS, and errors as problem details."""

from config.api.middleware import ApiMiddleware

__all__ = ["ApiMiddleware"]
