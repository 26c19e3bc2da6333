"""The roof: settings, addresses, the schedule, and the processes that carry all apps."""
