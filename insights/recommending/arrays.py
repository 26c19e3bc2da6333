"""What the functions of this package read: events, people and acts as arrays. No row names anybody: a person is a row number."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.integer]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Items:
    """Events, one row each. `about` is a text's vector of unit length (rows × dimensions), `place` in kilometres (rows × 2, NaN: unknown).

    Labels are numbers from 0; -1 of `venue` and `performer` is none or unknown. `price` counts steps from free (0), -1 unknown.
    `opened` is how often it was opened, `lately` within the last week. `is_small` says whether its venue is a small or new one.
    """

    about: Floats
    category: Ints
    venue: Ints
    performer: Ints
    hour: Ints
    price: Ints
    place: Floats
    opened: Floats
    lately: Floats
    is_small: Bools

    def __len__(self) -> int:
        return len(self.category)

    def take(self, rows: Ints) -> "Items":
        """The events of these rows, in their order."""
        return Items(*(getattr(self, name)[rows] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class People:
    """What people said of themselves: where they are (rows × 2 km, NaN: not said), categories (rows × any, -1: none), the most steps of price."""

    home: Floats
    categories: Ints
    budget: Ints

    def __len__(self) -> int:
        return len(self.budget)

    def take(self, rows: Ints) -> "People":
        """The people of these rows, in their order."""
        return People(self.home[rows], self.categories[rows], self.budget[rows])


@dataclass(frozen=True, slots=True)
class Acts:
    """What people did: row of the person, row of the event, and how much it says (`weigh`); below 0: less of this."""

    person: Ints
    item: Ints
    weight: Floats

    def __len__(self) -> int:
        return len(self.person)
