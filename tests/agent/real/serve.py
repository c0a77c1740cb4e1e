"""Serves a model file on a port of this machine: `python serve.py FILE [CONTEXT]`. Needs xllamacpp.

Prints the address as its first line on stdout, and serves until its stdin ends: whoever started it and goes
takes it along.
"""

import sys
from pathlib import Path

import xllamacpp


def main(file: str, context: int) -> None:
    """Serve `file` with a context of so many tokens."""
    params = xllamacpp.CommonParams()
    params.model.path = file
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = context
    params.n_parallel = 1
    params.model_alias = {Path(file).stem}
    params.use_jinja = True
    params.verbosity = 0
    params.cpuparams.n_threads = 2
    params.cpuparams_batch.n_threads = 2
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 8192)
