"""Outside text: decoding, sanitizing, folding, and splitting into words."""
