"""The folded texts of a venue.

A moderator's correction is stored under them, and later events are looked up by them.
"""

from typing import Final

from pipeline.geography.likeness.addresses import compare_addresses, street_address
from pipeline.text.folding import fold_name

LONGEST: Final = 400


def wordings(name: str, address: str) -> list[str]:
    """The texts of a venue, the most specific first.

    Name and address together, the name, and the address if it has a house number and there is no name.
    """
    named, placed = fold_name(name), fold_name(address)
    both = f"{named} {placed}" if named and placed and not placed.startswith(named) else ""
    house = (
        placed
        if placed and (not named or placed.startswith(named)) and street_address(address).number
        else ""
    )
    return list(dict.fromkeys(text[:LONGEST] for text in (both, house, named) if text))


def speaks_of(text: str, *, name: str, address: str, place_address: str) -> bool:
    """Whether a corrected text occurs in these words.

    A bare name does not count beside another house number.
    """
    if text not in wordings(name, address):
        return False
    if text != fold_name(name)[:LONGEST] or not address:
        return True
    found = compare_addresses(street_address(address), street_address(place_address))
    return found.same_number is None or bool(found.same_street and found.same_number)
