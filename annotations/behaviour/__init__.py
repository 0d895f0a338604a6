"""How people work in a task: rules, and what follows for those who break them."""
