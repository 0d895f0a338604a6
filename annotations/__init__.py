"""Human labels: questions, labeling tasks, assignments, submissions, reviews."""
