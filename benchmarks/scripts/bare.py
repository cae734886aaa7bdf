"""Nothing: what Python itself costs."""
