"""What touches several rows at once: making a task, handing out work, taking it in, judging it."""
