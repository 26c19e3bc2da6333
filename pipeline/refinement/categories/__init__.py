"""Categorizes events: text becomes hashed features and word counts, and these become calibrated
probabilities.
"""
