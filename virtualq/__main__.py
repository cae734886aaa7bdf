"""`python -m virtualq`: the same as the program `virtualq`; goes straight to cli."""

import sys

from virtualq.cli import main

if __name__ == "__main__":
    sys.exit(main())
