#!/opt/virtualq/bin/python
"""`AGI(virtualq_abandoned.py)` in the extension h: who was up has left; to virtualq_script."""

import sys

from virtualq_script import main

if __name__ == "__main__":
    sys.exit(main("abandoned"))
