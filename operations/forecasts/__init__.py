"""Which sources will fail in the coming days, beside a naive forecast, and how right both were."""
