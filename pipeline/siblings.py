"""How many texts are remembered: occurrences of a series, and events of one house, share their words with those beside them.

What depends on a text alone is read once for all of them, by `lru_cache(maxsize=SIBLINGS)`. The number is small, since siblings stand
together in a feed, and since descriptions are long.
"""

from typing import Final

SIBLINGS: Final = 256
