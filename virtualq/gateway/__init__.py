"""`virtualq gateway`: a resident process that telephone systems ask over HTTP (extra `gateway`).

add_options() and run() are for the command line. docs/gateway.md is for the user.
"""

from virtualq.gateway.command import add_options, run

__all__ = ["add_options", "run"]
