"""What super admins see of the labeling rows: read, search, rescue."""

from annotations.admin import labeling, quality

__all__ = ["labeling", "quality"]
