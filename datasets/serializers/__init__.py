"""Datasets, their files and their labels as JSON."""
