#!/opt/virtualq/bin/python
"""`AGI(virtualq_arrive.py,LINE_ID)`: a call comes in; goes to script, then calls."""

import sys

from script import main

if __name__ == "__main__":
    sys.exit(main("arrive"))
