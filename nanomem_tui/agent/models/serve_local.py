"""Serves a model file on this machine to whoever started it: `python -m … FILE CONTEXT`.

A process of its own, since the weights fill memory and computing them holds the interpreter. The key it wants
is in its environment, so that no other user of this machine can ask it; it goes when its stdin ends. Knows
nothing of memory and prints one line, its address.
"""

import os
import sys
from pathlib import Path

KEY = "NANOMEM_LOCAL_KEY"
"""Environment variable with the key that the server wants."""
THREADS = 8
"""More do not make small models faster."""


def main(file: str, context: int) -> None:
    """Serve `file`, which reads so many tokens at once, until stdin ends."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = file
    params.model_alias = {Path(file).stem}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [os.environ.pop(KEY)]
    params.n_ctx = context
    params.n_parallel = 1
    params.use_jinja = True
    params.verbosity = 0
    threads = min(os.cpu_count() or 1, THREADS)
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)  # in the middle of an answer too


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
