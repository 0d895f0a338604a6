"""The labeling API: the same endpoints serve the workbench and programs."""
