"""Is it the caller's turn? With virtualq."""

import sys

from virtualq import Session

with Session("key", base_url=sys.argv[1]) as vq:
    sys.exit(0 if vq.verify_caller(3042, "+17343305027") else 1)
