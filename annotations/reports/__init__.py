"""How good the work of a task is, as figures: agreement, people, teams."""
