"""Plays Asterisk's side of AGI, over pipes or a socket, by the rules of Asterisk's res_agi.

One reply for each command and none before it; 510 for what is no command, 520 for wrong arguments,
511 for what a dead channel cannot do; a command ends after 2,047 bytes, wherever that is; a caller
who hangs up is a SIGHUP to a script and the line HANGUP to a daemon.
"""

from __future__ import annotations

import os
import re
import select
import time
from typing import Callable, Dict, List, Mapping, Optional, Sequence

from ..calls import LINE, PHONE

BUFFER = 2048
_MOST_ARGUMENTS = 128
# What may follow the words of each command, and whether a dead channel can still do it.
_USAGE = {
    "ANSWER": (range(1), False),
    "GET DATA": (range(1, 4), False),
    "GET VARIABLE": (range(1, 2), True),
    "NOOP": (range(99), True),
    "SET VARIABLE": (range(2, 3), True),
    "STREAM FILE": (range(2, 4), False),
    "VERBOSE": (range(1, 3), True),
}

Write = Callable[[bytes], object]


class Asterisk:
    """One call: what Asterisk says of it, the key its caller presses, and what the script did.

    `faults` lists each breach of the protocol, `commands` what was asked for, `variables` those of
    the channel. `at` may map a command to what happens when it arrives.
    """

    def __init__(
        self,
        *,
        caller: str = PHONE,
        key: str = "",
        arguments: Sequence[str] = (str(LINE),),
        variables: Optional[Mapping[str, str]] = None,
        said: Optional[Mapping[str, str]] = None,
    ) -> None:
        self.variables: Dict[str, str] = dict(variables or {})
        self.commands: List[List[str]] = []
        self.faults: List[str] = []
        self.at: Dict[str, Callable[[], object]] = {}
        self.answered_at: Dict[str, float] = {}
        self.dead = False
        self.signal: Callable[[], object] = lambda: None
        """Tells the script that the caller has hung up; who runs it sets this."""
        self.caller = caller
        self.key = key
        self._unread = b""
        numbered = {f"agi_arg_{number}": text for number, text in enumerate(arguments, 1)}
        self._said = {**_ABOUT, "agi_callerid": caller, **numbered, **(said or {})}

    def converse(self, reading: int, write: Write, longest: float) -> None:
        """Hold the dialogue until the other side closes it; at most `longest` seconds."""
        end = time.monotonic() + longest
        about = "".join(f"{name}: {value}\n" for name, value in self._said.items())
        write(f"{about}\n".encode("utf-8", "surrogateescape"))
        command = self._read(reading, end)
        while command is not None:
            if select.select([reading], [], [], 0)[0] and self._waiting(reading):
                self.faults.append(f"said more before the reply to {command!r}")
            words = split(command)
            name = " ".join(words[:2]).upper()
            name = name if name in _USAGE else " ".join(words[:1]).upper()
            was_dead = self.dead
            self.at.get(name, lambda: None)()
            self._send(write, self._reply(name, words, was_dead))
            self.answered_at[name] = time.monotonic()
            command = self._read(reading, end)

    def over_network(self, dialogue: str) -> Asterisk:
        """Say what Asterisk says to a daemon: which dialogue the address in the dialplan names."""
        address = f"agi://127.0.0.1/{dialogue}"
        self._said.update(agi_request=address, agi_network="yes", agi_network_script=dialogue)
        return self

    def hang_up(self) -> None:
        """Let the caller hang up, now; from any thread."""
        self.dead = True
        self.signal()

    def _send(self, write: Write, reply: str) -> None:
        try:
            write(reply.encode())
        except BrokenPipeError:
            self.faults.append("asked, and did not wait for the reply")

    def _waiting(self, reading: int) -> bool:
        """Say whether there is more; the end of the stream is not."""
        self._unread += os.read(reading, BUFFER)
        return bool(self._unread)

    def _read(self, reading: int, end: float) -> Optional[str]:
        """Return the next command as Asterisk reads it: a line, or as much as its buffer holds."""
        while b"\n" not in self._unread[: BUFFER - 1] and len(self._unread) < BUFFER - 1:
            ready, _, _ = select.select([reading], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                self.faults.append("neither a command nor an end in time")
                return None
            got = os.read(reading, BUFFER)
            if not got:
                if self._unread:
                    self.faults.append(f"ended inside a line: {self._unread!r}")
                return None
            self._unread += got
        size = self._unread.find(b"\n", 0, BUFFER - 1) + 1 or BUFFER - 1
        line, self._unread = self._unread[:size], self._unread[size:]
        return line.decode().strip()

    def _reply(self, name: str, words: List[str], dead: bool) -> str:
        if name not in _USAGE:
            self.faults.append(f"no command: {words}")
            return "510 Invalid or unknown command\n"
        given = words[len(name.split()) :]
        self.commands.append([name, *given])
        counts, can_be_dead = _USAGE[name]
        if dead and not can_be_dead:
            return "511 Command Not Permitted on a dead channel or intercept routine\n"
        if len(given) not in counts:
            self.faults.append(f"wrong arguments: {words}")
            return (
                "520-Invalid command syntax.  Proper usage follows:\n"
                f"Usage: {name} ...\n520 End of proper usage.\n"
            )
        return getattr(self, "_" + name.lower().replace(" ", "_"), self._done)(*given) + "\n"

    def _done(self, *_: str) -> str:
        return "200 result=0"

    def _set_variable(self, name: str, value: str) -> str:
        self.variables[name] = value
        return "200 result=1"

    def _get_variable(self, name: str) -> str:
        value = self.variables.get(name)
        return "200 result=0" if value is None else f"200 result=1 ({value})"

    def _get_data(self, *_: str) -> str:
        if self.dead:  # hung up while the sound was playing
            return "200 result=-1"
        return f"200 result={self.key}" if self.key else "200 result= (timeout)"


def split(line: str) -> List[str]:
    """Return the words of a command, by quotes and backslashes as Asterisk's parse_args does."""
    words: List[str] = []
    word: Optional[str] = None
    quoted = escaped = False
    for char in line:
        if escaped:
            word, escaped = (word or "") + char, False
        elif char == "\\":
            escaped = True
        elif char == '"':
            quoted, word = not quoted, word or ""
        elif re.match(r"[ \t]", char) and not quoted:
            if word is not None:
                words.append(word)
            word = None
        else:
            word = (word or "") + char
    if word is not None:
        words.append(word)
    return words[:_MOST_ARGUMENTS]


_ABOUT = {
    "agi_request": "virtualq_arrive.py",
    "agi_channel": "PJSIP/trunk-00000001",
    "agi_language": "en",
    "agi_type": "PJSIP",
    "agi_uniqueid": "1669118400.1",
    "agi_version": "20.5.0",
    "agi_callerid": PHONE,
    "agi_calleridname": "Zo\udceb",  # one byte of ISO 8859-1
    "agi_callingpres": "0",
    "agi_callingani2": "0",
    "agi_callington": "0",
    "agi_callingtns": "0",
    "agi_dnid": "unknown",
    "agi_rdnis": "unknown",
    "agi_context": "support",
    "agi_extension": "s",
    "agi_priority": "2",
    "agi_enhanced": "0.0",
    "agi_accountcode": "",
    "agi_threadid": "139689736754944",
}
