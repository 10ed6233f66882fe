"""`make run` with real processes: it opens, heals, refuses in one sentence, and leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from urllib.request import urlopen

import psutil
import pytest

from desk.embedded import REPOSITORY, Postgres
from desk.embedded.processes import wait_until
from desk.embedded.valkey import free_port
from desk.supervisor import Child, children, only_one, port_from

OURS = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "MAKELEVEL", "PORT", "DJANGO_SETTINGS_MODULE")


def environment(folder, **variables):
    """As on a fresh machine: no database, no broker, data in a folder of the test's."""
    rest = {name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("NABIJ_")}
    return rest | {"NABIJ_VAR": str(folder), "NABIJ_DEMO": "no", "PYTHONUNBUFFERED": "1"} | variables


@pytest.fixture
def site(tmp_path):
    """A running site: the process, its port, and a function that gives what it has said so far."""
    port, said = free_port(), tmp_path / "said"
    with said.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "desk.supervisor"],
            cwd=REPOSITORY, env=environment(tmp_path, PORT=str(port)), stdout=output, stderr=output,
        )  # fmt: skip
    try:
        assert wait_until(lambda: "is open" in said.read_text() or process.poll() is not None, 150), said.read_text()
        yield process, port, said.read_text
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        shutil.rmtree(Postgres(tmp_path).sockets, ignore_errors=True)  # a killed supervisor cannot do it


def part(process, *words):
    """The supervisor's child whose command line has all these words, waited for while it is being started.

    A child that has just been killed has no command line until the supervisor sees that it ended.
    """
    found = []

    def look():
        for child in process.children():
            with suppress(psutil.NoSuchProcess):  # also one that ended and is not yet seen to have
                if all(word in " ".join(child.cmdline()) for word in words):
                    found.append(child)
        return found

    assert wait_until(look, 10), f"no child is running {words}"
    return found[0]


def test_site_opens_heals_what_is_killed_and_stops_whole(site):
    process, port, said = site
    assert f"Nabij is open at http://127.0.0.1:{port}\n" in said()
    assert urlopen(f"http://127.0.0.1:{port}/health/live").status == 200  # noqa: S310
    supervisor = psutil.Process(process.pid)
    part(supervisor, "celery", "worker").kill()
    part(supervisor, "bin/postgres").kill()
    assert wait_until(lambda: "The worker stopped (signal 9); starting it again." in said(), 10)
    assert wait_until(lambda: "PostgreSQL had stopped; it runs again." in said(), 20)
    assert part(supervisor, "celery", "worker").is_running()
    everyone = supervisor.children(recursive=True)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert psutil.wait_procs(everyone, timeout=5)[1] == []


def test_nothing_outlives_a_killed_supervisor(site):
    process, _port, _said = site
    everyone = psutil.Process(process.pid).children(recursive=True)
    assert len(everyone) >= 6
    process.kill()
    assert psutil.wait_procs(everyone, timeout=20)[1] == []


def refusal(folder, **variables):
    """What a start that cannot succeed prints on standard error; it must be one line, and exit code 1."""
    done = subprocess.run(
        [sys.executable, "-m", "desk.supervisor"], cwd=REPOSITORY, env=environment(folder, **variables),
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert done.returncode == 1
    assert all(line.endswith(" ...") for line in done.stdout.splitlines())  # what it was doing
    assert done.stderr.count("\n") == 1
    return done.stderr.strip()


def test_taken_port_is_refused_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = refusal(tmp_path, PORT=str(port))
    assert sentence.startswith(f"Port {port} on 127.0.0.1 cannot be used (Address already in use).")
    assert not (tmp_path / "postgres").exists()


def test_unreachable_database_is_refused_in_one_sentence_without_its_password(tmp_path):
    nobody = "postgresql://nabij_app:secret@127.0.0.1:1/nabij"
    sentence = refusal(tmp_path, DATABASE_URL=nobody, REDIS_URL="redis://127.0.0.1:1/0", PORT=str(free_port()))
    assert sentence.startswith("No database answers at DATABASE_URL: ")
    assert "Connection refused" in sentence
    assert "secret" not in sentence


def test_missing_setting_in_production_is_named(tmp_path):
    sentence = refusal(tmp_path, NABIJ_ENV="production", NABIJ_DEMO="", PORT=str(free_port()))
    assert sentence == "NABIJ_SECRET_KEY is not set. See .env.example for what it means."


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "eighty", "٨٠"])
def test_port_must_be_a_port(text, tmp_path):
    with pytest.raises(Exception, match="PORT must be a number from 1 to 65535"):
        port_from(text)
    assert port_from("8001") == 8001


def test_child_that_keeps_failing_is_tried_ever_more_slowly(tmp_path, monkeypatch):
    monkeypatch.setattr("desk.supervisor.STEADY", 10_000)  # the test's clock runs ahead of the children's
    child = Child("worker", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "log")
    now, pauses = time.monotonic(), []
    child.start()
    for _time in range(8):
        assert wait_until(child.gone, 10)
        now = max(now, child.not_before)
        told = child.watch(now)
        assert "The worker stopped (exit code 3)" in told
        pauses.append(round(child.not_before - now))
        child.watch(child.not_before)
    assert pauses == [0, 1, 2, 4, 8, 16, 30, 30]


def test_child_that_was_steady_is_started_again_at_once(tmp_path):
    child = Child("worker", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "log", failures=5)
    child.start()
    assert wait_until(child.gone, 10)
    assert child.watch(child.started + 61) == (
        f"The worker stopped (exit code 3); starting it again. Its log: {tmp_path / 'log'}"
    )
    assert child.failures == 1
    assert child.process is not None
    child.process.wait()


def test_large_log_is_set_aside(tmp_path, monkeypatch):
    monkeypatch.setattr("desk.supervisor.LOG_LIMIT", 10)
    log = tmp_path / "worker.log"
    log.write_text("much more than ten bytes")
    child = Child("worker", [sys.executable, "-c", "print('new')"], log)
    child.start()
    child.process.wait()
    assert log.read_text() == "new\n"
    assert (tmp_path / "worker.log.1").read_text() == "much more than ten bytes"


def test_four_children_make_the_site(tmp_path):
    names = [child.name for child in children(tmp_path, "127.0.0.1", 8000)]
    assert names == ["web server", "worker", "scheduler", "ticker"]


def test_second_start_on_the_same_data_is_refused_in_one_sentence(tmp_path):
    lock = only_one(tmp_path)
    sentence = refusal(tmp_path, PORT=str(free_port()))
    lock.close()
    assert sentence.startswith(f"The site already runs with its data in {tmp_path}. ")
    only_one(tmp_path).close()
