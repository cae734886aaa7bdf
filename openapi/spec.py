"""A spec file -> the typed model (model.py), or a Problem: what generate.py calls first; the steps are in the files named here.

reading.py (strict YAML or JSON) -> upgrade.py (3.0 -> 3.1) -> checking.py (meta-schema, supported keywords) -> schemas.py and
operations.py (typed model).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from document import Document
from model import Spec
from operations import Operations
from problem import Problem
from reading import read
from schemas import Schemas
from service import read_service


def load(path: Path) -> Spec:
    """Load a spec; Problem with a pointer for one that is not good or not supported."""
    data = read(path)
    if not isinstance(data, dict):
        raise Problem("#", "must be an object, an OpenAPI document")
    document = Document(data)
    schemas = Schemas(document)
    schemas.read_components()
    requests = Operations(document, schemas).read()
    info = document.root.need("info")
    return Spec(
        title=info.need("title").text(),
        version=info.need("version").text(),
        digest=_digest(data),
        enumerations=schemas.enumerations,
        models=schemas.models,
        requests=requests,
        service=read_service(document) if any(request.functions for request in requests) else None,
    )


def _digest(data: object) -> str:
    """Name a parsed document: comments, the order of keys and the way it is written change nothing."""
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
