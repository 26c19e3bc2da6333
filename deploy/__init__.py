"""What brings Nocturne onto machines, and what looks at what it is made of."""
