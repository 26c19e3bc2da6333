"""Simulated events with registration, and how right expectations of them are beside the naive ones (docs/insights.md, decisions/0138).

The generator, the worlds that decide (`HELD_OUT`) and their seeds were written before the model.
"""
