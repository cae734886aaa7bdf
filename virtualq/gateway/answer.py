"""What the gateway answers: one word, and more as JSON or XML; made by calls, sent by app."""

from __future__ import annotations

import json
import re
from typing import Dict, Mapping, NamedTuple, Optional, Tuple
from xml.sax.saxutils import quoteattr

QUEUE = "queue"
# Why it is `queue`: header X-VirtualQ-Reason.
PARAMETER, SETTINGS, DEADLINE, UNREACHABLE = "parameter", "settings", "deadline", "unreachable"
REFUSED, RESTING, NOT_FOUND, INACTIVE = "refused", "resting", "not-found", "inactive"

TEXT, JSON, XML = "text/plain", "application/json", "application/xml"
# Not allowed in XML 1.0, however they are written.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Below a minute, one minute, minutes, hours; ISO 639.
_WAITS: Mapping[str, Tuple[str, str, str, str]] = {
    "de": ("weniger als eine Minute", "etwa eine Minute", "etwa {} Minuten", "etwa {} Stunden"),
    "en": ("less than a minute", "about one minute", "about {} minutes", "about {} hours"),
    "es": ("menos de un minuto", "un minuto aproximadamente", "unos {} minutos", "unas {} horas"),
    "fr": ("moins d'une minute", "environ une minute", "environ {} minutes", "environ {} heures"),
    "it": ("meno di un minuto", "circa un minuto", "circa {} minuti", "circa {} ore"),
}
_HOURS = 90  # minutes from which on hours are said


class Answer(NamedTuple):
    """One word for the dialplan, and what else is known."""

    word: str
    reason: Optional[str] = None
    """Why it is `queue`, None for any other word."""
    line_name: Optional[str] = None
    skills: Tuple[str, ...] = ()
    ewt: Optional[int] = None
    """Estimated wait in seconds, None when the service did not say."""
    wait: Optional[str] = None
    """The same in words."""

    def render(self, media_type: str) -> str:
        """Return the body."""
        if media_type == TEXT:
            return f"{self.word}\n"
        members = {**self._asdict(), "skills": list(self.skills)}
        if media_type == JSON:
            return json.dumps(members) + "\n"
        said: Dict[str, str] = {
            name: ",".join(self.skills) if name == "skills" else str(value)
            for name, value in members.items()
            if value not in (None, [])
        }
        pairs = (f"{name}={quoteattr(_NO_XML.sub(' ', value))}" for name, value in said.items())
        return f"<virtualq {' '.join(pairs)}/>\n"


def queue(reason: str) -> Answer:
    """Return the answer that sends a caller to the ordinary queue."""
    return Answer(QUEUE, reason)


def in_words(seconds: Optional[int], language: Optional[str]) -> Optional[str]:
    """Say a wait in a language ("de", "en-GB"); None when unknown, or in no language of ours."""
    words = _WAITS.get((language or "en")[:2].lower())
    if seconds is None or words is None:
        return None
    minutes = -(-max(seconds, 0) // 60)
    if seconds < 60:
        return words[0]
    if minutes == 1:
        return words[1]
    return words[2].format(minutes) if minutes < _HOURS else words[3].format(round(minutes / 60))
