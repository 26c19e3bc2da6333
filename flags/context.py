"""Context processor for templates: what is on, so that what is off is hidden."""

from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest

from flags.models import FEATURES, Flag
from flags.services import is_on


class Features:
    """`features.submissions` says whether a flag is on; each is asked for once in a page, and only where a template does."""

    def __init__(self) -> None:
        self._known: dict[str, bool] = {}

    def __getitem__(self, name: str) -> bool:
        """Whether it is on; the default where the database does not answer, since the page that says so has links, too."""
        if name not in self._known:
            flag = Flag(name)
            try:
                self._known[name] = is_on(flag)
            except DatabaseError:
                self._known[name] = FEATURES[flag].default
        return self._known[name]


def features(request: HttpRequest) -> Mapping[str, Any]:
    """The variable `features`."""
    return {"features": Features()}
