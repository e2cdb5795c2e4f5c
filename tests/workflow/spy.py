"""Who opens a file: the kernel's own notices (inotify), which no process can miss or switch off."""

import ctypes
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KINDS = {0x1: "read", 0x2: "written", 0x20: "opened", 0x400: "deleted", 0x800: "moved"}
_C = ctypes.CDLL(None, use_errno=True)


class Spy:
    """What was done to one file, by any process, since the watch began."""

    def __init__(self, notices: int) -> None:
        self._notices = notices

    def seen(self) -> list[str]:
        """What was done since the last call."""
        try:
            told = os.read(self._notices, 1 << 16)
        except BlockingIOError:
            return []
        found, place = [], 0
        while place < len(told):
            _, mask, _, length = struct.unpack_from("iIII", told, place)
            found += [word for bit, word in KINDS.items() if mask & bit]
            place += struct.calcsize("iIII") + length
        return found


@contextmanager
def watched(path: Path) -> Iterator[Spy]:
    """A spy on the file while the block runs."""
    notices = _C.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    assert notices >= 0, os.strerror(ctypes.get_errno())
    try:
        added = _C.inotify_add_watch(notices, os.fsencode(path), sum(KINDS))
        assert added >= 0, os.strerror(ctypes.get_errno())
        yield Spy(notices)
    finally:
        os.close(notices)
