"""Text from outside: decoded, made safe, folded, and taken apart into words."""
