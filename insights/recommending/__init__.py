"""Recommends events: pure functions over arrays, which the product and the comparison of recommenders (`training.recommending`) share.

docs/insights.md says from what, and how right it is; decision 0144 why it is made so.
"""
