"""The Session: one blocking function for each thing the service does for a caller.

What is here is what a user sees: names, parameters, types. The settings are in client below, which
every function calls with its operation; lower still, attempts goes through wire.build,
transport.send and wire.read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, List, Mapping, Optional, Union, cast

from virtualq._api import operations
from virtualq._http.client import Client
from virtualq.result import LookUp, Result

if TYPE_CHECKING:
    from virtualq.models import CallerResult, Channel, ServiceState, Source

    _MaybeCaller = Result[Optional[CallerResult]]


class Session(Client):
    """A connection to the virtualQ callers API, safe to share between threads and across forks.

    `api_key` is the key of your virtualQ account. `base_url` without a path gets `/api/v2`.
    `deadline` is the hard limit of one call in seconds, repeats and waits included; every function
    takes its own. `retries` is how often a request is repeated at most, where that is safe.
    `proxies` maps "https" to a proxy's address as in requests; None means a direct connection.
    `ca_bundle` is a file or directory of certificates to trust, None those of certifi.
    `max_answer_bytes` is the largest answer that is read. `on_attempt` is told of each attempt as
    soon as it ended, by the thread that called; what it raises is logged and goes no further.

    A Session reads no environment, see from_env. Raises ConfigurationError for settings that
    cannot work; every function raises InvalidParameterError before anything is sent, TransportError
    without an answer, APIError when the service refuses, UnexpectedResponseError for an answer that
    is not the API's.
    """

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
        return cast(
            "_MaybeCaller",
            self._call(operations.LINE_UP_CALLER, given, deadline, operations.GET_CALLER),
        )

    def verify_caller(
        self, line_id: int, phone: str, *, deadline: Optional[float] = None
    ) -> LookUp[CallerResult]:
        """Say whether it is the caller's turn: the Result is true when it is."""
        given = {"line_id": line_id, "phone": phone}
        return cast("LookUp[CallerResult]", self._call(operations.VERIFY_CALLER, given, deadline))

    def get_caller(
        self, line_id: int, phone: str, *, deadline: Optional[float] = None
    ) -> LookUp[CallerResult]:
        """Look up a caller who is in a line; the value is None when there is none."""
        given = {"line_id": line_id, "phone": phone}
        return cast("LookUp[CallerResult]", self._call(operations.GET_CALLER, given, deadline))

    def notify_caller_connected(
        self, line_id: int, phone: str, *, deadline: Optional[float] = None
    ) -> Result[Optional[CallerResult]]:
        """Report that the caller has called in; a caller who is not in the line is no error."""
        given = {"line_id": line_id, "phone": phone}
        return cast(
            "_MaybeCaller",
            self._call(operations.NOTIFY_CALLER_CONNECTED, given, deadline),
        )

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
        return cast(
            "_MaybeCaller",
            self._call(operations.NOTIFY_CALLER_TRANSFERRED, given, deadline),
        )

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
        return cast(
            "_MaybeCaller",
            self._call(operations.UPDATE_CALLER_INFORMATION, given, deadline),
        )

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
        return cast(
            "Result[List[CallerResult]]",
            self._call(operations.LIST_CALLERS_WAITING, given, deadline),
        )

    def show_caller(
        self, caller_id: int, *, deadline: Optional[float] = None
    ) -> LookUp[CallerResult]:
        """Look up a caller by id; the value is None when there is none.

        Observed in another client; the vendor's documentation does not have it.
        """
        return cast(
            "LookUp[CallerResult]",
            self._call(operations.SHOW_CALLER, {"caller_id": caller_id}, deadline),
        )

    def cancel_caller(
        self, caller_id: int, *, deadline: Optional[float] = None
    ) -> Result[Optional[CallerResult]]:
        """Take a caller out of the line, by id; the value is the caller if the service shows them.

        Raises NotFoundError for a caller who is not there. Observed in another client; the vendor's
        documentation does not have it.
        """
        return cast(
            "_MaybeCaller",
            self._call(operations.CANCEL_CALLER, {"caller_id": caller_id}, deadline),
        )
