"""Is it the caller's turn? With what openapi-python-client makes of our spec."""

import sys

from generated_client import AuthenticatedClient
from generated_client.api.callers import list_waiters

client = AuthenticatedClient(
    base_url=sys.argv[1] + "/api/v2", token="key", prefix="", auth_header_name="X-Api-Key"
)
with client:
    found = list_waiters.sync(client=client, currently_up=True, phone="+17343305027", line_id=3042)
sys.exit(0 if found.data else 1)
