"""Makes the shipped models: data, features, fitting, scores. No worker imports it."""
