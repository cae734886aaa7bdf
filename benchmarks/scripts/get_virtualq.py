"""Who is the caller? With virtualq."""

import sys

from virtualq import Session

with Session("key", base_url=sys.argv[1]) as vq:
    caller = vq.get_caller(3042, "+17343305027").value
fields = (
    caller.id,
    caller.phone,
    caller.channel,
    caller.virtualq_caller_state,
    caller.ewt,
    caller.created_at,
    caller.line_id,
    caller.skills,
    caller.properties,
)
sys.exit(0 if all(fields) else 1)
