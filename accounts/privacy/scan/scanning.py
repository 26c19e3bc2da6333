"""The whole search."""

from accounts.privacy.scan.database import scan_database
from accounts.privacy.scan.files import scan_files
from accounts.privacy.scan.finding import Finding
from accounts.privacy.scan.marks import Marks
from accounts.privacy.scan.valkey import scan_valkey


def scan(marks: Marks) -> list[Finding]:
    """Where the marks are: tables, Valkey, files. Reads everything that is stored, which takes its time."""
    return sorted({*scan_database(marks), *scan_valkey(marks), *scan_files(marks)})
