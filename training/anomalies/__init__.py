"""Planted anomalies in simulated years, and how many of them the product's own rules find (docs/insights.md, decisions/0146).

The generator, the worlds that decide (`HELD_OUT`) and their seeds were written before the rules were tuned.
"""
