"""The judged queries: two files beside this module, each with the queries and grades of one half (guideline.md)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FOLDER = Path(__file__).parent
HALVES = ("open", "closed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What was typed, with the city ('' for none) and the local time of that city (New York's for none) without a zone.

    `grades` are 0 to 3 by the stable key of an event (`corpus.keys_of`).
    """

    text: str
    city: str
    asked: datetime
    half: str
    grades: dict[str, int]

    def grade(self, keys: Iterable[str]) -> int | None:
        """The highest grade of an event with these keys; None where it was not judged."""
        return max((self.grades[key] for key in keys if key in self.grades), default=None)


def read(half: str) -> list[Question]:
    """The queries of "open", "closed" or "all"."""
    if half == "all":
        return [question for one in HALVES for question in read(one)]
    rows = [row for row in _rows(half) if not row.startswith("#")]
    return [_question(row.split("\t"), half) for row in rows]


def keep(questions: Iterable[Question], half: str) -> None:
    """Write one half again, under the comments at its top."""
    comments = [row for row in _rows(half) if row.startswith("#")]
    rows = [
        "\t".join((one.text, one.city, one.asked.isoformat(timespec="minutes"), _told(one.grades)))
        for one in questions
    ]
    (FOLDER / f"{half}.tsv").write_text("\n".join([*comments, *rows]) + "\n", encoding="utf-8")


def _rows(half: str) -> list[str]:
    return (FOLDER / f"{half}.tsv").read_text(encoding="utf-8").splitlines()


def _question(cells: list[str], half: str) -> Question:
    text, city, asked, told = cells
    grades = {key: int(grade) for key, grade in (pair.split("=") for pair in told.split())}
    return Question(text=text, city=city, asked=datetime.fromisoformat(asked), half=half, grades=grades)


def _told(grades: dict[str, int]) -> str:
    return " ".join(f"{key}={grade}" for key, grade in sorted(grades.items()))
