"""Is it the caller's turn? By hand, on httpx."""

import sys

import httpx

answer = httpx.get(
    sys.argv[1] + "/api/v2/waiters",
    params={"currently_up": "true", "phone": "+17343305027", "line_id": "3042"},
    headers={"X-Api-Key": "key", "Accept": "application/vnd.api+json"},
    timeout=3,
)
answer.raise_for_status()
sys.exit(0 if answer.json()["data"] else 1)
