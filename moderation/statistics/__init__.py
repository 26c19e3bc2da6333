"""What the rules did, what other settings would have done, and how often people agreed."""
