"""Form fields: a phone number, which becomes E.164, and a line; above phones and cached."""

from __future__ import annotations

import logging
from typing import Any, Dict, List, Mapping, Optional, Tuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from virtualq import phones
from virtualq.errors import ConfigurationError, InvalidParameterError, VirtualQError

_log = logging.getLogger("virtualq.django")


class PhoneField(forms.CharField):
    """A phone number as people write it in `country` ("DE"); cleaned, it is E.164.

    With `country` None people must write the code of theirs. Nothing is guessed: a number that can
    be read in two ways is refused.
    """

    default_error_messages = {  # noqa: RUF012  # as Django declares it
        "invalid": _("Please enter your phone number with its area code."),
    }

    def __init__(self, *, country: Optional[str] = None, **options: Any) -> None:
        self.country = country
        options.setdefault("max_length", 64)
        super().__init__(**options)
        if isinstance(self.widget, forms.TextInput) and self.widget.input_type == "text":
            self.widget.input_type = "tel"

    def widget_attrs(self, widget: forms.Widget) -> Dict[str, Any]:
        """Ask for the right keyboard, and the number that the browser knows, in any text input."""
        attributes = {} if widget.is_hidden else {"autocomplete": "tel", "inputmode": "tel"}
        own = {name: value for name, value in attributes.items() if name not in widget.attrs}
        return {**super().widget_attrs(widget), **own}

    def clean(self, value: Any) -> str:
        """Return the number in E.164, an empty text for none where none is required."""
        given: str = super().clean(value)
        if not given:
            return given
        try:
            return phones.normalise(given, self.country)
        except InvalidParameterError as error:
            if error.parameter == "country":  # no visitor's mistake
                raise ConfigurationError(f"PhoneField: {error}") from None
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class LineField(forms.TypedChoiceField):
    """A line to wait in; cleaned, it is the line's id.

    `lines` are their names by id. With `call_center_id` they are those of a call center of
    `account`, asked through the cache when the field is shown or cleaned; none while the service
    has never answered. `empty_label` is the text of a first choice that is no line; None for none.
    """

    def __init__(
        self,
        *,
        lines: Optional[Mapping[int, Any]] = None,
        call_center_id: Optional[int] = None,
        account: str = "default",
        empty_label: Optional[Any] = None,
        **options: Any,
    ) -> None:
        if (lines is None) == (call_center_id is None):
            raise TypeError("LineField takes either lines or call_center_id")
        self._lines = lines
        self._call_center_id = call_center_id
        self._account = account
        self._first: List[Tuple[Any, Any]] = [] if empty_label is None else [("", empty_label)]
        options.setdefault("coerce", int)
        options.setdefault("empty_value", None)
        super().__init__(choices=self._choices, **options)

    def _choices(self) -> List[Tuple[Any, Any]]:
        """Return the choices, each time the field is shown."""
        return [*self._first, *self._named()]

    def _named(self) -> List[Tuple[int, Any]]:
        """Return the lines with their names."""
        if self._lines is not None:
            return list(self._lines.items())
        from virtualq.integrations.django.accounts import sessions

        try:
            found = sessions[self._account].cached.list_lines(self._call_center_id).value
        except VirtualQError as error:
            _log.warning("LineField shows no line: %s", error)
            return []
        return [(line.id, line.name or str(line.id)) for line in found if line.id is not None]
