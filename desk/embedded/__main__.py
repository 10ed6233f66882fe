"""The embedded servers by hand: python -m desk.embedded serve | env | exec.

serve [FOLDER]           start both and keep them until Ctrl-C
env [FOLDER]             print export lines for a shell, for servers that run already
exec [--temp] -- CMD...  run a command with servers beside it (--temp: thrown away afterwards, without fsync)
"""

import argparse
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import FrameType

from desk.embedded import EmbeddedError, Servers, data_folder, servers


def main(argv: list[str]) -> int:
    """Run one of the three commands; the exit code is the command's own, or 1 with a sentence."""
    parser = argparse.ArgumentParser(prog="python -m desk.embedded", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("serve", "env"):
        commands.add_parser(name).add_argument("folder", nargs="?", type=Path, default=data_folder())
    run = commands.add_parser("exec")
    run.add_argument("--temp", action="store_true")
    run.add_argument("words", nargs=argparse.REMAINDER)
    chosen = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, leave)
    try:
        if chosen.command == "serve":
            return serve(chosen.folder)
        if chosen.command == "env":
            return print_environment(chosen.folder)
        return execute([word for word in chosen.words if word != "--"], temporary=chosen.temp)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def leave(number: int, frame: FrameType | None) -> None:
    """SIGTERM ends as Ctrl-C does: by unwinding, so that the servers are stopped on the way out."""
    raise KeyboardInterrupt


def serve(folder: Path) -> int:
    """Keep both servers until told to leave."""
    with servers(folder) as both:
        print(f"PostgreSQL and Valkey of {both.folder} are running. Ctrl-C stops them.", flush=True)
        threading.Event().wait()
    return 0


def print_environment(folder: Path) -> int:
    """Print the addresses as export lines."""
    for name, value in Servers(folder).environ().items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def execute(words: list[str], *, temporary: bool) -> int:
    """Run a command with the addresses in its environment; it gets our signals, and we its exit code."""
    if not words:
        raise EmbeddedError("Say which command to run: python -m desk.embedded exec -- COMMAND.")
    folder = Path(tempfile.mkdtemp(prefix="nabij-")) if temporary else data_folder()
    try:
        with servers(folder, durable=not temporary) as both:
            return attend(words, os.environ | both.environ() | {"NABIJ_VAR": str(both.folder)})
    finally:
        if temporary:
            shutil.rmtree(folder, ignore_errors=True)


def attend(words: list[str], environment: dict[str, str]) -> int:
    """Wait for the command; when we are told to leave, it is told first."""
    try:
        process = subprocess.Popen(words, env=environment)  # noqa: S603
    except FileNotFoundError:
        raise EmbeddedError(f"There is no command {words[0]}.") from None
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        return process.wait() or 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
