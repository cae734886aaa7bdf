"""Two typed models -> what the change means for users of the client; for ``generate.py --diff``,
before comparing.py, which also matches what is compared here.
"""

from __future__ import annotations

from typing import FrozenSet, Iterator, Set

import model
from comparing import Change, Key, breaks, compare_types, pair, turned
from model import Argument, Field, Function, Request, Sending, Spec

_MAY_COME, _COMES_NO_MORE = ("breaking", "may now be null"), ("added", "is never null any more")
_NEVER_MISSING = ("added", "is never missing any more")
_MAY_BE_MISSING = ("breaking", "may now be missing")
_HIDDEN, _SHOWN = ("docs", "is no longer shown in repr"), ("docs", "is now shown in repr")
_REQUIRED, _OPTIONAL = ("breaking", "is now required"), ("added", "is no longer required")
_MAY_BE_NULL = ("added", "may now be null")
_NULL_NO_MORE = ("breaking", "must not be null any more")
_NOT_BLANK = ("breaking", "must not be blank any more")
_MAY_BE_BLANK = ("added", "may now be blank")


def changes(old: Spec, new: Spec) -> Iterator[Change]:
    """Return every change of what the generated files do."""
    yield from _enumerations(old, new)
    yield from _models(old, new)
    yield from _requests(old, new)
    if old.service is not None and new.service is not None:
        yield from _service(old.service, new.service)


def _enumerations(old: Spec, new: Spec) -> Iterator[Change]:
    gone, come, both = pair(old.enumerations, new.enumerations, lambda item: (item.name,))
    for item in gone:
        yield Change("breaking", item.pointer, f"the enumeration {item.name} is gone")
    for item in come:
        yield Change("added", item.pointer, f"the enumeration {item.name}")
    for before, after in both:
        yield from _members(before, after)


def _members(old: model.Enumeration, new: model.Enumeration) -> Iterator[Change]:
    gone, come, both = pair(old.members, new.members, lambda member: (member.value,))
    for member in gone:
        yield Change("breaking", old.pointer, f'the value "{member.value}" of {old.name} is gone')
    for member in come:
        yield Change("added", new.pointer, f'the value "{member.value}" of {new.name}')
    for before, after in both:
        text = f"{new.name}.{before.name} is now {after.name}"
        yield from breaks(new.pointer, (before.name, after.name, text))
    kept = {before.value for before, _ in both}
    orders = [[m.value for m in side.members if m.value in kept] for side in (old, new)]
    if orders[0] != orders[1]:
        yield Change("docs", new.pointer, f"the values of {new.name} come in another order")


def _models(old: Spec, new: Spec) -> Iterator[Change]:
    gone, come, both = pair(old.models, new.models, lambda item: (item.name,))
    for item in gone:
        yield Change("breaking", item.pointer, f"the class {item.name} is gone")
    for item in come:
        yield Change("added", item.pointer, f"the class {item.name}")
    for before, after in both:
        text = f"{after.name} is another type of resource"
        yield from breaks(after.pointer, (before.resource_type, after.resource_type, text))
        yield from _fields(before, after)


def _fields(old: model.Model, new: model.Model) -> Iterator[Change]:
    gone, come, both = pair(
        old.fields,
        new.fields,
        lambda field: (field.within or "", field.wire),
        lambda field: (field.name,),
    )
    for field in gone:
        text = f"the answer attribute {old.name}.{field.name} is gone"
        yield Change("breaking", field.pointer, text)
    for field in come:
        yield Change("added", field.pointer, f"the answer attribute {new.name}.{field.name}")
    for before, after in both:
        yield from _field(new.name, before, after)


def _field(owner: str, old: Field, new: Field) -> Iterator[Change]:
    name = f"{owner}.{new.name}"
    yield from breaks(new.pointer, (old.name, new.name, f"{owner}.{old.name} is now {name}"))
    yield from _spellings(name, old, new)
    about = new.pointer, name
    yield from compare_types(about, old.value, new.value, _MAY_COME, _COMES_NO_MORE)
    yield from turned(about, old.required, new.required, _NEVER_MISSING, _MAY_BE_MISSING)
    yield from turned(about, old.is_hidden, new.is_hidden, _HIDDEN, _SHOWN)


def _spellings(name: str, old: Field, new: Field) -> Iterator[Change]:
    """Compare the names on the wire that a field is read from."""
    before, after = _read_from(old), _read_from(new)
    if (old.within, old.wire) != (new.within, new.wire):
        kind = "added" if before <= after else "breaking"
        text = f'{name} is now read from "{_wire(new)}", it was from "{_wire(old)}"'
        yield Change(kind, new.pointer, text)
        return
    for wire in sorted(after - before):
        yield Change("added", new.pointer, f'{name} is also read from "{wire}"')
    for wire in sorted(before - after):
        yield Change("breaking", new.pointer, f'{name} is no longer read from "{wire}"')


def _wire(field: Field) -> str:
    return field.wire if field.within is None else f"{field.within}.{field.wire}"


def _read_from(field: Field) -> FrozenSet[str]:
    """Return every name that a field is read from, those that differ in - and _ alone as one."""
    within = f"{field.within}." if field.within is not None else ""
    return frozenset((within + wire).replace("_", "-") for wire in (field.wire, *field.also))


