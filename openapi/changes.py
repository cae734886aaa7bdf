"""Two typed models -> what the change means for users of the client; for ``generate.py --diff``,
before wording.py.
"""

from __future__ import annotations

from typing import Callable, Iterable, Iterator, List, NamedTuple, Optional, Tuple, TypeVar

from emit_models import annotation
from model import Argument, Enumeration, Field, Function, Model, Request, Sending, Service, Spec

T = TypeVar("T")
Key = Tuple[str, ...]


class Change(NamedTuple):
    """One change: ``breaking``, ``added`` or ``docs``, where, and what."""

    kind: str
    pointer: str
    text: str


def changes(old: Spec, new: Spec) -> List[Change]:
    """Return every change of what the generated files do."""
    return [
        *_enumerations(old, new),
        *_models(old, new),
        *_requests(old, new),
        *_service(old.service, new.service),
    ]


def _pair(
    old: Iterable[T], new: Iterable[T], key: Callable[[T], Key]
) -> Tuple[List[T], List[T], List[Tuple[T, T]]]:
    """Return what is gone, what has come, and what is in both, in the order of the keys."""
    before, after = {key(item): item for item in old}, {key(item): item for item in new}
    gone = [before[name] for name in sorted(before.keys() - after.keys())]
    come = [after[name] for name in sorted(after.keys() - before.keys())]
    return (
        gone,
        come,
        [(before[name], after[name]) for name in sorted(before.keys() & after.keys())],
    )


def _enumerations(old: Spec, new: Spec) -> Iterator[Change]:
    gone, come, both = _pair(old.enumerations, new.enumerations, lambda item: (item.name,))
    for item in gone:
        yield Change("breaking", item.pointer, f"the enumeration {item.name} is gone")
    for item in come:
        yield Change("added", item.pointer, f"the enumeration {item.name}")
    for before, after in both:
        yield from _members(before, after)


def _members(old: Enumeration, new: Enumeration) -> Iterator[Change]:
    gone, come, both = _pair(old.members, new.members, lambda member: (member.value,))
    for member in gone:
        yield Change("breaking", old.pointer, f'the value "{member.value}" of {old.name} is gone')
    for member in come:
        yield Change("added", new.pointer, f'the value "{member.value}" of {new.name}')
    for before, after in both:
        if before.name != after.name:
            yield Change("breaking", new.pointer, f"{new.name}.{before.name} is now {after.name}")


def _models(old: Spec, new: Spec) -> Iterator[Change]:
    gone, come, both = _pair(old.models, new.models, lambda item: (item.name,))
    for item in gone:
        yield Change("breaking", item.pointer, f"the class {item.name} is gone")
    for item in come:
        yield Change("added", item.pointer, f"the class {item.name}")
    for before, after in both:
        if before.resource_type != after.resource_type:
            yield Change("breaking", after.pointer, f"{after.name} is another type of resource")
        yield from _fields(before, after)


def _fields(old: Model, new: Model) -> Iterator[Change]:
    gone, come, both = _pair(old.fields, new.fields, lambda field: (field.within or "", field.wire))
    for field in gone:
        yield Change(
            "breaking", field.pointer, f"the answer attribute {old.name}.{field.name} is gone"
        )
    for field in come:
        yield Change("added", field.pointer, f"the answer attribute {new.name}.{field.name}")
    for before, after in both:
        yield from _field(new.name, before, after)


def _field(owner: str, old: Field, new: Field) -> Iterator[Change]:
    name = f"{owner}.{new.name}"
    if old.name != new.name:
        yield Change("breaking", new.pointer, f"{owner}.{old.name} is now {name}")
    if old.value.type != new.value.type:
        yield Change(
            "breaking",
            new.pointer,
            f"{name} was {annotation(old.value)} and is now {annotation(new.value)}",
        )
    elif old.value.nullable != new.value.nullable:
        kind, text = (
            ("breaking", "may now be null")
            if new.value.nullable
            else ("added", "is never null any more")
        )
        yield Change(kind, new.pointer, f"{name} {text}")
    if old.required != new.required:
        kind, text = (
            ("added", "is never missing any more")
            if new.required
            else ("breaking", "may now be missing")
        )
        yield Change(kind, new.pointer, f"{name} {text}")
    if old.is_hidden != new.is_hidden:
        yield Change(
            "docs",
            new.pointer,
            f"{name} is {'no longer' if new.is_hidden else 'now'} shown in repr",
        )


def _requests(old: Spec, new: Spec) -> Iterator[Change]:
    gone, come, both = _pair(old.requests, new.requests, lambda item: (item.path, item.method))
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
    gone, come, both = _pair(old.arguments, new.arguments, lambda item: (item.place, item.wire))
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
    if old.required != new.required:
        kind, text = (
            ("breaking", "is now required") if new.required else ("added", "is no longer required")
        )
        yield Change(kind, new.pointer, f"{name} {text}")
    if old.value.type != new.value.type:
        yield Change(
            "breaking",
            new.pointer,
            f"{name} was {annotation(old.value)} and is now {annotation(new.value)}",
        )
    elif old.value.nullable != new.value.nullable:
        kind, text = (
            ("added", "may now be null")
            if new.value.nullable
            else ("breaking", "must not be null any more")
        )
        yield Change(kind, new.pointer, f"{name} {text}")
    if old.not_blank != new.not_blank:
        kind, text = (
            ("breaking", "must not be blank any more")
            if new.not_blank
            else ("added", "may now be blank")
        )
        yield Change(kind, new.pointer, f"{name} {text}")


def _functions(old: Request, new: Request) -> Iterator[Change]:
    gone, come, both = _pair(old.functions, new.functions, lambda item: (item.name,))
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
    kept = {item.pointer for item in old.arguments} & {item.pointer for item in new.arguments}
    gone, come, both = _pair(
        [item for item in was.sends if item.argument.pointer in kept],
        [item for item in now.sends if item.argument.pointer in kept],
        lambda item: (item.argument.place, item.argument.wire),
    )
    for item in gone:
        yield Change("breaking", now.pointer, f'{now.name} no longer sends "{item.argument.wire}"')
    for item in come:
        is_required = item.required and item.fixed is None
        yield Change(
            "breaking" if is_required else "added",
            now.pointer,
            f'{now.name} sends "{item.argument.wire}"',
        )
    for before, after in both:
        yield from _sending(now, before, after)


def _sending(function: Function, old: Sending, new: Sending) -> Iterator[Change]:
    name = f'{function.name}: "{new.argument.wire}"'
    if old.fixed != new.fixed:
        yield Change(
            "breaking",
            function.pointer,
            f"{name} is sent with another fixed value, or no longer with one",
        )
    elif old.required != new.required and old.argument.required == new.argument.required:
        kind, text = (
            ("breaking", "is now required") if new.required else ("added", "is no longer required")
        )
        yield Change(kind, function.pointer, f"{name} {text}")


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
