"""A simulated crowd, and an honest comparison of recommenders by time (docs/insights.md, decisions/0140).

No public log of short-lived local events exists that a package ships, so the crowd is simulated. The generator was written before
any recommender, with worlds and seeds that are held out, and one world in which nobody has a taste.
"""
