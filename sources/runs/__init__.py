"""Runs are claimed, fetched, processed and settled.

Read `claim`, `fetch`, `process` and `settle` in this order.
"""
