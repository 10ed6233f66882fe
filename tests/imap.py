"""A real IMAP server for tests: Debian's dovecot with a configuration, a folder and a port of its own.

Started as root or as anybody else; as root it serves as root's own user, for what it serves are folders of the test.
"""

import datetime as dt
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from imap_tools import MailBoxUnencrypted

from desk.embedded.processes import die_with_parent
from desk.mailroom.configuration import Mailbox

PASSWORD = "geheim"
CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
disable_plaintext_auth = no
default_internal_user = {inner}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 0
mail_location = maildir:{home}/mail/%u
mail_max_userip_connections = 100
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u allow_all_users=yes
}}
"""


class Imap:
    """One server; each ``user`` has a mailbox of their own as soon as mail is put there."""

    def __init__(self, *, tls: bool = False) -> None:
        self.tls = tls
        self.home = Path(tempfile.mkdtemp(prefix="imap-", dir="/tmp"))  # noqa: S108 - sockets want a short path
        self.port, self.secure_port = _free_port(), _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Imap":
        """Serve; on the same port as before."""
        root = os.getuid() == 0
        me, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
        inner, login, inner_group = ("dovecot", "dovenull", "dovecot") if root else (me, me, group)
        uid, gid = _nobody() if root else (os.getuid(), os.getgid())
        (self.home / "mail").mkdir(exist_ok=True)
        if root:
            self.home.chmod(0o755)
            os.chown(self.home / "mail", uid, gid)
        if self.tls:
            _make_certificate(self.home)
        path = self.home / "dovecot.conf"
        plain = "\n".join(line for line in CONFIGURATION.splitlines() if self.tls or not line.startswith("ssl_"))
        path.write_text(plain.format(
            home=self.home, inner=inner, login=login, group=inner_group, port=self.port, password=PASSWORD, uid=uid,
            gid=gid, ssl="yes" if self.tls else "no", imaps=self.secure_port if self.tls else 0,
        ))  # fmt: skip
        self._process = subprocess.Popen(
            ["/usr/sbin/dovecot", "-F", "-c", str(path)],
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        end = time.monotonic() + 15
        while time.monotonic() < end:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return self
            time.sleep(0.05)
        raise RuntimeError((self.home / "log").read_text()[-2000:])

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Gone, with all its children; SIGKILL is a plug that is pulled."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
        self._process.wait(10)
        self._process = None
        end = time.monotonic() + 5
        while time.monotonic() < end:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                time.sleep(0.05)
                continue
            return

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def box(self, user: str = "loket@nabij.example", **changes: object) -> Mailbox:
        """How the site would be told of this mailbox."""
        facts = {"host": "127.0.0.1", "port": self.port, "tls": "none", "user": user, "password": PASSWORD}
        return Mailbox(**(facts | changes))

    def hand(self, user: str = "loket@nabij.example") -> MailBoxUnencrypted:
        """A mail program that is logged in; use it in a with."""
        return MailBoxUnencrypted("127.0.0.1", self.port, timeout=10).login(user, PASSWORD)

    def put(self, *mails: bytes, user: str = "loket@nabij.example") -> None:
        """As if these had just been delivered."""
        with self.hand(user) as hand:
            for mail in mails:
                hand.append(mail, "INBOX")

    def lying(self, folder: str = "INBOX", user: str = "loket@nabij.example") -> int:
        """How many mails lie in a folder."""
        with self.hand(user) as hand:
            return hand.folder.status(folder, ["MESSAGES"])["MESSAGES"] if hand.folder.exists(folder) else 0


def _make_certificate(home: Path) -> None:
    """For 127.0.0.1, signed by itself, for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (home / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (home / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _nobody() -> tuple[int, int]:
    row = pwd.getpwnam("nobody")
    return row.pw_uid, row.pw_gid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
