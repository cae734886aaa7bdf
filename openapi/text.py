"""Python text: literals, docstrings, lines of up to 100 characters; for the three emitters.

Whatever comes from the spec goes through ``literal`` or ``docstring``: it is data and never code.
"""

from __future__ import annotations

import unicodedata
from typing import Iterable, List, Sequence

WIDTH = 100


def module(title: str, banner: str, lines: Iterable[str]) -> str:
    """Return the text of a module, its docstring before its lines."""
    head = docstring(f"{title}\n\n{banner}", 0)
    return "\n".join([*head, "", "from __future__ import annotations", "", *lines]) + "\n"


def literal(value: object) -> str:
    """Return a value as Python source; a text in the quotes that need fewer escapes."""
    if not isinstance(value, str):
        return repr(value)
    quote = "'" if '"' in value and "'" not in value else '"'
    return quote + _escaped(value).replace(quote, "\\" + quote) + quote


def assign(target: str, value: object, indent: int, end: str = "") -> List[str]:
    """Return ``target = value``; a text in pieces when one line is too short for it."""
    line = " " * indent + target + literal(value) + end
    if len(line) <= WIDTH or not isinstance(value, str):
        return [line]
    pieces = [" " * (indent + 4) + literal(piece) for piece in _pieces(value, WIDTH - indent - 6)]
    return [" " * indent + target + "(", *pieces, " " * indent + ")" + end]


def group(start: str, items: Sequence[str], end: str, indent: int) -> List[str]:
    """Return a call or a literal on one line, or with an item a line when that is too long."""
    margin = " " * indent
    return one_of(
        [f"{margin}{start}{', '.join(items)}{end}"],
        [margin + start, *(f"{margin}    {item}," for item in items), margin + end],
    )


def one_of(*choices: List[str]) -> List[str]:
    """Return the first of several ways to write the same whose lines are short enough."""
    for lines in choices:
        if max(map(len, lines)) <= WIDTH:
            return lines
    return choices[-1]


def docstring(text: str, indent: int) -> List[str]:
    """Return a docstring, filled to the width; empty for an empty text."""
    if '""' in text or text.rstrip().endswith('"'):
        text = text.replace('"', "''")
    lines: List[str] = []
    for paragraph in text.replace("\r", "\n").split("\n\n"):
        words = _words(paragraph)
        lines += ["", *_fill(words, WIDTH - indent - 6)] if words else []
    margin = " " * indent
    if len(lines) <= 2:  # an empty one comes before each paragraph
        return [f'{margin}"""{line}"""' for line in lines[1:]]
    first, *others = lines[1:]
    rest = [margin + line if line else "" for line in others]
    return [f'{margin}"""{first}', *rest, margin + '"""']


def _words(text: str) -> List[str]:
    """Split at blanks, escape, and cut words that no line can hold."""
    words = text.replace("\n", " ").split(" ")
    return [_escaped(piece) for word in words if word for piece in _pieces(word, WIDTH - 20)]


def _fill(words: List[str], width: int) -> List[str]:
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def _pieces(text: str, width: int) -> List[str]:
    """Cut a text so that no piece is wider than this once it is escaped."""
    pieces, length = [""], 0
    for character in text:
        size = len(_escape(character)) + (character == '"')
        if length + size > width:
            pieces.append("")
            length = 0
        pieces[-1] += character
        length += size
    return pieces


def _escaped(text: str) -> str:
    return "".join(_escape(character) for character in text)


def _escape(character: str) -> str:
    """Escape what ends a literal or is not seen: backslash, line ends, controls, U+2028, format
    characters.

    By Unicode 3.2, which every Python has, so that each writes the same bytes.
    """
    is_seen = character == " " or unicodedata.ucd_3_2_0.category(character)[0] in "LMNPS"
    if is_seen and character != "\\":
        return character
    return character.encode("unicode_escape").decode("ascii")
