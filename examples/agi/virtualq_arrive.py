#!/opt/virtualq/bin/python
"""`AGI(virtualq_arrive.py,LINE_ID)`: a call comes in; goes to virtualq_script."""

import sys

from virtualq_script import main

if __name__ == "__main__":
    sys.exit(main("arrive"))
