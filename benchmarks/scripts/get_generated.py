"""Who is the caller? With what openapi-python-client makes of our spec."""

import sys

from generated_client import AuthenticatedClient
from generated_client.api.callers import list_waiters

client = AuthenticatedClient(
    base_url=sys.argv[1] + "/api/v2", token="key", prefix="", auth_header_name="X-Api-Key"
)
with client:
    found = list_waiters.sync(client=client, active=True, phone="+17343305027", line_id=3042)
caller = found.data[0]
said = caller.attributes
fields = (
    int(caller.id),
    said.phone,
    said.channel,
    said.virtualq_waiter_state,
    said.ewt,
    said.created_at,
    said.line.id,
    said.skills,
    said.properties,
)
sys.exit(0 if all(fields) else 1)
