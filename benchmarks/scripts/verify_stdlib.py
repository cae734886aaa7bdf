"""Is it the caller's turn? By hand, on http.client and json."""

import http.client
import json
import sys
from urllib.parse import urlencode, urlsplit

asked = urlencode({"currently_up": "true", "phone": "+17343305027", "line_id": "3042"})
connection = http.client.HTTPConnection(urlsplit(sys.argv[1]).netloc, timeout=3)
headers = {"X-Api-Key": "key", "Accept": "application/vnd.api+json"}
connection.request("GET", f"/api/v2/waiters?{asked}", headers=headers)
answer = connection.getresponse()
if answer.status != 200:
    sys.exit(f"status {answer.status}")
sys.exit(0 if json.loads(answer.read())["data"] else 1)