def _requests(old: Spec, new: Spec) -> Iterator[Change]:
    gone, come, both = pair(old.requests, new.requests, lambda item: (item.path, item.method))
    for item in gone:
        yield Change("breaking", item.pointer, f"the operation {item.method} {item.path} is gone")
    for item in come:
        yield Change("added", item.pointer, f"the operation {item.method} {item.path}")
    for before, after in both:
        text = "the body is another type of resource"
        yield from breaks(after.pointer, (before.resource_type, after.resource_type, text))
        yield from _arguments(before, after)
        yield from _functions(before, after)


def _place(argument: Argument) -> Key:
    """Tell an argument from every other of its operation."""
    return argument.place, argument.wire


def _arguments(old: Request, new: Request) -> Iterator[Change]:
    gone, come, both = pair(
        old.arguments, new.arguments, _place, lambda item: (item.place, item.name)
    )
    for item in gone:
        yield Change("breaking", item.pointer, f"{_named(item)} is gone")
    for item in come:
        text = _named(item) + (", and it is required" if item.required else "")
        yield Change("breaking" if item.required else "added", item.pointer, text)
    for before, after in both:
        yield from _argument(before, after)


def _argument(old: Argument, new: Argument) -> Iterator[Change]:
    name = _named(new)
    sent = f'is now sent as "{new.wire}", it was as "{old.wire}"'
    yield from breaks(
        new.pointer,
        (old.name, new.name, f"{name}: the keyword {old.name} is now {new.name}"),
        (old.wire, new.wire, f"{name}: the keyword {new.name} {sent}"),
    )
    about = new.pointer, name
    yield from turned(about, old.required, new.required, _REQUIRED, _OPTIONAL)
    yield from compare_types(about, old.value, new.value, _MAY_BE_NULL, _NULL_NO_MORE)
    yield from turned(about, old.not_blank, new.not_blank, _NOT_BLANK, _MAY_BE_BLANK)


def _named(argument: Argument) -> str:
    words = {"body": "request attribute", "path": "path parameter", "query": "query parameter"}
    return f'the {words.get(argument.place, "member")} "{argument.wire}"'


def _functions(old: Request, new: Request) -> Iterator[Change]:
    gone, come, both = pair(old.functions, new.functions, lambda item: (item.name,))
    for item in gone:
        yield Change("breaking", item.pointer, f"the function {item.name} is gone")
    for item in come:
        yield Change("added", item.pointer, f"the function {item.name}")
    kept = set(map(_place, old.arguments)) & set(map(_place, new.arguments))
    for before, after in both:
        yield from _function(before, after)
        yield from _sendings(before, after, kept)


def _function(old: Function, new: Function) -> Iterator[Change]:
    name, was, now = new.name, _answer(old), _answer(new)
    meaning = "None" if new.not_found_is_none else "an error"
    yield from breaks(
        new.pointer,
        (was, now, f"{name} answers {now}, no longer {was}"),
        (old.command, new.command, f"{name}: the command {old.command} is now {new.command}"),
        (old.found_when, new.found_when, f"{name} counts another answer as found"),
        (old.not_found_is_none, new.not_found_is_none, f'{name} makes {meaning} of "not found"'),
    )


def _answer(function: Function) -> str:
    return f"{function.answer} {function.resource}" if function.resource else function.answer


def _sendings(old: Function, new: Function, kept: Set[Key]) -> Iterator[Change]:
    """Compare what a function sends; the changes of its operation's arguments say the rest."""
    name = new.name
    was, now = ([s for s in side.sends if _place(s.argument) in kept] for side in (old, new))
    gone, come, both = pair(was, now, lambda item: _place(item.argument))
    for item in gone:
        yield Change("breaking", new.pointer, f'{name} no longer sends "{item.argument.wire}"')
    for item in come:
        kind = "breaking" if item.required and item.fixed is None else "added"
        yield Change(kind, new.pointer, f'{name} sends "{item.argument.wire}"')
    for before, after in both:
        yield from _sending(new, before, after)


def _sending(function: Function, old: Sending, new: Sending) -> Iterator[Change]:
    name = f'{function.name}: "{new.argument.wire}"'
    if old.fixed != new.fixed:
        text = f"{name} is sent with another fixed value, or no longer with one"
        yield Change("breaking", function.pointer, text)
    elif old.argument.required == new.argument.required:
        about = function.pointer, name
        yield from turned(about, old.required, new.required, _REQUIRED, _OPTIONAL)


def _service(old: model.Service, new: model.Service) -> Iterator[Change]:
    if old.servers[:1] != new.servers[:1]:
        text = f"the default server was {old.servers[0]} and is now {new.servers[0]}"
        yield Change("breaking", "#/servers/0", text)
    for server in sorted(set(old.servers) - set(new.servers)):
        yield Change("breaking", "#/servers", f"the server {server} is gone")
    for server in sorted(set(new.servers) - set(old.servers)):
        yield Change("added", "#/servers", f"the server {server}")
    pairs = (
        ("#/servers", "the path of the servers", old.base_path, new.base_path),
        ("#/components/securitySchemes", "the header of the key", old.key_header, new.key_header),
        ("#/paths", "the media type of answers", old.media_type, new.media_type),
        ("#/paths", "the media type of requests", old.request_media_type, new.request_media_type),
    )
    for pointer, name, was, now in pairs:
        yield from breaks(pointer, (was, now, f'{name} was "{was}" and is now "{now}"'))
