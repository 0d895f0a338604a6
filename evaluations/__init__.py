"""Voice evaluations: the V5 door."""
