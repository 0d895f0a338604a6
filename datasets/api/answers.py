"""Answers that several calls describe."""

from drf_spectacular.utils import OpenApiResponse

SENT_BY_BUCKET = OpenApiResponse(description="Where files lie in a bucket: to its address, signed for a short while.")
