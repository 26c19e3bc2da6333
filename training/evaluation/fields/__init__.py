"""The accuracy of event fields: labels that were read from raw files, against the product's result."""

from training.evaluation.fields.labels import Label, LabelFile, data_files, read_label_files
from training.evaluation.fields.score import fields_on
from training.evaluation.fields.structured import structured_files

__all__ = ["Label", "LabelFile", "data_files", "fields_on", "read_label_files", "structured_files"]
