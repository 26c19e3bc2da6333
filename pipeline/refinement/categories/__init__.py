"""What kind of event is it: text to hashed features and word counts, and those to calibrated probabilities
over the taxonomy."""
