"""Simulated days of sources that fail, and how right a forecast of them is beside the naive one (docs/insights.md, decisions/0138).

The generator, the worlds that decide (`HELD_OUT`) and their seeds were written before the model.
"""
