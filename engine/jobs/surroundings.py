"""What may end or confuse a supervisor that outlives its terminal: logind, a Slurm allocation, a network disk."""

import getpass
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

SCOPE = ("systemd-run", "--user", "--scope", "--quiet", "--collect", "--")
LOGIND = ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")
NETWORK = ("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs")


def prefix_and_warning(project: Path, environment: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """The command in front of the supervisor's, usually none, and what the user has to know, usually nothing."""
    warnings = []
    prefix: tuple[str, ...] = ()
    if killed_at_logout():
        bus = Path(environment.get("XDG_RUNTIME_DIR", "/nonexistent"), "bus").exists()
        if bus and Path("/var/lib/systemd/linger", getpass.getuser()).exists() and shutil.which(SCOPE[0]):
            prefix = SCOPE
        else:
            warnings.append(
                "This system ends all your processes at logout: run `loginctl enable-linger` once, "
                "or the job dies with the connection."
            )
    if job := environment.get("SLURM_JOB_ID"):
        warnings.append(f"This is Slurm allocation {job}: the job ends with it, and is resumed in a new one.")
    if (kind := disk_kind(project, Path("/proc/self/mounts"))) in NETWORK:
        warnings.append(
            f"{project} is on a network disk ({kind}), where locks are unreliable: open it on one machine at a time."
        )
    return prefix, " ".join(warnings)


def killed_at_logout() -> bool:
    """Whether logind is going to kill what this session started when the session ends."""
    try:
        in_session = "/session-" in Path("/proc/self/cgroup").read_text()
    except OSError:
        return False
    if not in_session or shutil.which("busctl") is None:
        return False
    names = ("KillUserProcesses", "KillOnlyUsers", "KillExcludeUsers")
    try:
        told = subprocess.run(("busctl", "get-property", *LOGIND, *names), capture_output=True, text=True, timeout=2)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0 and applies(told.stdout, getpass.getuser())


def applies(properties: str, user: str) -> bool:
    """Read logind's three answers (`b true`, `as 1 "ann"`, `as 0`): whether they mean this user's processes."""
    kill, only, excluded = (line.split() for line in properties.splitlines())
    name = f'"{user}"'
    return kill[1] == "true" and (only[1] == "0" or name in only[2:]) and name not in excluded[2:]


def disk_kind(path: Path, mounts: Path) -> str:
    """The file system type that a path lies on, from a table in the form of /proc/self/mounts; empty when unknown."""
    real, best, kind = os.path.realpath(path), "", ""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return ""
    for line in lines:
        point, found = line.split()[1:3]
        point = point.replace("\\040", " ")
        if os.path.commonpath((real, point)) == point and len(point) >= len(best):
            best, kind = point, found
    return kind
