"""How a request travels and its answer comes back, within a deadline. Below session, above _api."""
