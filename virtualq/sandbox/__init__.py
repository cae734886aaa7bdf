"""The sandbox: the service on your own machine, over real HTTP, with nothing but Python.

    server (HTTP) or virtualq.testing (in process) -> rules -> reading, queue -> life, store

Use it from Python with `virtualq.sandbox.server.Sandbox`, from a shell with `virtualq sandbox`.
"""
