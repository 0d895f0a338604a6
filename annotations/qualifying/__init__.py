"""Who may label: skills, trainings and exams, and control items with known answers."""
