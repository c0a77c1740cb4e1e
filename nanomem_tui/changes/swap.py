"""Renames that tell what they replaced: swapping two names, and naming only what is not there.

Linux has renameat2, macOS renameatx_np; Python wraps neither. Elsewhere, and on file systems that cannot,
`swap` says so and the caller falls back to a plain rename.
"""

import ctypes
import errno
import os
import sys
from functools import cache
from typing import Any

_UNABLE = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
_FLAGS = {"linux": ("renameat2", 2, 1), "darwin": ("renameatx_np", 2, 4)}
"""Name of the call, its flag for swapping and its flag for not replacing (linux/fs.h, sys/stdio.h)."""


def swap(folder: int, one: str, other: str) -> bool:
    """Swap two names in an open folder, atomically. False: not possible here.

    Raises:
        OSError: it failed; nothing happened.
    """
    return _rename(folder, one, other, 1)


def rename_new(folder: int, old: str, new: str) -> bool:
    """Rename unless `new` is there. False: not possible here.

    Raises:
        FileExistsError: `new` is there.
        OSError: it failed; nothing happened.
    """
    return _rename(folder, old, new, 2)


def _rename(folder: int, old: str, new: str, kind: int) -> bool:
    names = _FLAGS.get(sys.platform)
    call = _call(names[0]) if names else None
    if call is None or names is None:
        return False
    if call(folder, os.fsencode(old), folder, os.fsencode(new), names[kind]) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNABLE:
        return False
    raise OSError(code, os.strerror(code), new)


@cache
def _call(name: str) -> Any:
    call = getattr(ctypes.CDLL(None, use_errno=True), name, None)
    if call is not None:
        call.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    return call
