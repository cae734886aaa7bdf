"""The rule book of the sandbox: a request in, the answer out, with no HTTP library in between.

Before it: a face (server over a socket, virtualq.testing in process); after it: api serves what the
spec has, commands what the sandbox has of its own. What is assumed of the real service, because no
source tells, is listed in docs/sandbox.md.
"""

from __future__ import annotations

import threading
import time
from typing import Callable, Dict, List, Mapping, Optional

from virtualq._api.operations import KEY_HEADER
from virtualq.sandbox.api import Api
from virtualq.sandbox.center import Center
from virtualq.sandbox.clock import Clock
from virtualq.sandbox.demo import Demo
from virtualq.sandbox.exchange import Answer, Fault, Handler, Refusal, Request
from virtualq.sandbox.faults import Faults
from virtualq.sandbox.history import History
from virtualq.sandbox.log import Log
from virtualq.sandbox.progress import Progress
from virtualq.sandbox.queue import Queue
from virtualq.sandbox.recognise import functions_of
from virtualq.sandbox.seeds import API_KEY, SEED, Seed
from virtualq.sandbox.store import Store, Waiter

_MOST_AT_ONCE = 100
"""What time brings before a request is answered; the rest comes after it."""
OWN = "/sandbox/"
"""What the paths of the sandbox's own begin with."""
Routes = Callable[[str], Mapping[str, Handler]]
"""What a path can do, by HTTP method; nothing for a path that is not there."""


class Service:
    """The service itself, safe to share between threads.

    `state` is a file that keeps callers between runs, None keeps them in memory; raises
    ConfigurationError when it cannot be used. `moves` says whether time moves callers by itself,
    else only a step does. `demo` is the seed of people who call by themselves, None for none.
    """

    def __init__(
        self,
        *,
        api_key: str = API_KEY,
        state: Optional[str] = None,
        clock: Optional[Clock] = None,
        seed: Optional[Seed] = None,
        moves: bool = False,
        demo: Optional[int] = None,
    ) -> None:
        self.api_key = api_key
        self.clock: Clock = clock or Clock()
        self.moves: bool = moves or demo is not None
        self.is_closed: bool = False
        self.log: Log = Log()
        self.faults: Faults = Faults(demo or 0)
        self.changed: threading.Condition = threading.Condition()
        """Notified after everything that a page would show, when `revision` is another."""
        self.revision: int = 0
        self.store: Store = Store(state)
        self._catch_up()
        people = None if demo is None else Demo(demo, self.clock())
        talk = people.seconds if people else _as_others
        self.queue: Queue = Queue(self.store, self.clock, talk)
        self.center: Center = Center(self.store, self.queue, self.clock)
        self.history: History = History(self.store)
        self._progress = Progress(self.store, self.queue, people)
        self._routes: List[Routes] = [Api(self.queue, self.center).methods]
        self._load(seed)

    def _catch_up(self) -> None:
        """Go on where a state was left that had run faster than the machine's clock."""
        now, left = self.clock(), self.store.changed_last()
        if left is not None and left > now:
            self.clock.step(min((left - now).total_seconds(), 1e9))

    def _load(self, seed: Optional[Seed]) -> None:
        with self.store.transaction():
            if self.store.is_new:
                self.store.load(seed or SEED)
                for caller in (seed or SEED).callers:
                    self.queue.place(dict(caller))

    def add_routes(self, routes: Routes) -> None:
        """Let more paths be served."""
        self._routes.append(routes)

    def note_address(self, url: str) -> None:
        """Keep the address in the state, where the commands of a shell find it."""
        with self.store.transaction():
            self.store.note("url", url)
            # A key that the user chose is not written to the state.
            self.store.note("key", self.api_key if self.api_key == API_KEY else "")

    def close(self) -> None:
        """Close the state; one in memory is gone then."""
        self.is_closed = True
        self.store.close()

    def go_on(self, most: Optional[int] = None) -> int:
        """Let happen what is due by now, no more than `most`; return how much it was."""
        happened = self._progress.until(self.clock(), most)
        if happened:
            self.tell()
        return happened

    def step(self, seconds: float) -> None:
        """Let some seconds pass, and happen what is due by then; ValueError for a step back."""
        self.clock.step(seconds)
        self.go_on()
        self.tell()

    def reset(self) -> None:
        """Forget every caller, what was told and counted, every request, and all bad days."""
        self.queue.clear()
        self.log.clear()
        self.history.clear()
        self.faults.clear()
        self.tell()

    def tell(self) -> None:
        """Wake those who show what there is."""
        with self.changed:
            self.revision += 1
            self.changed.notify_all()

    def answer(self, request: Request) -> Answer:
        """Answer a request as the service would, or as the bad day that is ordered has it."""
        methods: Dict[str, Handler] = {}
        for routes in self._routes:
            methods = methods or dict(routes(request.path))
        started = time.monotonic()
        if self.moves:
            self.go_on(_MOST_AT_ONCE)
        functions = functions_of(request)
        bad_day = self.faults.take(functions) if functions else None
        if bad_day is None:
            answer = self._answer(request, methods)
        else:
            answer = bad_day.answer(lambda: self._answer(request, methods))
        seconds = time.monotonic() - started
        if not request.path.startswith(OWN):
            self.log.add(request, answer, next(iter(functions), None), self.clock(), seconds)
        self.tell()
        return answer

    def _answer(self, request: Request, methods: Mapping[str, Handler]) -> Answer:
        if not methods:
            # No error document: a client would take it for "no such caller", on a wrong address.
            return Answer(404, {"Content-Type": "text/plain; charset=utf-8"}, b"no such path\n")
        try:
            if request.method not in methods:
                allowed = ", ".join(sorted(methods))
                fault = Fault(f"Only {allowed} can be sent here.")
                raise Refusal(405, fault, headers={"Allow": allowed})
            if request.headers.get(KEY_HEADER.lower()) != self.api_key:
                raise Refusal(401, Fault("The API key is missing or wrong."))
            return methods[request.method](request)
        except Refusal as refusal:
            return refusal.answer


def _as_others(waiter: Waiter) -> Optional[float]:
    return None
