"""The sandbox: the service on your own machine, over real HTTP, with nothing but Python.

    server, handler (HTTP) or virtualq.testing (in process) -> rules -> api, commands
        -> reading, queue, center -> life, estimate, store
    beside them: faults (bad days), clock and progress (what time does), demo, log, history, page

Use it from Python with `virtualq.sandbox.server.Sandbox`, from a shell with `virtualq sandbox`.
"""
