"""Anomalies: what differs from the usual of its weekday, told in a sentence, with the question whether that was right."""
