"""What operators see of the whole installation, across the apps."""
