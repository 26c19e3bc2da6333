"""Categorizes events.

Text becomes hashed features and word counts, and these become calibrated probabilities.
"""
