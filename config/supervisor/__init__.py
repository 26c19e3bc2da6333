"""Starts Nocturne's processes, shows their output, and stops all of them.

honcho provides the Procfile's grammar and the coloured, prefixed lines. Its Manager is not used: its
intermediate processes die of a closed terminal's SIGHUP while the processes behind them continue, and a
killed manager leaves everything running.
"""
