"""The Session: one blocking function for each thing the service does for a caller.

A call goes through wire.build, transport.send and wire.read; which outcome is tried again, and
which error it becomes, is in attempts. The only file that sends.
"""

from __future__ import annotations

import os
from types import TracebackType
from typing import TYPE_CHECKING, Iterable, List, Mapping, Optional, Type, Union, cast

from virtualq._api import operations, parameters
from virtualq._api.operation import Operation
from virtualq._http import endpoint, settings
from virtualq._http.attempts import Call, without_phone
from virtualq._http.clock import Clock
from virtualq.errors import ConfigurationError, InvalidParameterError, VirtualQError
from virtualq.result import Result

if TYPE_CHECKING:
    from virtualq.models import CallerResult, Channel, ServiceState, Source

_MIB = 1024 * 1024


class Session:
    """A connection to the virtualQ callers API, safe to share between threads and across forks.

    `api_key` is the key of your virtualQ account. `base_url` without a path gets `/api/v2`.
    `deadline` is the hard limit of one call in seconds, repeats and waits included; every function
    takes its own. `retries` is how often a request is repeated at most, where that is safe.
    `proxies` maps "https" to a proxy's address as in requests; None means a direct connection.
    `ca_bundle` is a file or directory of certificates to trust, None those of certifi.
    `max_answer_bytes` is the largest answer that is read.

    A Session reads no environment, see from_env. Raises ConfigurationError for settings that
    cannot work; every function raises InvalidParameterError before anything is sent, TransportError
    without an answer, APIError when the service refuses, UnexpectedResponseError for an answer that
    is not the API's.
    """

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
    ) -> None:
        self._key, fault = endpoint.read_key(api_key)
        del api_key  # crash reporters record the variables of every frame
        if fault:
            raise ConfigurationError(fault)
        address = endpoint.parse_base_url(base_url)
        self._deadline = settings.seconds("deadline", deadline)
        self._retries = settings.count("retries", retries, least=0)
        proxy = endpoint.choose_proxy(proxies, address)
        bundle = settings.bundle(ca_bundle)
        limit = settings.count("max_answer_bytes", max_answer_bytes, least=1)
        # Now, and not in the time of the first call.
        from virtualq._http.transport import Transport

        self._transport = Transport(address, self._key, proxy, bundle, limit)
        self._title = f"Session({address.authority!r}, deadline={self._deadline})"

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
    ) -> Session:
        """Make a Session from the environment, read once; what is given here counts first.

        VIRTUALQ_API_KEY, VIRTUALQ_BASE_URL and VIRTUALQ_DEADLINE (seconds), and what the field's
        tools use: HTTPS_PROXY and NO_PROXY, REQUESTS_CA_BUNDLE or SSL_CERT_FILE. Raises
        ConfigurationError for settings that are missing or cannot work.
        """
        # Crash reporters record the variables of every frame: none may hold the key or os.environ.
        keys = [os.environ.get("VIRTUALQ_API_KEY", "") if api_key is None else api_key]
        del api_key
        address = base_url or os.environ.get("VIRTUALQ_BASE_URL") or operations.SERVERS[0]
        bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE") or None
        return cls(
            keys.pop(),
            base_url=address,
            deadline=settings.deadline_from_env() if deadline is None else deadline,
            retries=retries,
            proxies=settings.proxies_from_env(address) if proxies is None else proxies,
            ca_bundle=bundle if ca_bundle is None else ca_bundle,
            max_answer_bytes=max_answer_bytes,
        )

    def line_up_caller(
        self,
        line_id: int,
        phone: str,
        *,
        channel: Union[Channel, str],
        source: Union[Source, str],
        language: Optional[str] = None,
        skills: Optional[Iterable[str]] = None,
        properties: Optional[Mapping[str, object]] = None,
        appointment: Optional[bool] = None,
        appointment_time: Optional[int] = None,
        service_phone_to_call: Optional[str] = None,
        deadline: Optional[float] = None,
    ) -> Result[Optional[CallerResult]]:
        """Line a caller up, to be called back or to call in again when it is their turn.

        `phone` includes the country code. `channel` and `source` are sent as they are, unknown ones
        too. `language` is a two letter code for text messages. `properties` are your own, any JSON;
        None leaves a parameter out. The value is None when the service answers without a document.

        `appointment`, `appointment_time` (seconds since 1970, UTC) and `service_phone_to_call` were
        observed in another client; the vendor's documentation does not have them.

        A line-up whose outcome is unknown is never sent again. In the time left the caller is
        looked up: if found, the Result is `reconciled`, else the error's `maybe_applied` is true.
        """
        given = {
            "line_id": line_id,
            "phone": phone,
            "channel": channel,
            "source": source,
            "language": language,
            "skills": skills,
            "properties": properties,
            "appointment": appointment,
            "appointment_time": appointment_time,
            "service_phone_to_call": service_phone_to_call,
        }
        return self._for_caller(operations.LINE_UP_CALLER, given, deadline)

    def verify_caller(
        self, line_id: int, phone: str, *, deadline: Optional[float] = None
    ) -> Result[Optional[CallerResult]]:
        """Say whether it is the caller's turn: the Result is true when it is."""
        given = {"line_id": line_id, "phone": phone}
        return self._for_caller(operations.VERIFY_CALLER, given, deadline)

    def get_caller(
        self, line_id: int, phone: str, *, deadline: Optional[float] = None
    ) -> Result[Optional[CallerResult]]:
        """Look up a caller who is in a line; the value is None when there is none."""
        given = {"line_id": line_id, "phone": phone}
        return self._for_caller(operations.GET_CALLER, given, deadline)

    def notify_caller_connected(
        self, line_id: int, phone: str, *, deadline: Optional[float] = None
    ) -> Result[Optional[CallerResult]]:
        """Report that the caller has called in; a caller who is not in the line is no error."""
        given = {"line_id": line_id, "phone": phone}
        return self._for_caller(operations.NOTIFY_CALLER_CONNECTED, given, deadline)

    def notify_caller_transferred(
        self,
        line_id: int,
        phone: str,
        *,
        wait_time_when_up: Optional[int] = None,
        agent_id: Optional[str] = None,
        deadline: Optional[float] = None,
    ) -> Result[Optional[CallerResult]]:
        """Report that the caller now speaks with an agent.

        `wait_time_when_up` is the time waited before that, in seconds; the service works it out
        itself when the caller was reported as connected. Raises NotFoundError for a caller who is
        not in the line.
        """
        given = {
            "line_id": line_id,
            "phone": phone,
            "wait_time_when_up": wait_time_when_up,
            "agent_id": agent_id,
        }
        return self._for_caller(operations.NOTIFY_CALLER_TRANSFERRED, given, deadline)

    def update_caller_information(
        self,
        line_id: int,
        phone: str,
        *,
        skills: Optional[Iterable[str]] = None,
        properties: Optional[Mapping[str, object]] = None,
        ewt: Optional[int] = None,
        service_state: Union[ServiceState, str, None] = None,
        wait_time_when_up: Optional[int] = None,
        talk_time: Optional[int] = None,
        agent_id: Optional[str] = None,
        deadline: Optional[float] = None,
    ) -> Result[Optional[CallerResult]]:
        """Tell the service more about a caller; None leaves a parameter out, 0 and "" are sent.

        `ewt`, `wait_time_when_up` and `talk_time` are in seconds. Raises NotFoundError for a caller
        who is not in the line.
        """
        given = {
            "line_id": line_id,
            "phone": phone,
            "skills": skills,
            "properties": properties,
            "ewt": ewt,
            "service_state": service_state,
            "wait_time_when_up": wait_time_when_up,
            "talk_time": talk_time,
            "agent_id": agent_id,
        }
        return self._for_caller(operations.UPDATE_CALLER_INFORMATION, given, deadline)

    def list_callers_waiting(
        self,
        call_center_id: int,
        *,
        line_id: Optional[int] = None,
        updated: Optional[bool] = None,
        deadline: Optional[float] = None,
    ) -> Result[List[CallerResult]]:
        """List the callers who wait in a call center, or in one of its lines.

        `updated` is a flag of the vendor's client; what the service makes of it is not documented.
        """
        given = {"call_center_id": call_center_id, "line_id": line_id, "updated": updated}
        result = self._call(operations.LIST_CALLERS_WAITING, given, deadline)
        return cast("Result[List[CallerResult]]", result)

    def show_caller(
        self, caller_id: int, *, deadline: Optional[float] = None
    ) -> Result[Optional[CallerResult]]:
        """Look up a caller by id; the value is None when there is none.

        Observed in another client; the vendor's documentation does not have it.
        """
        return self._for_caller(operations.SHOW_CALLER, {"caller_id": caller_id}, deadline)

    def cancel_caller(
        self, caller_id: int, *, deadline: Optional[float] = None
    ) -> Result[Optional[CallerResult]]:
        """Take a caller out of the line, by id; the value is the caller if the service shows them.

        Raises NotFoundError for a caller who is not there. Observed in another client; the vendor's
        documentation does not have it.
        """
        return self._for_caller(operations.CANCEL_CALLER, {"caller_id": caller_id}, deadline)

    def _for_caller(
        self, operation: Operation, given: Mapping[str, object], deadline: Optional[float]
    ) -> Result[Optional[CallerResult]]:
        return cast("Result[Optional[CallerResult]]", self._call(operation, given, deadline))

    def _call(
        self, operation: Operation, given: Mapping[str, object], deadline: object
    ) -> Result[object]:
        clock = Clock(self._deadline)
        outcome: Union[Result[object], VirtualQError]
        try:
            if deadline is not None:
                clock = Clock(parameters.check_seconds("deadline", deadline))
            call = Call(self._transport, self._key, given, clock, self._retries)
            outcome = call.perform(operation)
        except InvalidParameterError as error:
            outcome = without_phone(error, given)
            outcome.operation = operation.name
        else:
            if isinstance(outcome, VirtualQError) and operation is operations.LINE_UP_CALLER:
                outcome = call.reconcile(outcome, operations.GET_CALLER)
        # Raised here, outside of any handler: nothing is chained to it, and no frame below is kept.
        if isinstance(outcome, VirtualQError):
            raise outcome
        return outcome

    def close(self) -> None:
        """Close every connection at once; a later call opens new ones."""
        self._transport.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return self._title
