"""One program that brings Nocturne up, shows what its processes say, and takes all of it down again.

honcho gives the Procfile's grammar and the coloured, prefixed lines. Its Manager is not used: its go-betweens
die of a closed terminal's SIGHUP while the processes behind them live on, and a killed manager leaves
everything running.
"""
