"""The watch: every long-lived process measures and judges in turn, so that one of them does as long as one lives."""
