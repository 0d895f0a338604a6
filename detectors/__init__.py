"""Machine labels: training jobs, models, inference, suggestions."""
