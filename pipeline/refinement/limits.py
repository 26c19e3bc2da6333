"""Limits on what an event keeps, in characters or in number."""

from typing import Final

MAX_DESCRIPTION: Final = 20_000


MAX_NAME: Final = 200


MAX_ADDRESS: Final = 400


MAX_TAG: Final = 60


MAX_TAGS: Final = 20
MAX_OFFERS: Final = 20
MAX_OFFER: Final = 80


MAX_IMAGES: Final = 10


MAX_PERFORMERS: Final = 50


MAX_DETAILS: Final = 20
