"""Detectors that need no training. No Django in here.

`catalogue` says which there are, with their parameters, and imports the standard library alone; `listening` and what
it uses load numpy and belong to the worker.
"""
