"""`virtualq verify` by hand, on requests and json: settings, an answer on stdout, an exit code."""

import json
import os
import sys

import requests

answer = requests.get(
    os.environ["VIRTUALQ_BASE_URL"] + "/api/v2/waiters",
    params={"currently_up": "true", "line_id": sys.argv[1], "phone": sys.argv[2]},
    headers={"X-Api-Key": os.environ["VIRTUALQ_API_KEY"], "Accept": "application/vnd.api+json"},
    timeout=3,
)
answer.raise_for_status()
up = bool(json.loads(answer.content)["data"])
print("up" if up else "not up")
sys.exit(0 if up else 1)
