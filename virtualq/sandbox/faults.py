"""Bad days on order: what goes wrong, for which function, how often; rules asks before it answers.

The words of an order are the same in Python, over HTTP, in the command line and in the page.
"""

from __future__ import annotations

import json
import math
import random
import threading
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, cast

from attrs import asdict, evolve, frozen

from virtualq._api.operations import OPERATIONS
from virtualq._api.refusals import refuse
from virtualq.sandbox import words
from virtualq.sandbox.exchange import Answer, Delivery, Fault, Refusal

_HTML = (
    b"<!doctype html><title>Sign in</title><h1>Sign in</h1><form>"
    b"<label>Name <input name=name></label><button>Go on</button></form>"
)
_NOVELTIES: Mapping[str, object] = {"novel-attribute": "a value", "novel-object": {"a": [1, None]}}
_STATES = ("virtualq-waiter-state", "virtualq-line-state")
_NOVEL_STATE = "Reconsidering"


@frozen(kw_only=True)
class BadDay:
    """One thing that is to go wrong; docs/sandbox.md says what each word does.

    `function` None stands for every function, `times` None for ever.
    """

    function: Optional[str] = None
    status: Optional[int] = None
    retry_after: Optional[float] = None
    times: Optional[int] = None
    probability: float = 1.0
    applied: bool = False
    timeout: bool = False
    lost: bool = False
    reset: bool = False
    latency: float = 0.0
    drip: float = 0.0
    html: bool = False
    malformed: bool = False
    unknown_attributes: bool = False
    unknown_state: bool = False

    def check(self) -> None:
        """Raise InvalidParameterError for an order that cannot be carried out."""
        words.check(words.BAD_DAY, self.told)
        if self.function is not None and self.function not in OPERATIONS:
            known = ", ".join(sorted(OPERATIONS))
            raise refuse("function", f"there is no function {self.function!r}; there are {known}")
        if self.status is not None and not 200 <= self.status <= 599:
            raise refuse("status", "must be from 200 to 599")
        if self.times is not None and self.times < 1:
            raise refuse("times", "must be at least 1")
        if not 0 < self.probability <= 1:
            raise refuse("probability", "must be above 0 and at most 1")
        for name, seconds in (("latency", self.latency), ("drip", self.drip)):
            if not 0 <= seconds <= 3600:
                raise refuse(name, "must be a number of seconds from 0 to 3600")
        if self.retry_after is not None and not 0 <= self.retry_after <= 1e9:
            raise refuse("retry_after", "must be a number of seconds from 0 to a thousand million")
        if not self._does_something:
            raise ValueError("say what is to go wrong: status, timeout, lost, html, latency ...")

    @property
    def told(self) -> Dict[str, object]:
        """What was ordered, by word, without what was left out."""
        good = asdict(BadDay())
        return {name: value for name, value in asdict(self).items() if value != good[name]}

    @property
    def _does_something(self) -> bool:
        return self._takes_the_place or self.applied or self._only_colours

    @property
    def _only_colours(self) -> bool:
        """Whether what the service does comes about, and its answer too, in some way."""
        return bool(self.latency or self.drip or self.unknown_attributes or self.unknown_state)

    @property
    def _takes_the_place(self) -> bool:
        """Whether something comes in place of the answer."""
        ends = self.timeout or self.lost or self.reset
        return ends or self.html or self.malformed or self.status is not None

    def answer(self, carry_out: Callable[[], Answer]) -> Answer:
        """Return the answer of a bad day; `carry_out` is what the service does on a good one."""
        carried_out = self.applied or not self._takes_the_place
        answer = carry_out() if carried_out else Answer(200, {}, b"")
        if carried_out and answer.status >= 400:
            return answer._replace(delivery=self._delivery())  # it was refused: nothing was applied
        if self.status is not None and not self.html and not self.malformed:
            answer = self._refusal(self.status)
        elif self.html or self.malformed:
            answer = self._nonsense()
        elif carried_out:
            answer = self._coloured(answer)
        return answer._replace(delivery=self._delivery())

    def _delivery(self) -> Delivery:
        # An order of `applied` alone: the change is made, and its answer is lost.
        alone = self.applied and not self._takes_the_place and not self._only_colours
        return Delivery(self.latency, self.drip, self.timeout, self.lost or alone, self.reset)

    def _headers(self) -> Dict[str, str]:
        if self.retry_after is None:
            return {}
        return {"Retry-After": str(math.ceil(self.retry_after))}

    def _refusal(self, status: int) -> Answer:
        if status < 300:
            return Answer(status, self._headers(), b"")
        if status < 400:
            return Answer(status, {"Location": "/elsewhere", **self._headers()}, b"")
        fault = Fault("Ordered from the sandbox.")
        return Refusal(status, fault, headers=self._headers()).answer

    def _nonsense(self) -> Answer:
        kind = "text/html; charset=utf-8" if self.html else "application/vnd.api+json"
        body = _HTML if self.html else b'{"data": {"id": "1", "type": "waiters", "attri'
        return Answer(self.status or 200, {"Content-Type": kind, **self._headers()}, body)

    def _coloured(self, answer: Answer) -> Answer:
        """Return an answer with what nobody has heard of, as a newer service would send it."""
        if not (self.unknown_attributes or self.unknown_state) or not answer.body:
            return answer
        document = json.loads(answer.body)
        data: object = document["data"]
        if not isinstance(data, list):
            data = [data]
        for resource in cast("List[Dict[str, Any]]", data):
            attributes: Dict[str, object] = resource["attributes"]
            if self.unknown_attributes:
                attributes.update(_NOVELTIES)
            for name in (*_STATES, *(state.replace("-", "_") for state in _STATES)):
                if self.unknown_state and name in attributes:
                    attributes[name] = _NOVEL_STATE
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        return answer._replace(body=body)


class Faults:
    """The bad days that are ordered, one after another for each function; threads may share it.

    `seed` makes probabilities repeat.
    """

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._ordered: List[BadDay] = []
        self._seed = seed
        self._draw = random.Random(seed)

    def order(self, bad_day: BadDay) -> None:
        """Order a bad day; raises ValueError for one that cannot be."""
        bad_day.check()
        with self._lock:
            self._ordered.append(bad_day)

    def take(self, functions: Iterable[str]) -> Optional[BadDay]:
        """Return what goes wrong with a request of one of these functions, None on a good day."""
        names = {None, *functions}
        with self._lock:
            for place, ordered in enumerate(self._ordered):
                if ordered.function not in names:
                    continue
                if ordered.probability < 1 and self._draw.random() >= ordered.probability:
                    continue
                if ordered.times == 1:
                    del self._ordered[place]
                elif ordered.times is not None:
                    self._ordered[place] = evolve(ordered, times=ordered.times - 1)
                return ordered
        return None

    @property
    def ordered(self) -> List[BadDay]:
        """What is still to come, the next one first."""
        with self._lock:
            return list(self._ordered)

    def clear(self) -> None:
        """Let every day be good again."""
        with self._lock:
            self._ordered.clear()
            self._draw = random.Random(self._seed)
