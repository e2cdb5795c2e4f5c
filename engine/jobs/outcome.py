"""Calling a function of a job and turning whatever it does into an outcome: a result, a sentence, what to do next."""

import errno
import traceback
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from engine.errors import JobFailed, UserError
from engine.jobs.events import plain
from engine.jobs.folder import StopReason

OUT_OF_MEMORY = ("ResourceExhaustedError",)
"""What tensorflow calls it; looked up by name so that it is not imported for it."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
LESS_MEMORY = (
    "Lower the batch size, the width of the network or the rows read at once, or close other programs; then resume."
)
SPACE = "Free some space, then resume: what was finished is kept."
RESUME = "Resume to go on from the last checkpoint."


class Stopped(BaseException):
    """The job ends because it was asked to. Like KeyboardInterrupt it passes through a library's `except Exception`."""


class Outcome(msgspec.Struct, frozen=True):
    """How a call ended; `kind` as in `JobResult`."""

    state: Literal["done", "failed", "stopped"]
    kind: str = ""
    result: Any = None
    sentence: str = ""
    advice: str = ""


def outcome(call: Callable[[], Any], why_stopped: Callable[[], StopReason], log: object) -> Outcome:
    """Call, and tell how it ended. The traceback goes to the error stream, which is the file `log`."""
    try:
        result = msgspec.to_builtins(call(), enc_hook=plain)
        msgspec.json.encode(result)
    except Stopped:
        return stopped(why_stopped())
    except UserError as error:
        return Outcome("failed", "user", sentence=str(error))
    except JobFailed as error:
        return Outcome("failed", "job", sentence=str(error))
    except BaseException as error:
        traceback.print_exc()
        return _failed(error, log)
    return Outcome("done", result=result)


def stopped(reason: StopReason) -> Outcome:
    """The outcome of an attempt that ended because of a stop."""
    if reason == "budget":
        return Outcome(
            "stopped",
            reason,
            sentence="the time budget is used up",
            advice=f"{RESUME[:-1]}, or give it a larger budget.",
        )
    if reason == "supervisor":
        return Outcome(
            "stopped", reason, sentence="the supervisor of the project's jobs was told to end", advice=RESUME
        )
    return Outcome("stopped", reason or "user", sentence="stopped on request", advice=RESUME)


def _failed(error: BaseException, log: object) -> Outcome:
    name = type(error).__name__
    text = next(iter(str(error).splitlines()), "")
    if _is_out_of_memory(error):
        return Outcome("failed", "out_of_memory", sentence=f"memory ran out ({text or name})", advice=LESS_MEMORY)
    if isinstance(error, OSError) and error.errno in FULL:
        return Outcome("failed", "disk_full", sentence=f"no space is left on the disk ({text})", advice=SPACE)
    return Outcome("failed", "error", sentence=f"{name}: {text}; see {log}", advice="Mend the cause, then resume.")


def _is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    return any(kind.__name__ in OUT_OF_MEMORY for kind in type(error).__mro__)
