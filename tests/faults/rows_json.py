"""Rows: the answer is whole, but what it says is not a document of this API."""

from __future__ import annotations

import json
from typing import Any

from .modes import answers, says
from .row import UNEXPECTED, Expected, Row, fails, gives, gives_nothing, row
from .service import LINE, NOT_FOUND, PHONE, caller, message

UNEXPECTED_CHANGE = fails("UnexpectedResponseError", status=200, maybe_applied=True)
GOOD = json.dumps({"data": [caller(LINE, PHONE)]}).encode()
HTML = b"<!DOCTYPE html><html><body><h1>Please sign in</h1></body></html>"


def said(
    name: str, body: bytes, call: str = "get_caller", expected: Expected = (), **fields: Any
) -> Row:
    """Make the row of a body given with status 200 by a service that carried nothing out."""
    usual = (
        UNEXPECTED
        if call in ("get_caller", "verify_caller", "list_callers_waiting")
        else UNEXPECTED_CHANGE
    )
    return row(name, answers(name, body=body), call, expected or usual, **fields)


def document(name: str, content: object, call: str = "get_caller", expected: Expected = ()) -> Row:
    """Make the row of a JSON document given with status 200."""
    return said(name, json.dumps(content).encode(), call, expected)


def with_attribute(name: str, value: str, expected: Expected) -> Row:
    """Make the row of a right answer whose `ewt` is this piece of JSON."""
    return said(
        name, GOOD.replace(b'"ewt": 120', b'"ewt": ' + value.encode()), "get_caller", expected
    )


# A line-up whose answer no one can read may have happened: the session may look.
NOT_LINED_UP = {"requests": 2, "created": 0}

NOT_JSON = (
    said("html", HTML),
    said("html", HTML, "verify_caller"),
    said("html", HTML, "list_callers_waiting"),
    said("html", HTML, "notify_caller_connected"),
    said("html", HTML, "notify_caller_transferred"),
    said("html", HTML, "line_up_caller", **NOT_LINED_UP),
    said("text", b"OK"),
    said("two_documents", GOOD + GOOD),
    said("trailing_garbage", GOOD + b"x"),
    said("json_cut", GOOD[:-10]),
    said("single_quotes", GOOD.replace(b'"', b"'")),
    said("nesting_of_arrays", b'{"data": ' + b"[" * 500_000, memory=True),
    said(
        "nesting_of_arrays_closed",
        b'{"data": ' + b"[" * 500_000 + b"]" * 500_000 + b"}",
        memory=True,
    ),
    said(
        "nesting_of_objects",
        b'{"data": ' + b'{"a": ' * 200_000 + b"1" + b"}" * 200_001,
        memory=True,
    ),
    said(
        "nesting_in_a_property",
        GOOD.replace(b'"ewt": 120', b'"properties": ' + b"[" * 100_000 + b"]" * 100_000),
        memory=True,
    ),
    said("nan", GOOD.replace(b"120", b"NaN")),
    said("infinity", GOOD.replace(b"120", b"Infinity")),
    said("minus_infinity", GOOD.replace(b"120", b"-Infinity"), "notify_caller_connected"),
    said("utf_16", GOOD.decode().encode("utf-16")),
    said("utf_16_le", GOOD.decode().encode("utf-16-le")),
    said("utf_32", GOOD.decode().encode("utf-32")),
    said("latin_1", GOOD.replace(b"Sales", b"B\xfcro")),
    row(
        "latin_1_as_declared",
        says("latin_1_as_declared", message(body=GOOD.replace(b"Sales", b"B\xfcro"))),
        "get_caller",
        UNEXPECTED,
    ),
    said("invalid_utf_8", GOOD.replace(b"Sales", b"\xff\xfe\xc0\x80")),
    said("surrogate_in_utf_8", GOOD.replace(b"Sales", b"\xed\xa0\x80")),
    said("utf_8_bom", b"\xef\xbb\xbf" + GOOD, expected=gives()),
)

