"""Searches everything that is stored for the marks of a person."""

from accounts.privacy.scan.finding import Finding
from accounts.privacy.scan.marks import Marks, marks_of
from accounts.privacy.scan.scanning import scan

__all__ = ["Finding", "Marks", "marks_of", "scan"]
