"""virtualq inside of other frameworks, each with an extra of its own; the core never loads them."""
