"""What stands on the pages to be copied."""

from __future__ import annotations

import re
from typing import List

from .process import ROOT

DOCS = ROOT / "docs"


def blocks(page: str, language: str) -> List[str]:
    """Return the code of one language on a page."""
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
