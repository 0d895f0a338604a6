"""What programs send to `/v5/` and get from it."""
