"""Mutations of the real spec: each ends with exit 2, no file touched, and exactly this one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, NamedTuple

import pytest

from . import generator
from .generator import changed, real_spec

POST = "/paths/~1waiters/post"
GET = "/paths/~1waiters/get"
PUT = "/paths/~1waiters~1{id}/put"
BODY = POST + "/requestBody/content/application~1vnd.api+json; charset=utf-8/schema"
SENT = BODY + "/properties/data/properties/attributes"
SCHEMAS = "/components/schemas"
CHANNEL = SCHEMAS + "/Channel"
RESOURCE = SCHEMAS + "/CallerResource"
ANSWERED = RESOURCE + "/properties/attributes/properties"


class Put(NamedTuple):
    """One change of the spec, and what the command says of it."""

    pointer: str
    value: Any
    where: str
    message: str
    remove: bool = False


NO_KEYWORD = "is not supported in a schema (openapi/README.md lists what is); take it out"
MUTATIONS: Dict[str, Put] = {
    # the document
    "version": Put("/openapi", "2.0", "#/openapi", 'is "2.0"; supported are 3.1.x and 3.0.x'),
    "version_next": Put(
        "/openapi", "3.2.0", "#/openapi", 'is "3.2.0"; supported are 3.1.x and 3.0.x'
    ),
    "version_number": Put("/openapi", 3.1, "#/openapi", "must be a text"),
    "no_version": Put(
        "/openapi", None, "#", 'has no "openapi", which is needed here; add it', remove=True
    ),
    "webhooks": Put(
        "/webhooks",
        {},
        "#/webhooks",
        "is not supported here; take it out. Supported: components, externalDocs, info, jsonSchemaDialect, openapi, "
        "paths, security, servers, tags",
    ),
    "no_title": Put(
        "/info/title", None, "#/info", "'title' is a required property; correct it", remove=True
    ),
    # types and keywords
    "type_unknown": Put(
        ANSWERED + "/ewt/type",
        "int",
        "#" + ANSWERED + "/ewt/type",
        "must be one of array, boolean, integer, null, number, object, string, or a list of them",
    ),
    "type_two": Put(
        ANSWERED + "/ewt/type",
        ["integer", "string"],
        "#" + ANSWERED + "/ewt/type",
        "must be one type, or one type and null; split it or describe it with anyOf",
    ),
    "type_null": Put(
        ANSWERED + "/ewt/type",
        "null",
        "#" + ANSWERED + "/ewt/format",
        "is for type integer; correct the type",
    ),
    "type_none": Put(
        ANSWERED + "/message/type",
        None,
        "#" + ANSWERED + "/message",
        "names no type; add one, or write {} for any value",
        remove=True,
    ),
    "type_repeated": Put(
        ANSWERED + "/message/type",
        ["string", "string"],
        "#" + ANSWERED + "/message/type",
        "must be one of array, boolean, integer, null, number, object, string, or a list of them",
    ),
    "keyword_typing_mistake": Put(
        ANSWERED + "/ewt/desciption", "x", "#" + ANSWERED + "/ewt/desciption", NO_KEYWORD
    ),
    "keyword_unsupported": Put(ANSWERED + "/ewt/not", {}, "#" + ANSWERED + "/ewt/not", NO_KEYWORD),
    "extension_typing_mistake": Put(
        SENT + "/properties/lang/x-python-nam",
        "a",
        "#" + SENT + "/properties/lang/x-python-nam",
        NO_KEYWORD,
    ),
    "keyword_of_3_0": Put(
        ANSWERED + "/ewt/nullable",
        True,
        "#" + ANSWERED + "/ewt/nullable",
        "is of OpenAPI 3.0; in 3.1 write a list of types with null in it",
    ),
    "keyword_wrong_value": Put(
        SCHEMAS + "/Phone/minLength",
        "1",
        "#" + SCHEMAS + "/Phone/minLength",
        "must be a whole number from 0",
    ),
    "keyword_other_type": Put(
        ANSWERED + "/ewt/minLength",
        1,
        "#" + ANSWERED + "/ewt/minLength",
        "is for type string; correct the type",
    ),
    "format_other_type": Put(
        ANSWERED + "/ewt/format",
        "date-time",
        "#" + ANSWERED + "/ewt/format",
        "is for type string; correct the type",
    ),
    "description_number": Put(
        ANSWERED + "/ewt/description", 1, "#" + ANSWERED + "/ewt/description", "must be a text"
    ),
    "flag_text": Put(
        ANSWERED + "/token/x-secret",
        "yes",
        "#" + ANSWERED + "/token/x-secret",
        "must be true or false",
    ),
    "schema_false": Put(
        ANSWERED + "/new",
        False,
        "#" + ANSWERED + "/new",
        "must be a schema: an object, or true for any value",
    ),
    "schema_text": Put(
        ANSWERED + "/new",
        "string",
        "#" + ANSWERED + "/new",
        "must be a schema: an object, or true for any value",
    ),
    "list_of_nothing": Put(
        ANSWERED + "/new",
        {"type": "array"},
        "#" + ANSWERED + "/new",
        'has no "items", which is needed here; add it',
    ),
    "any_of_unsupported": Put(
        ANSWERED + "/new",
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        "#" + ANSWERED + "/new/anyOf",
        "is no supported choice; supported are one schema and null, an enumeration and string (anyOf), or classes with "
        "a discriminator",
    ),
    "one_of_without_discriminator": Put(
        ANSWERED + "/new",
        {
            "oneOf": [
                {"$ref": "#/components/schemas/Skills"},
                {"$ref": "#/components/schemas/LineId"},
            ]
        },
        "#" + ANSWERED + "/new/oneOf",
        "is no supported choice; supported are one schema and null, an enumeration and string (anyOf), or classes with "
        "a discriminator",
    ),
    "all_of_contradiction": Put(
        ANSWERED + "/new",
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        "#" + ANSWERED + "/new/allOf/1/type",
        "contradicts another member of the same allOf; describe it once",
    ),
    "typed_additional_beside_properties": Put(
        ANSWERED + "/new",
        {
            "type": "object",
            "properties": {"a": {"type": "string"}},
            "additionalProperties": {"type": "string"},
        },
        "#" + ANSWERED + "/new/additionalProperties",
        "is not supported beside properties; write true or take it out",
    ),
    # references
    "reference_missing": Put(
        SENT + "/properties/line_id/$ref",
        "#/components/schemas/LineID",
        "#" + SENT + "/properties/line_id/$ref",
        'refers to "#/components/schemas/LineID", which does not exist; correct it',
    ),
    "reference_outside": Put(
        SENT + "/properties/line_id/$ref",
        "other.yaml#/LineId",
        "#" + SENT + "/properties/line_id/$ref",
        'refers to "other.yaml#/LineId"; only references inside this file (#/...) work',
    ),
    "reference_no_schema": Put(
        SENT + "/properties/line_id/$ref",
        "#/info",
        "#" + SENT + "/properties/line_id/$ref",
        'refers to "#/info", which is no schema; correct it',
    ),
    "reference_to_itself": Put(
        SCHEMAS + "/LineId",
        {"$ref": "#/components/schemas/LineId"},
        "#" + SCHEMAS + "/LineId",
        "is a $ref that leads back to itself; let one of them be a schema",
    ),
    "reference_with_keyword": Put(
        SENT + "/properties/line_id/minimum",
        1,
        "#" + SENT + "/properties/line_id/minimum",
        "must not stand beside a $ref; put both into an allOf",
    ),
    # names
    "names_collide": Put(
        ANSWERED + "/wait_time",
        {"type": "integer"},
        "#" + ANSWERED + "/wait_time",
        f'has the Python name "wait_time", and so has #{ANSWERED}/wait-time; give one of them an x-python-name '
        "(openapi/README.md)",
    ),
    "name_of_the_id": Put(
        ANSWERED + "/id",
        {"type": "integer"},
        "#" + ANSWERED + "/id",
        f'has the Python name "id", and so has #{RESOURCE}/properties/id; give one of them an x-python-name '
        "(openapi/README.md)",
    ),
    "name_lifted_collides": Put(
        ANSWERED + "/line_id",
        {"type": "integer"},
        "#" + ANSWERED + "/line_id",
        f'has the Python name "line_id", and so has #{ANSWERED}/line/properties/id; give one of them an x-python-name '
        "(openapi/README.md)",
    ),
    "name_keyword": Put(
        SENT + "/properties/lang/x-python-name",
        "class",
        "#" + SENT + "/properties/lang/x-python-name",
        'gives "class", which is no name in Python; give it another',
    ),
    "name_hiding": Put(
        SENT + "/properties/lang/x-python-name",
        "list",
        "#" + SENT + "/properties/lang/x-python-name",
        'is "list", which would hide a name that the models need',
    ),
    "name_code": Put(
        SENT + "/properties/lang/x-python-name",
        "a); import os; (",
        "#" + SENT + "/properties/lang/x-python-name",
        'gives "a); import os; (", which is no name in Python; give it another',
    ),
    "name_of_nothing": Put(
        ANSWERED + "/%%",
        {"type": "string"},
        "#" + ANSWERED + "/%%",
        "has no letter or digit to make a name of; give it an x-python-name or x-enum-names",
    ),
    "keywords_collide": Put(
        SENT + "/properties/language",
        {"type": "string"},
        "#" + SENT + "/properties/language",
        f'has the Python name "language", and so has #{SENT}/properties/lang; give one of them an x-python-name '
        "(openapi/README.md)",
    ),
    "classes_collide": Put(
        SCHEMAS + "/channel",
        {"type": "string", "enum": ["a"]},
        "#" + SCHEMAS + "/channel",
        f'has the Python name "channel", and so has #{CHANNEL}; give one of them an x-python-name (openapi/README.md)',
    ),
    "functions_collide": Put(
        PUT + "/x-functions/get_caller",
        {"answer": "one", "not-found": "none"},
        "#" + PUT + "/x-functions/get_caller",
        f'has the Python name "get_caller", and so has #{GET}/x-functions/get_caller; a function belongs to one '
        "operation, rename one",
    ),
    # enumerations
    "members_collide": Put(
        CHANNEL + "/enum/-",
        "call_in",
        "#" + CHANNEL + "/enum/2",
        f'has the Python name "CALL_IN", and so has #{CHANNEL}/enum/1; give one of them a name of its own in '
        "x-enum-names (openapi/README.md)",
    ),
    "member_repeated": Put(
        CHANNEL + "/enum/-",
        "CallIn",
        "#" + CHANNEL + "/enum",
        "must be a list of different values, and not empty",
    ),
    "member_number": Put(CHANNEL + "/enum/-", 1, "#" + CHANNEL + "/enum/2", "must be a text"),
    "enum_empty": Put(
        CHANNEL + "/enum",
        [],
        "#" + CHANNEL + "/enum",
        "must be a list of different values, and not empty",
    ),
    "enum_of_integers": Put(
        CHANNEL + "/type",
        "integer",
        "#" + CHANNEL + "/type",
        "is not string; only texts can be enumerated",
    ),
    "member_documented_is_none": Put(
        CHANNEL + "/x-enum-descriptions/CallOut",
        "x",
        "#" + CHANNEL + "/x-enum-descriptions/CallOut",
        "is no value of this enumeration; correct it",
    ),
    # operations and functions
    "method_unsupported": Put(
        "/paths/~1waiters/head",
        {"responses": {}},
        "#/paths/~1waiters/head",
        "is not supported here; take it out. Supported: delete, description, get, parameters, patch, post, put, summary",
    ),
    "parameter_in_header": Put(
        GET + "/parameters/0/in",
        "header",
        "#" + GET + "/parameters/0/in",
        'is "header"; only path and query are supported',
    ),
    "parameter_of_objects": Put(
        GET + "/parameters/0/schema",
        {"type": "array", "items": {"type": "object"}},
        "#" + GET + "/parameters/0/schema",
        "has a type no request can carry; use a single value, texts or a free object",
    ),
    "required_is_no_attribute": Put(
        SENT + "/required/-",
        "colour",
        "#" + SENT + "/required/4",
        'is "colour", which is no attribute; correct it',
    ),
    "two_media_types": Put(
        POST + "/requestBody/content/application~1json",
        {"schema": {"type": "object"}},
        "#" + POST + "/requestBody/content",
        "must have exactly one media type",
    ),
    "second_answer_media_type": Put(
        GET + "/responses/500",
        {"description": "x", "content": {"text/html": {}}},
        "#" + GET + "/responses/500/content/text~1html",
        "is a second media type; requests, and answers, must all have the same",
    ),
    "function_without_answer": Put(
        GET + "/x-functions/get_caller/answer",
        None,
        "#" + GET + "/x-functions/get_caller",
        'has no "answer", which is needed here; add it',
        remove=True,
    ),
    "function_answer_unknown": Put(
        GET + "/x-functions/get_caller/answer",
        "two",
        "#" + GET + "/x-functions/get_caller/answer",
        'is "two"; it must be one or first or many',
    ),
    "function_key_unknown": Put(
        GET + "/x-functions/get_caller/sends",
        [],
        "#" + GET + "/x-functions/get_caller/sends",
        "is not supported here; take it out. Supported: answer, not-found, required, send",
    ),
    "function_sends_nothing_known": Put(
        GET + "/x-functions/get_caller/send/-",
        "colour",
        "#" + GET + "/x-functions/get_caller/send/3",
        'names "colour", which is nothing this request can send; correct it',
    ),
    "function_sends_wrong_value": Put(
        GET + "/x-functions/get_caller/send/-",
        {"call_center_id": "1"},
        "#" + GET + "/x-functions/get_caller/send/3/call_center_id",
        "is no integer, which the request needs here; correct it",
    ),
    "function_leaves_out_required": Put(
        PUT + "/x-functions/notify_caller_connected/send",
        ["line_id"],
        "#" + PUT + "/x-functions/notify_caller_connected",
        'does not send "id", which its operation requires; send it',
    ),
    "function_requires_what_it_does_not_send": Put(
        GET + "/x-functions/get_caller/required/-",
        "updated",
        "#" + GET + "/x-functions/get_caller/required/2",
        'is "updated", which it does not send; correct it',
    ),
    # what all requests share
    "server_http": Put(
        "/servers/0/url",
        "http://api.virtualq.io",
        "#/servers/0/url",
        "must be a whole https address without variables",
    ),
    "server_other_path": Put(
        "/servers/1/url",
        "https://api.virtualq.tech/v3",
        "#/servers/1/url",
        'has another path than the first server, "/api/v2"; all must have the same',
    ),
    "key_in_query": Put(
        "/components/securitySchemes/apiKey/in",
        "query",
        "#/components/securitySchemes/apiKey/in",
        'must be "header"; other places for the key are not supported',
    ),
    # what only the stranger sees
    "answers_missing": Put(
        GET + "/responses",
        None,
        "#" + GET,
        'has no "responses", which is needed here; add it',
        remove=True,
    ),
    "default_of_other_type": Put(
        SENT + "/properties/lang/default",
        5,
        "#" + SENT + "/properties/lang/default",
        "is not of the type string; correct it",
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_mutation_is_refused_with_its_pointer(name: str, tmp_path: Path) -> None:
    """A fault of the spec gives one line with the full pointer, what is wrong and what to do."""
    put = MUTATIONS[name]
    document = changed(real_spec(), put.pointer, put.value, put.remove)
    assert generator.refusal(tmp_path, document) == f"{put.where}: {put.message}"
