"""The writing side of the API: what is sent to us, scans, and the staff's view of sources and runs."""
