"""The catalogues of `locale/`: collected from the sources (`extracting`), and compiled for gettext (`compiling`)."""
