"""From a raw record to an event: `pipeline` has the steps in their order, `steps` one file for each, and beside them the
engines that they use."""