SHAPES = (
    document("json_null", None),
    document("json_null", None, "notify_caller_connected"),
    document("json_array", []),
    document("json_string", "ok"),
    document("json_number", 200),
    document("json_true", True, "notify_caller_connected"),
    document("no_data", {}),
    document("no_data", {"meta": {}}, "notify_caller_connected"),
    document("no_data", {}, "line_up_caller")._replace(**NOT_LINED_UP),
    document("errors_under_200", NOT_FOUND),
    document("errors_under_200", NOT_FOUND, "notify_caller_connected"),
    document("list_of_null", {"data": [None]}),
    document("list_of_null", {"data": [None]}, "verify_caller"),
    document("list_of_null", {"data": [caller(LINE, PHONE), None]}, "list_callers_waiting"),
    document("list_of_numbers", {"data": [1, 2]}),
    document("list_of_lists", {"data": [[]]}),
    document("object_for_list", {"data": caller(LINE, PHONE)}),
    document("object_for_list", {"data": caller(LINE, PHONE)}, "list_callers_waiting"),
    document("list_for_object", {"data": [caller(LINE, PHONE)]}, "notify_caller_connected"),
    document("list_for_object", {"data": []}, "notify_caller_transferred"),
    document("data_is_string", {"data": "9911"}),
    document("data_is_zero", {"data": 0}, "notify_caller_connected"),
    document("data_is_false", {"data": False}),
    document("data_is_empty_object", {"data": {}}, "notify_caller_connected"),
    document("no_attributes", {"data": [{"id": "1", "type": "waiters"}]}),
    document("no_attributes", {"data": {"id": "1", "type": "waiters"}}, "notify_caller_connected"),
    document("attributes_null", {"data": [{"id": "1", "attributes": None}]}, "verify_caller"),
    document("attributes_list", {"data": [{"id": "1", "attributes": []}]}),
    document("attributes_string", {"data": [{"id": "1", "attributes": "phone"}]}),
    said(
        "data_twice",
        b'{"data": null, "data": ' + GOOD[len(b'{"data": ') :],
        expected=gives(),
    ),
)

NO_VALUE = (
    said("empty", b"", expected=gives_nothing(status=200, found=False)),
    said("empty", b"", "list_callers_waiting", expected=gives_nothing(status=200, found=False)),
    said("empty", b"", "notify_caller_connected", expected=gives_nothing(status=200, found=True)),
    said("empty", b"", "notify_caller_transferred", expected=gives_nothing(status=200, found=True)),
    document("data_null", {"data": None}, expected=gives_nothing(found=False)),
    document("data_null", {"data": None}, "verify_caller", gives_nothing(found=False)),
    document("data_null", {"data": None}, "list_callers_waiting", gives_nothing(found=False)),
    document("data_null", {"data": None}, "update_caller_information", gives_nothing(found=True)),
    document("data_empty", {"data": []}, expected=gives_nothing(found=False)),
    document("data_empty", {"data": []}, "list_callers_waiting", gives_nothing(found=False)),
)

ODD_VALUES = (
    with_attribute("integer_over_int64", str(2**70), gives()),
    with_attribute("integer_of_5000_digits", "9" * 5000, gives()),
    with_attribute("number_over_double", "1e999", gives()),
    with_attribute("whole_number_as_float", "12.0", gives()),
    with_attribute("text_for_number", '"soon"', gives()),
    with_attribute("object_for_number", '{"seconds": 120}', gives()),
    with_attribute("true_for_number", "true", gives()),
    with_attribute("nested_value", "[" * 200 + "]" * 200, gives()),
    with_attribute("lone_surrogate", '120, "message": "\\ud83d alone"', UNEXPECTED),
    with_attribute("time_of_nonsense", '120, "updated-at": "the day after tomorrow"', gives()),
    with_attribute("time_out_of_range", '120, "updated-at": "99999-99-99T99:99:99Z"', gives()),
    with_attribute("attribute_unknown", '120, "brand-new": {"a": [1, null]}', gives()),
    with_attribute(
        "attribute_named_like_code", '120, "__class__": "x", "": 1, "extra": 2', gives()
    ),
    with_attribute("state_unknown", '120, "virtualq-waiter-state": "Levitating"', gives()),
)

ROWS = NOT_JSON + SHAPES + NO_VALUE + ODD_VALUES
