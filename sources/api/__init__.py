"""The writing part of the API: submissions, webhooks, scans, and the staff's view of sources and runs."""
