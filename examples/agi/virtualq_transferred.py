#!/opt/virtualq/bin/python
"""`Queue(support,,,,,virtualq_transferred.py)`: an agent took the call; to virtualq_script."""

import sys

from virtualq_script import main

if __name__ == "__main__":
    sys.exit(main("transferred"))
