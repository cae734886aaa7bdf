"""Bad days on real sockets: a server that breaks in named ways, and what must come of each."""
