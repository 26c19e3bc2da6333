"""The admin's first page: what waits, what was decided, what comes in, what is missing, and where to look.

Each module of `figures/` collects one part of it for one person, and leaves out what that person may not see.
"""
