"""Pages about people and the spaces they share."""
