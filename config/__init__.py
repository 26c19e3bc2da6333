"""Settings, addresses, the schedule, and the processes that run all apps."""
