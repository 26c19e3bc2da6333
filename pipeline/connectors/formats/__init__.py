"""Documents of a standard kind: iCalendar, RSS and Atom, pages with markup, JSON, and pages by selectors."""
