"""The gateway from the telephone system's side: real processes, real HTTP, loopback."""
