"""What a site may write: Sessions as values, settings of odd shapes, fields with other widgets."""

from __future__ import annotations

import copy
import io
import pickle
from typing import Any, List

import pytest

pytest.importorskip("django")

from . import site  # needs django

site.set_up()

from django import forms  # noqa: E402  # after the set-up
from django.core.checks import Error, run_checks  # noqa: E402
from django.core.checks import Warning as Advice  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client, SimpleTestCase, override_settings  # noqa: E402

from virtualq import errors  # noqa: E402
from virtualq.integrations.django import LineField, PhoneField, sessions  # noqa: E402
from virtualq.integrations.django.testing import (  # noqa: E402
    VirtualQTestMixin,
    sandboxes,
)
from virtualq.testing.webhooks import WebhookSigner  # noqa: E402

MEMCACHED = {"default": {"BACKEND": "django.core.cache.backends.memcached.PyMemcacheCache"}}
LOCMEM = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def no_key() -> str:
    """What stands for a vault that does not answer."""
    raise KeyError("the vault's own secret")


def test_a_session_is_a_value() -> None:
    """It is copied, pickled and asked for odd names as any value is, without a key."""
    vq = sessions["default"]
    with override_settings(VIRTUALQ={}):
        assert copy.copy(vq) is copy.deepcopy(vq) is pickle.loads(pickle.dumps(vq)) is vq
        assert not hasattr(vq, "__wrapped__")
        with vq as same:
            assert same is vq


def test_which_accounts_there_are() -> None:
    """`in` and `for` know the aliases of the settings."""
    assert list(sessions) == ["default", "eu"]
    assert "us" not in sessions
    assert "eu" in sessions


def _found(setting: Any, deploy: bool = False) -> List[Any]:
    with override_settings(VIRTUALQ=setting):
        return run_checks(tags=["virtualq"], include_deployment_checks=deploy)


@pytest.mark.parametrize("keys", [5, ["rubbish"], "rubbish", [5], lambda: ["rubbish"]])
def test_webhook_keys_are_checked(keys: Any) -> None:
    """What is no key is told before the first webhook; the view does not fail of it."""
    setting = {"API_KEY": "key", "WEBHOOK_KEYS": keys}
    assert [(each.id, type(each)) for each in _found(setting)] == [("virtualq.E004", Error)]
    with override_settings(VIRTUALQ=setting):
        assert Client().post("/hook", b"{}", content_type="application/json").status_code == 500


def test_webhooks_need_a_cache_for_all() -> None:
    """A memory of one process alone is told under `check --deploy`; no webhooks, no word."""
    signed = {"API_KEY": "key", "WEBHOOK_KEYS": [WebhookSigner().public_key]}
    with override_settings(CACHES=LOCMEM):
        assert [each.id for each in _found(signed, deploy=True)] == ["virtualq.W003"]
        assert _found({"API_KEY": "key"}, deploy=True) == _found(signed) == []
    with override_settings(CACHES=MEMCACHED):
        assert _found(signed, deploy=True) == []


def test_a_function_that_fails() -> None:
    """It is a key that is missing, told without its text; a test with a sandbox needs none."""
    setting = {"API_KEY": no_key}
    (told,) = _found(setting)
    assert (told.id, type(told)) == ("virtualq.W001", Advice)
    assert "KeyError" in told.msg
    assert "secret" not in told.msg
    with override_settings(VIRTUALQ=setting):
        assert Client().get("/health").status_code == 503
        with sandboxes():
            assert Client().get("/health").status_code == 200


def test_what_is_to_be_mended_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The log of a wrong setting says which; the visitor is not told."""
    with override_settings(VIRTUALQ={"API_KEY": "key", "ON_ATTEMPT": "no.such"}):
        page = Client().get("/place?phone=1")
    assert page.status_code == 500
    assert "no.such" not in page.content.decode()
    assert "ON_ATTEMPT: No module named 'no'" in caplog.text


def test_the_command_complains_where_it_is_told() -> None:
    """`call_command(stderr=..)` gets the one line, with one end."""
    err = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("virtualq", "verify", "--line-id", "x", stderr=err)
    assert end.value.code == 2
    assert err.getvalue().startswith("virtualq verify: argument --line-id")
    assert err.getvalue().count("\n") == 1


class Ask(forms.Form):
    own = PhoneField(country="DE", widget=forms.TextInput(attrs={"class": "x"}))
    named = PhoneField(country="DE", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    hidden = PhoneField(country="DE", widget=forms.HiddenInput)
    area = PhoneField(country="DE", widget=forms.Textarea)


def test_a_phone_field_with_a_widget_of_the_sites() -> None:
    """It is still a phone's, says what the site says, and what is hidden stays hidden."""
    form = Ask()
    assert 'type="tel"' in str(form["own"])
    assert 'autocomplete="tel"' in str(form["own"])
    assert 'autocomplete="off"' in str(form["named"])
    assert 'type="hidden"' in str(form["hidden"])
    assert "<textarea" in str(form["area"])


def test_the_mixin_behind_the_test_case() -> None:
    """It would do nothing there, and the tests would ask the real service."""
    with pytest.raises(TypeError, match="before the test case"):
        type("Wrong", (SimpleTestCase, VirtualQTestMixin), {})


def test_a_country_that_is_none() -> None:
    """It is a fault of the site, which no visitor is asked to mend."""
    with pytest.raises(errors.ConfigurationError, match="PhoneField: country"):
        PhoneField(country="Germany").clean("0171 1111 22 33")


def test_no_line_has_its_reason_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """A choice without lines is no riddle to who runs the site."""
    field = LineField(call_center_id=24)
    with override_settings(VIRTUALQ={}):
        assert list(field.choices) == []
    assert "has no API_KEY" in caplog.text
    with sandboxes():
        assert len(list(field.choices)) == 2
