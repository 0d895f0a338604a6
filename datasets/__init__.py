"""What: audio files, datasets, artifact types, annotation sets, processed datasets, formats."""
