"""iCalendar: from bytes (`split`) over lines, values, zones and times to entries, series and records
(`read`), behind one connector."""

from pipeline.connectors.formats.ical.connector import ICal, ICalConfig

__all__ = ["ICal", "ICalConfig"]
