"""Is it the caller's turn? By hand, on requests and json."""

import json
import sys

import requests

answer = requests.get(
    sys.argv[1] + "/api/v2/waiters",
    params={"currently_up": "true", "phone": "+17343305027", "line_id": "3042"},
    headers={"X-Api-Key": "key", "Accept": "application/vnd.api+json"},
    timeout=3,
)
answer.raise_for_status()
sys.exit(0 if json.loads(answer.content)["data"] else 1)
