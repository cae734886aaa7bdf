"""Is it the caller's turn? With virtualq, as docs/start-up.md says for one call a process."""

import gc

gc.disable()  # before anything is loaded

import sys  # noqa: E402

from virtualq import Session  # noqa: E402

with Session("key", base_url=sys.argv[1]) as vq:
    up = bool(vq.verify_caller(3042, "+17343305027"))
gc.freeze()  # nothing is searched for garbage at the end
sys.exit(0 if up else 1)
