"""requests, loaded and not used."""

import requests  # noqa: F401
