"""The command line, most of it as a process of its own: what a shell or a dialplan sees."""
