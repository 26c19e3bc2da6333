"""What every address below `/api/` has in common, whichever app answers: limits, ETags, who may read it from
elsewhere, errors as problems."""

from config.api.middleware import ApiMiddleware

__all__ = ["ApiMiddleware"]
