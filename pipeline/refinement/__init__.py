"""From raw record to event: `pipeline` has the list of steps, `steps` one file for each.

Their engines stand beside.
"""
