"""The original nanomem, run from a checkout that NANOMEM_UPSTREAM names."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

CHECKOUT = os.environ.get("NANOMEM_UPSTREAM")
_DRIVER = Path(__file__).with_name("upstream_driver.mjs")


def run(command: str, root: Path, stdin: object = None) -> Any:
    """Run one command of the driver on a memory root and return what it prints."""
    done = subprocess.run(
        ["node", os.fspath(_DRIVER), str(CHECKOUT), command, os.fspath(root)],
        input=json.dumps(stdin),
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    return json.loads(done.stdout)
