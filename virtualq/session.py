"""The Session: one blocking function for each thing the service does.

What is here is what a user sees: names, parameters, types. The settings are in client below, which
every function calls with its operation; lower still, attempts goes through wire.build,
transport.send and wire.read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, List, Mapping, Optional, Union, cast

from virtualq._api import operations
from virtualq._http.client import Client
from virtualq.result import FoundResult, LookUp, MissingResult, Result

if TYPE_CHECKING:
    from datetime import datetime

    from virtualq.models import (
        CallCenterResult,
        CallerResult,
        Channel,
        LineGroupResult,
        LineGroupUpdate,
        LineResult,
        ServiceState,
        Source,
    )

    _Callers = Result[List[CallerResult]]
    _CallCenters = Result[List[CallCenterResult]]
    _LineGroups = Result[List[LineGroupResult]]
    _MaybeActive = Union[FoundResult[LineResult], MissingResult[Optional[LineResult]]]
    _MaybeCallCenter = Result[Optional[CallCenterResult]]
    _MaybeCaller = Result[Optional[CallerResult]]
    _MaybeLineGroup = Result[Optional[LineGroupResult]]


class Session(Client):
    """A connection to the virtualQ API, safe to share between threads and across forks.

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
        return cast(
            "_MaybeCaller", self._call(operations.LINE_UP_CALLER, locals(), operations.GET_CALLER)
        )

    def verify_caller(
        self, line_id: int, phone: str, *, deadline: Optional[float] = None
    ) -> LookUp[CallerResult]:
        """Say whether it is the caller's turn: the Result is true when it is."""
        return cast("LookUp[CallerResult]", self._call(operations.VERIFY_CALLER, locals()))

    def get_caller(
        self, line_id: int, phone: str, *, deadline: Optional[float] = None
    ) -> LookUp[CallerResult]:
        """Look up a caller who is in a line; the value is None when there is none."""
        return cast("LookUp[CallerResult]", self._call(operations.GET_CALLER, locals()))

    def notify_caller_connected(
        self, line_id: int, phone: str, *, deadline: Optional[float] = None
    ) -> Result[Optional[CallerResult]]:
        """Report that the caller has called in; a caller who is not in the line is no error."""
        return cast("_MaybeCaller", self._call(operations.NOTIFY_CALLER_CONNECTED, locals()))

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
        return cast("_MaybeCaller", self._call(operations.NOTIFY_CALLER_TRANSFERRED, locals()))

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
        return cast("_MaybeCaller", self._call(operations.UPDATE_CALLER_INFORMATION, locals()))

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
        return cast(
            "Result[List[CallerResult]]", self._call(operations.LIST_CALLERS_WAITING, locals())
        )

    def show_caller(
        self, caller_id: int, *, deadline: Optional[float] = None
    ) -> LookUp[CallerResult]:
        """Look up a caller by id; the value is None when there is none.

        Observed in another client; the vendor's documentation does not have it.
        """
        return cast("LookUp[CallerResult]", self._call(operations.SHOW_CALLER, locals()))

    def cancel_caller(
        self, caller_id: int, *, deadline: Optional[float] = None
    ) -> Result[Optional[CallerResult]]:
        """Take a caller out of the line, by id; the value is the caller if the service shows them.

        Raises NotFoundError for a caller who is not there. Observed in another client; the vendor's
        documentation does not have it.
        """
        return cast("_MaybeCaller", self._call(operations.CANCEL_CALLER, locals()))

    def is_virtualq_active(
        self, line_id: int, *, deadline: Optional[float] = None
    ) -> Union[FoundResult[LineResult], MissingResult[Optional[LineResult]]]:
        """Say whether virtualQ is active for a line: the Result is true when callers can be
        offered virtualQ.

        The value is the line, active or not; None when the service shows none. The service counts
        each question as usage: ask once for each caller, and do not poll. Raises NotFoundError for
        a line that does not exist.
        """
        return cast("_MaybeActive", self._call(operations.IS_VIRTUALQ_ACTIVE, locals()))

    def new_call_offered(self, line_id: int, *, deadline: Optional[float] = None) -> Result[None]:
        """Report that a new call for a line entered the phone system.

        The service counts it, so that it is never sent again once it may have arrived. Raises
        NotFoundError for a line that does not exist.
        """
        return cast("Result[None]", self._call(operations.NEW_CALL_OFFERED, locals()))

    def list_lines(
        self,
        call_center_id: Optional[int] = None,
        *,
        line_group_id: Optional[int] = None,
        query: Optional[str] = None,
        deadline: Optional[float] = None,
    ) -> Result[List[LineResult]]:
        """List lines: all of the account, or those of a call center or of a line group.

        `query` is a text to search for; what it is compared with is not documented.
        """
        return cast("Result[List[LineResult]]", self._call(operations.LIST_LINES, locals()))

    def list_line_groups(
        self, call_center_id: Optional[int] = None, *, deadline: Optional[float] = None
    ) -> Result[List[LineGroupResult]]:
        """List line groups: all of the account, or those of a call center."""
        return cast("_LineGroups", self._call(operations.LIST_LINE_GROUPS, locals()))

    def update_line_group(
        self,
        line_group_id: int,
        *,
        service_agents_count: Optional[int] = None,
        service_agents_idle_count: Optional[int] = None,
        service_average_talk_time: Optional[int] = None,
        service_ewt: Optional[int] = None,
        service_open: Optional[bool] = None,
        service_callers_count: Optional[int] = None,
        service_calls_per_hour: Optional[int] = None,
        service_agent_list: Optional[Iterable[str]] = None,
        deadline: Optional[float] = None,
    ) -> Result[Optional[LineGroupResult]]:
        """Report the figures of a line group; None leaves one out, 0, False and [] are sent.

        `service_average_talk_time` and `service_ewt` are in seconds. Lines of one group share its
        figures. The value is None when the service answers without a document. Raises NotFoundError
        for a line group that does not exist.
        """
        return cast("_MaybeLineGroup", self._call(operations.UPDATE_LINE_GROUP, locals()))

    def update_line_group_collection(
        self, line_groups: Iterable[LineGroupUpdate], *, deadline: Optional[float] = None
    ) -> Result[List[LineGroupResult]]:
        """Report the figures of several line groups at once, in the order given.

        Each is checked before anything is sent: `line_groups[2].service_ewt` is the place of a
        fault. The value is empty when the service answers without a document.
        """
        return cast("_LineGroups", self._call(operations.UPDATE_LINE_GROUP_COLLECTION, locals()))

    def list_call_centers(
        self, *, deadline: Optional[float] = None
    ) -> Result[List[CallCenterResult]]:
        """List the call centers of the account."""
        return cast("_CallCenters", self._call(operations.LIST_CALL_CENTERS, locals()))

    def get_call_center(
        self, call_center_id: int, *, deadline: Optional[float] = None
    ) -> LookUp[CallCenterResult]:
        """Look up a call center; the value is None when there is none."""
        return cast("LookUp[CallCenterResult]", self._call(operations.GET_CALL_CENTER, locals()))

    def update_call_center(
        self,
        call_center_id: int,
        *,
        connector_version: Optional[str] = None,
        connector_last_restart_time: Optional[datetime] = None,
        connector_connection_status: Optional[str] = None,
        deadline: Optional[float] = None,
    ) -> Result[Optional[CallCenterResult]]:
        """Report what the connector of a call center does; None leaves a parameter out.

        `connector_last_restart_time` must have a time zone and is sent in UTC. Raises NotFoundError
        for a call center that does not exist.
        """
        return cast("_MaybeCallCenter", self._call(operations.UPDATE_CALL_CENTER, locals()))
