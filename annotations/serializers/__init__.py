"""Shapes of the labeling API, as OpenAPI shows them and as requests are read."""
