"""The database in which many workers share a search: opened, waited for while it is away, never trusted alone."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import optuna
import psycopg
from optuna.storages import RDBStorage

from engine.errors import JobFailed, UserError

T = TypeVar("T")

HEARTBEAT = 5
"""Seconds between two signs of life of a trial."""
GRACE = 30
"""Seconds without one after which a trial is another's."""
PATIENCE = 300.0
"""Seconds that a database may be away before its worker gives up."""
PAUSE = 0.5
UNREACHABLE = ("OperationalError", "InterfaceError", "PendingRollbackError")
"""What SQLAlchemy calls it; looked up by name because an error may be wrapped several times."""
FILE = "study.sqlite"


def address(storage: str, folder: Path) -> str:
    """What SQLAlchemy calls the database: PostgreSQL where an address was given, else a file in `folder`.

    Errors: UserError when the address is of something else.
    """
    if not storage:
        return f"sqlite:///{folder / FILE}"
    kind, found, rest = storage.partition("://")
    if not found or kind not in ("postgresql", "postgres"):
        raise UserError(f"tuning.storage: {storage!r} is no address of PostgreSQL, as postgresql://user@host/database")
    return f"postgresql+psycopg://{rest}"


def open_storage(storage: str, folder: Path) -> RDBStorage:
    """Connect, and make the tables where there are none. Errors: UserError when the database does not answer."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
    warnings.filterwarnings("ignore", message="Heartbeat of storage")
    url = address(storage, folder)
    settings = {"pool_pre_ping": True, "connect_args": {"connect_timeout": 10} if storage else {"timeout": 60}}
    return patient(
        lambda: RDBStorage(url, settings, heartbeat_interval=HEARTBEAT, grace_period=GRACE), storage or "the study"
    )


def patient(
    call: Callable[[], T], name: str, patience: float = PATIENCE, away: Callable[[], object] = lambda: None
) -> T:
    """Call until the database answers, and `away` whenever it does not.

    Errors: JobFailed when it has not within the patience (seconds).
    """
    until = time.monotonic() + patience
    while True:
        try:
            return call()
        except Exception as error:
            if not is_away(error):
                raise
            away()
            if time.monotonic() >= until:
                raise JobFailed(f"{hidden(name)} does not answer ({_first(error)}); see to it, then resume") from None
        time.sleep(PAUSE)


def is_away(error: BaseException | None) -> bool:
    """Whether the database could not be reached, or was busy; an error of ours is neither."""
    while error is not None:
        if isinstance(error, psycopg.OperationalError) or type(error).__name__ in UNREACHABLE:
            return True
        error = error.__cause__
    return False


def hidden(address: str) -> str:
    """An address without its password."""
    before, at, host = address.rpartition("@")
    scheme, found, user = before.partition("://")
    return f"{scheme}{found}{user.partition(':')[0]}{at}{host}" if at else address


def _first(error: BaseException) -> str:
    return next(iter(str(error.__cause__ or error).splitlines()), type(error).__name__)
