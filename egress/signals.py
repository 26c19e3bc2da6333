"""Signals about quotas for the higher apps."""

from django.dispatch import Signal

#: A key has used a share (0.8, then 1.0) of its grant; sent once for each window and share, for windows of a
#: minute or more. Arguments: `key`, `used`, `granted` (requests), `window_end` (aware), `seconds` (the
#: window's length), `share`, `cost` (of the window so far), `currency`. Sent robustly, outside the count's
#: transaction: a failing receiver stops no fetch.
quota_crossed = Signal()
