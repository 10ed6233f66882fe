"""The embedded servers, with real processes: they survive what happens to machines, and meet nobody."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from desk.embedded import REPOSITORY, EmbeddedError, Postgres, Servers, Valkey, for_command
from desk.embedded.processes import is_running, own_folder, wait_until


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Both servers in a folder of this module's own, without fsync."""
    servers = Servers(tmp_path_factory.mktemp("embedded"), durable=False)
    servers.start()
    yield servers
    servers.stop()


def ask(url, question):
    """The rows that one SQL sentence gives; none when it gives no rows."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def run(*words, **variables):
    """One of our commands in a fresh process, with no database or broker given unless named here."""
    given = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    return subprocess.run(
        [sys.executable, *words], cwd=REPOSITORY, env=given | variables, capture_output=True, text=True, timeout=240
    )


def test_application_role_is_neither_owner_nor_superuser(both):
    rights = ask(both.database_url, "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = user")
    assert rights == [(False, False, False)]
    owner = ask(both.database_url, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'nabij'")
    assert owner == [("nabij_owner",)]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(both.database_url, "CREATE TABLE mine (id int)")


def test_database_and_every_later_one_has_the_extensions(both):
    both.postgres.make_database("nabij_later")
    names = {
        name for (name,) in ask(both.postgres.url("nabij_owner", "nabij_later"), "SELECT extname FROM pg_extension")
    }
    assert names == {"plpgsql", "btree_gist", "pg_trgm", "unaccent"}


def test_nothing_listens_on_the_network(both):
    ports = {c.laddr.port for c in psutil.Process(both.postgres.pid).net_connections("inet")}
    assert ports == set()
    (listening,) = psutil.Process(both.valkey.pid).net_connections("inet4")[:1]
    assert listening.laddr.ip == "127.0.0.1"


def test_passwords_are_for_the_owner_of_the_folder_only(both):
    assert stat.S_IMODE((both.folder / "embedded.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((both.folder / "valkey" / "valkey.conf").stat().st_mode) == 0o600
    assert stat.S_IMODE(both.postgres.sockets.stat().st_mode) == 0o700
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        ask(both.database_url.replace("nabij_app:", "nabij_app:x"), "SELECT 1")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=both.valkey.port, retry=Retry(NoBackoff(), 0)).ping()


def test_postgres_does_not_run_as_root(both):
    assert psutil.Process(both.postgres.pid).uids().real != 0


def test_committed_rows_survive_kill_9(both):
    ask(both.migration_database_url, "CREATE TABLE kept AS SELECT 'Saturday night' AS word")
    address = both.database_url
    both.postgres.kill()
    assert not both.postgres.answers()
    assert both.postgres.start() is True
    assert both.database_url == address
    assert ask(both.migration_database_url, "SELECT word FROM kept") == [("Saturday night",)]


def test_valkey_comes_back_on_its_port_after_kill_9(both):
    port = both.valkey.port
    both.valkey.kill()
    assert not both.valkey.answers()
    assert both.valkey.start() is True
    assert both.valkey.port == port
    assert redis.Redis.from_url(both.redis_url).ping() is True


def test_running_servers_are_used_and_left_running(both):
    second = Servers(both.folder, durable=False)
    assert second.postgres.start() is False
    assert second.valkey.start() is False
    second.stop()
    assert ask(both.database_url, "SELECT 1") == [(1,)]
    assert both.valkey.answers()


def test_pid_file_of_a_dead_server_does_not_block(both):
    both.postgres.kill()
    file = both.postgres.data / "postmaster.pid"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")  # the number now belongs to a stranger
    assert both.postgres.pid is None
    assert both.postgres.start() is True
    assert ask(both.database_url, "SELECT 1") == [(1,)]


def test_server_whose_socket_was_swept_away_is_replaced(both, monkeypatch):
    monkeypatch.setattr("desk.embedded.postgres.PATIENCE", 0.5)
    before = both.postgres.pid
    for file in both.postgres.sockets.iterdir():
        file.unlink()
    assert both.postgres.start() is True
    assert both.postgres.pid != before
    assert ask(both.database_url, "SELECT 1") == [(1,)]


def test_two_folders_side_by_side_do_not_meet(both, tmp_path):
    other = Servers(tmp_path, durable=False)
    other.valkey.start()
    redis.Redis.from_url(other.redis_url).set("here", "the other")
    assert redis.Redis.from_url(both.redis_url).get("here") is None
    other.valkey.stop()
    assert other.postgres.sockets != both.postgres.sockets
    assert not other.postgres.answers()


def test_taken_port_makes_valkey_choose_another(both, tmp_path):
    (tmp_path / "embedded.json").write_text(json.dumps({"port": both.valkey.port}))
    other = Valkey(tmp_path)
    assert other.start() is True
    assert other.port != both.valkey.port
    assert both.valkey.answers()
    other.stop()


def test_lost_passwords_are_made_anew(both):
    (both.folder / "embedded.json").unlink()
    both.postgres.stop()
    both.valkey.kill()
    both.start()
    assert ask(both.database_url, "SELECT current_user") == [("nabij_app",)]


def test_socket_folder_laid_ready_by_somebody_else_is_refused(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "planted").symlink_to(tmp_path / "real")
    with pytest.raises(EmbeddedError, match="belongs to somebody else"):
        own_folder(tmp_path / "planted", None)


def test_exec_runs_a_command_beside_servers_and_passes_its_exit_code(tmp_path):
    script = "import os, sys; print(os.environ['DATABASE_URL'], os.environ['NABIJ_VAR']); sys.exit(7)"
    done = run("-m", "desk.embedded", "exec", "--temp", "--", sys.executable, "-c", script)
    address, folder = done.stdout.split()
    assert done.returncode == 7
    assert address.startswith("postgresql://nabij_app:")
    assert not Path(folder).exists()


def test_servers_leave_when_their_starter_is_killed(tmp_path):
    starter = subprocess.Popen([sys.executable, "-m", "desk.embedded", "serve", tmp_path], cwd=REPOSITORY)
    postgres, valkey = Postgres(tmp_path), Valkey(tmp_path)
    assert wait_until(lambda: valkey.pid is not None, 30)
    pids = {postgres.pid: "postgres", valkey.pid: "valkey"}
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    assert wait_until(lambda: not any(is_running(pid, name) for pid, name in pids.items()), 20)
    postgres.start()
    postgres.stop()  # the folder of sockets goes with it
    assert not postgres.sockets.exists()


def test_duty_answers_from_nothing_with_nothing_but_json(both):
    words = ("manage.py", "duty", "--at", "2026-03-28T23:30+01:00", "--json")
    done = run(*words, NABIJ_VAR=str(both.folder), NABIJ_ENV="development")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["line"] == "AFTER_HOURS_LINE"
    assert both.postgres.answers()


@pytest.mark.parametrize("command", ["check", "help", "makemessages"])
def test_commands_without_database_start_nothing(command, monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("NABIJ_VAR", str(tmp_path))
    for_command(["manage.py", command])
    assert list(tmp_path.iterdir()) == []


def test_given_database_is_left_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://given@127.0.0.1/given")
    monkeypatch.setenv("NABIJ_VAR", str(tmp_path))
    for_command(["manage.py", "migrate"])
    assert os.environ["DATABASE_URL"] == "postgresql://given@127.0.0.1/given"
    assert list(tmp_path.iterdir()) == []
