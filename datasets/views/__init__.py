"""Pages of datasets, and the doors to their bytes."""
