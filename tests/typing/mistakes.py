"""Mistakes that the types must catch: each marked line is one."""

# ruff: noqa: B018

from __future__ import annotations

from virtualq import CallerResult, Channel, Session

vq = Session("key")
caller = CallerResult(id=1)

vq.verify_caller("3042", "+17343305027")  # mistake
vq.verify_caller(3042, 17343305027)  # mistake
vq.verify_caller(3042)  # mistake
vq.verify_caller(3042, "+17343305027", 1.0)  # mistake
vq.get_caller(3042, "+17343305027", colour="red")  # mistake
vq.line_up_caller(3042, "+17343305027")  # mistake
vq.line_up_caller(3042, "+17343305027", channel=Channel.CALL_IN, source=5)  # mistake
vq.update_caller_information(3042, "+17343305027", skills=5)  # mistake
vq.update_caller_information(3042, "+17343305027", properties=["a"])  # mistake
vq.list_callers_waiting(24, updated="yes")  # mistake
vq.get_caller(3042, "+17343305027").value.phone  # mistake
vq.get_caller(3042, "+17343305027").status = 5  # mistake
vq.get_caller(3042, "+17343305027").value = None  # mistake
vq.line_up_caller(1, "1", channel="CallIn", source="Phone").value.ewt  # mistake
[caller.ewt for caller in vq.get_caller(3042, "+17343305027")]  # mistake
Session("key", on_attempt=5)  # mistake
vq.connect_caller(3042, "+17343305027")  # mistake
caller.phone = "x"  # mistake
CallerResult(1)  # mistake
CallerResult(ewt="soon")  # mistake
Channel.PIGEON  # mistake
Session("key", "https://api.virtualq.io")  # mistake
Session()  # mistake
