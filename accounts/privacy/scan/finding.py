"""One place where a mark of a person was found."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """`place` is a table with column and key, a key of Valkey, or a file; `mark` is what was found, by its kind."""

    place: str
    mark: str

    def __str__(self) -> str:
        return f"{self.place}: {self.mark}"
