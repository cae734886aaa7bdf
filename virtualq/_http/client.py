"""What every Session is: its settings, and the one way that all of its functions call.

The functions themselves are in session; a call goes on to attempts.
"""

from __future__ import annotations

import os
from types import TracebackType
from typing import TYPE_CHECKING, Callable, Dict, Mapping, NoReturn, Optional, Type

from virtualq._api import late, operations
from virtualq._api.operation import Operation
from virtualq._http import endpoint, settings
from virtualq._http.attempts import Call, Common
from virtualq._http.frames import without_locals
from virtualq.errors import ConfigurationError, VirtualQError
from virtualq.result import Attempt, Result

if TYPE_CHECKING:
    from typing_extensions import Self

_MIB = 1024 * 1024


@without_locals
class Client:
    """Settings that are checked, connections that are shared, and a call."""

    _title = "Session(...)"  # until it is made: a traceback may show it half made

    def __init__(
        self,
        api_key: str,
        *,
        base_url: str = operations.SERVERS[0],
        deadline: float = 3.0,
        retries: int = 1,
        proxies: Optional[Mapping[str, str]] = None,
        ca_bundle: Optional[str] = None,
        max_answer_bytes: int = 8 * _MIB,
        on_attempt: Optional[Callable[[Attempt], object]] = None,
    ) -> None:
        key, fault = endpoint.read_key(api_key)
        if fault:
            raise ConfigurationError(fault)
        address = endpoint.parse_base_url(base_url)
        deadline = settings.seconds("deadline", deadline)
        retries = settings.count("retries", retries, least=0)
        proxy = endpoint.choose_proxy(proxies, address)
        bundle = settings.bundle(ca_bundle)
        limit = settings.count("max_answer_bytes", max_answer_bytes, least=1)
        tell = settings.function("on_attempt", on_attempt)
        # Loaded now: the first call's deadline does not pay for it.
        late.load("virtualq._http.transport")
        from virtualq._http.transport import Transport

        transport = Transport(address, key, proxy, bundle, limit)
        self._common = Common(transport, key, deadline, retries, tell)
        self._title = f"Session({address.authority!r}, deadline={deadline})"

    @classmethod
    def from_env(
        cls,
        *,
        api_key: Optional[str] = None,
        base_url: Optional[str] = None,
        deadline: Optional[float] = None,
        retries: int = 1,
        proxies: Optional[Mapping[str, str]] = None,
        ca_bundle: Optional[str] = None,
        max_answer_bytes: int = 8 * _MIB,
        on_attempt: Optional[Callable[[Attempt], object]] = None,
    ) -> Self:
        """Make a Session from the environment, read once; what is given here counts first.

        VIRTUALQ_API_KEY or VIRTUALQ_API_KEY_FILE (a file that holds the key alone),
        VIRTUALQ_BASE_URL and VIRTUALQ_DEADLINE (seconds), and what the field's tools use:
        HTTPS_PROXY and NO_PROXY, REQUESTS_CA_BUNDLE or SSL_CERT_FILE. Raises ConfigurationError for
        settings that are missing, contradict each other or cannot work.
        """
        address = base_url or os.environ.get("VIRTUALQ_BASE_URL") or operations.SERVERS[0]
        return cls(
            settings.key_from_env() if api_key is None else api_key,
            base_url=address,
            deadline=settings.deadline_from_env() if deadline is None else deadline,
            retries=retries,
            proxies=settings.proxies_from_env(address) if proxies is None else proxies,
            ca_bundle=settings.bundle_from_env() if ca_bundle is None else ca_bundle,
            max_answer_bytes=max_answer_bytes,
            on_attempt=on_attempt,
        )

    def _call(
        self,
        operation: Operation,
        parameters: Dict[str, object],
        look_up: Optional[Operation] = None,
    ) -> Result[object]:
        """Return the Result of a function, or raise its error.

        `parameters` are the locals() of the function, which has no other variables. `look_up` tells
        whether a change of unknown outcome was made.
        """
        given = {name: value for name, value in parameters.items() if name != "self"}
        deadline = given.pop("deadline")
        outcome = Call(self._common, given).run(operation, deadline, look_up)
        if isinstance(outcome, VirtualQError):
            raise outcome
        return outcome

    def close(self) -> None:
        """Close every connection at once; a later call opens new ones."""
        self._common.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __init_subclass__(cls) -> None:
        without_locals(cls)

    def __reduce__(self) -> NoReturn:
        # For copy too: a pickle would hold the key, and a second Session the same connections.
        raise TypeError(
            "a Session cannot be pickled or copied: it holds the API key and connections; "
            "share it between threads and forks, or make another"
        )

    def __repr__(self) -> str:
        return self._title
