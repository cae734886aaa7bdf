"""A spec file -> the typed model (model.py), or a Problem: what generate.py calls first.

The steps: reading.py (strict YAML or JSON) -> checking.py (is it good, and supported?) ->
schemas.py, operations.py and service.py (typed model).
"""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Tuple

from checking import check, validate
from document import Document
from model import Spec
from operations import Operations
from problem import Problem, is_object
from reading import read
from schemas import Schemas
from service import read_service


def load(path: Path) -> Spec:
    """Load a spec; Problem with a pointer for one that is not good or not supported."""
    return load_document(path)[0]


def load_document(path: Path) -> Tuple[Spec, Dict[str, object]]:
    """Load a spec, and the plain data that it was made of; Problem as in load."""
    data = read(path)
    if not is_object(data):
        raise Problem("#", "must be an object, an OpenAPI document")
    document = Document(data)
    check(document)
    validate(data)
    schemas = Schemas(document)
    schemas.read_components()
    requests = Operations(document, schemas).read()
    info = document.root.need("info")
    spec = Spec(
        title=info.need("title").text(),
        version=info.need("version").text(),
        enumerations=schemas.registry.enumerations,
        models=schemas.registry.models,
        requests=requests,
        service=read_service(document) if any(request.functions for request in requests) else None,
    )
    return spec, data
