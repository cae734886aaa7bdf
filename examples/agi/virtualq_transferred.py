#!/opt/virtualq/bin/python
"""`Queue(support,,,,,virtualq_transferred.py)`: an agent took the call; to script, then calls."""

import sys

from script import main

if __name__ == "__main__":
    sys.exit(main("transferred"))
