"""Signals about quotas. `egress` does not know the apps above, which receive these signals."""

from django.dispatch import Signal

#: A key has used a share (0.8, then 1.0) of what it is granted, said once per window and share, for windows
#: of a minute or more. Arguments: `key`, `used`, `granted` (requests), `window_end` (aware), `seconds` (the
#: window's length), `share`, `cost` (of the window so far), `currency`. Sent robustly, outside the count's
#: transaction: a receiver that fails stops no fetch.
quota_crossed = Signal()
