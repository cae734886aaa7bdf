"""A stranger's validator finds nothing wrong with the spec."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from ruamel.yaml import YAML

from .prism import SPEC

pytestmark = pytest.mark.once


@pytest.fixture
def document() -> Any:
    """The spec as a plain document."""
    return YAML(typ="safe").load(SPEC.read_text(encoding="utf-8"))


def test_nothing_is_found(document: Any) -> None:
    """openapi-spec-validator accepts the spec as OpenAPI 3.1."""
    assert document["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_the_validator_does_check(document: Any) -> None:
    """It does find a fault: finding nothing means something."""
    del document["info"]["title"]
    assert list(OpenAPIV31SpecValidator(document).iter_errors())
