"""Bad days on real sockets: a server that breaks in named ways, and a table of what the client must make of each."""
