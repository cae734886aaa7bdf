"""A second opinion: openapi-spec-validator over the whole document, after the own walk of
checking.py.
"""

from __future__ import annotations

from typing import Dict, List, Tuple, Type

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from openapi_spec_validator.validation.validators import SpecValidator

from problem import Problem, child


def validate(data: Dict[str, object]) -> None:
    """Raise Problem for the first fault that openapi-spec-validator finds, by pointer."""
    version = str(data.get("openapi"))
    kind: Type[SpecValidator] = (
        OpenAPIV30SpecValidator if version.startswith("3.0") else OpenAPIV31SpecValidator
    )
    found: List[Tuple[str, str]] = []
    try:
        for error in kind(data).iter_errors():
            found.append((child("#", *error.absolute_path), error.message))
    except RecursionError:
        # It follows schemas that contain themselves without end; the own walk has seen them.
        return
    if found:
        pointer, message = min(found)
        raise Problem(pointer, f"{message}; correct it")
