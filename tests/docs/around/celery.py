"""Around the task of docs/celery.md: an app that runs tasks at once; then the task is called."""

from __future__ import annotations

import runpy
import sys

from celery import Celery

from virtualq import Session

app = Celery("site")
app.conf.update(task_always_eager=True, task_eager_propagates=True)
with Session.from_env() as vq:
    names = runpy.run_path(sys.argv[1], init_globals={"app": app, "vq": vq})
    names["connected"].delay(3042, "+17343305027")
