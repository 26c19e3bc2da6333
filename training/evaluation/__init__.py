"""The figures of `manage.py evaluate`."""

from training.evaluation.categories import (
    LabelledEvent,
    categories_on,
    read_label_map,
    read_labelled,
    score_categories,
    truth_of,
)
from training.evaluation.dated import dated_files, files_on
from training.evaluation.duplicates import duplicates_on, ordered, read_pairs, score_pairs
from training.evaluation.fields import LabelFile, fields_on, read_label_files, structured_files
from training.evaluation.unused import read_each, unused_on
from training.evaluation.venues import read_venues, venues_on

__all__ = [
    "LabelFile",
    "LabelledEvent",
    "categories_on",
    "dated_files",
    "duplicates_on",
    "fields_on",
    "files_on",
    "ordered",
    "read_each",
    "read_label_files",
    "read_label_map",
    "read_labelled",
    "read_pairs",
    "read_venues",
    "score_categories",
    "score_pairs",
    "structured_files",
    "truth_of",
    "unused_on",
    "venues_on",
]
