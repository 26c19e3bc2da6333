"""Monitoring of sources: health, alerts, quotas, metrics and the overview of the pipeline."""
