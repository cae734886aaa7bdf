"""Two typed models -> what the change means for users of the client; for ``generate.py --diff``,
before comparing.py, which also matches what is compared here.
"""

from __future__ import annotations

from typing import FrozenSet, Iterator, List, Optional

from comparing import Change, Key, compare_types, pair, turned
from model import Argument, Enumeration, Field, Function, Model, Request, Sending, Service, Spec

_MAY_COME, _COMES_NO_MORE = ("breaking", "may now be null"), ("added", "is never null any more")
_NEVER_MISSING = ("added", "is never missing any more")
_MAY_BE_MISSING = ("breaking", "may now be missing")
_HIDDEN, _SHOWN = ("docs", "is no longer shown in repr"), ("docs", "is now shown in repr")
_REQUIRED, _OPTIONAL = ("breaking", "is now required"), ("added", "is no longer required")
_MAY_BE_NULL, _NULL_NO_MORE = (
    ("added", "may now be null"),
    ("breaking", "must not be null any more"),
)
_NOT_BLANK = ("breaking", "must not be blank any more")
_MAY_BE_BLANK = ("added", "may now be blank")


def changes(old: Spec, new: Spec) -> List[Change]:
    """Return every change of what the generated files do."""
    return [
        *_enumerations(old, new),
        *_models(old, new),
        *_requests(old, new),
        *_service(old.service, new.service),
    ]


def _enumerations(old: Spec, new: Spec) -> Iterator[Change]:
    gone, come, both = pair(old.enumerations, new.enumerations, lambda item: (item.name,))
    for item in gone:
        yield Change("breaking", item.pointer, f"the enumeration {item.name} is gone")
    for item in come:
        yield Change("added", item.pointer, f"the enumeration {item.name}")
    for before, after in both:
        yield from _members(before, after)


def _members(old: Enumeration, new: Enumeration) -> Iterator[Change]:
    gone, come, both = pair(old.members, new.members, lambda member: (member.value,))
    for member in gone:
        yield Change("breaking", old.pointer, f'the value "{member.value}" of {old.name} is gone')
    for member in come:
        yield Change("added", new.pointer, f'the value "{member.value}" of {new.name}')
    for before, after in both:
        if before.name != after.name:
            yield Change("breaking", new.pointer, f"{new.name}.{before.name} is now {after.name}")
    kept = {before.value for before, _ in both}
    if [m.value for m in old.members if m.value in kept] != [
        m.value for m in new.members if m.value in kept
    ]:
        yield Change("docs", new.pointer, f"the values of {new.name} come in another order")


def _models(old: Spec, new: Spec) -> Iterator[Change]:
    gone, come, both = pair(old.models, new.models, lambda item: (item.name,))
    for item in gone:
        yield Change("breaking", item.pointer, f"the class {item.name} is gone")
    for item in come:
        yield Change("added", item.pointer, f"the class {item.name}")
    for before, after in both:
        if before.resource_type != after.resource_type:
            yield Change("breaking", after.pointer, f"{after.name} is another type of resource")
        yield from _fields(before, after)


def _fields(old: Model, new: Model) -> Iterator[Change]:
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
    if old.name != new.name:
        yield Change("breaking", new.pointer, f"{owner}.{old.name} is now {name}")
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
        yield from _arguments(before, after)
        yield from _functions(before, after)


def _arguments(old: Request, new: Request) -> Iterator[Change]:
    if old.resource_type != new.resource_type:
        yield Change("breaking", new.pointer, "the body is another type of resource")
    gone, come, both = pair(
        old.arguments,
        new.arguments,
        lambda item: (item.place, item.wire),
        lambda item: (item.place, item.name),
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
    if old.name != new.name:
        yield Change("breaking", new.pointer, f"{name}: the keyword {old.name} is now {new.name}")
    if old.wire != new.wire:
        text = f'{name}: the keyword {new.name} is now sent as "{new.wire}", it was as "{old.wire}"'
        yield Change("breaking", new.pointer, text)
    about = new.pointer, name
    yield from turned(about, old.required, new.required, _REQUIRED, _OPTIONAL)
    yield from compare_types(about, old.value, new.value, _MAY_BE_NULL, _NULL_NO_MORE)
    yield from turned(about, old.not_blank, new.not_blank, _NOT_BLANK, _MAY_BE_BLANK)


def _functions(old: Request, new: Request) -> Iterator[Change]:
    gone, come, both = pair(old.functions, new.functions, lambda item: (item.name,))
    for item in gone:
        yield Change("breaking", item.pointer, f"the function {item.name} is gone")
    for item in come:
        yield Change("added", item.pointer, f"the function {item.name}")
    for before, after in both:
        if _answer(before) != _answer(after):
            text = f"{after.name} answers {_answer(after)}, no longer {_answer(before)}"
            yield Change("breaking", after.pointer, text)
        if before.command != after.command:
            text = f"{after.name}: the command {before.command} is now {after.command}"
            yield Change("breaking", after.pointer, text)
        if before.found_when != after.found_when:
            text = f"{after.name} counts another answer as found"
            yield Change("breaking", after.pointer, text)
        if before.not_found_is_none != after.not_found_is_none:
            meaning = "None" if after.not_found_is_none else "an error"
            yield Change("breaking", after.pointer, f'{after.name} makes {meaning} of "not found"')
        yield from _sendings(old, new, before, after)


def _answer(function: Function) -> str:
    return f"{function.answer} {function.resource}" if function.resource else function.answer


def _sendings(old: Request, new: Request, was: Function, now: Function) -> Iterator[Change]:
    """Compare what a function sends, apart from what a change of the operation's own arguments
    says already.
    """

    def key(argument: Argument) -> Key:
        """Tell an argument from every other of its operation."""
        return argument.place, argument.wire

    kept = {key(item) for item in old.arguments} & {key(item) for item in new.arguments}
    gone, come, both = pair(
        [item for item in was.sends if key(item.argument) in kept],
        [item for item in now.sends if key(item.argument) in kept],
        lambda item: key(item.argument),
    )
    for item in gone:
        yield Change("breaking", now.pointer, f'{now.name} no longer sends "{item.argument.wire}"')
    for item in come:
        kind = "breaking" if item.required and item.fixed is None else "added"
        yield Change(kind, now.pointer, f'{now.name} sends "{item.argument.wire}"')
    for before, after in both:
        yield from _sending(now, before, after)


def _sending(function: Function, old: Sending, new: Sending) -> Iterator[Change]:
    name = f'{function.name}: "{new.argument.wire}"'
    if old.fixed != new.fixed:
        text = f"{name} is sent with another fixed value, or no longer with one"
        yield Change("breaking", function.pointer, text)
    elif old.argument.required == new.argument.required:
        about = function.pointer, name
        yield from turned(about, old.required, new.required, _REQUIRED, _OPTIONAL)


def _service(old: Optional[Service], new: Optional[Service]) -> Iterator[Change]:
    if old is None or new is None:
        return
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
    for pointer, name, before, after in pairs:
        if before != after:
            yield Change("breaking", pointer, f'{name} was "{before}" and is now "{after}"')


def _named(argument: Argument) -> str:
    words = {"body": "request attribute", "path": "path parameter", "query": "query parameter"}
    word = words.get(argument.place, "member")
    return f'the {word} "{argument.wire}"'
