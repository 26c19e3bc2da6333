"""How sources do: health, alerts, quotas, metrics and the overview of the pipeline."""
