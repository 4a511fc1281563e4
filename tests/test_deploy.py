"""The shipped nginx configuration in front of a running site, over TLS, and the shipped systemd unit."""

import configparser
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import update

from quizapp.bank.folder import files_of_folder
from quizapp.cli import parser
from quizapp.config import SECRETS_FILE, Settings, keep_secrets, load_settings
from quizapp.paths import QUESTION_BANK
from quizapp.services import accounts, installation
from quizapp.services.clock import system_clock
from quizapp.services.shipped import digest_of
from quizapp.store.tables import bank
from quizapp.web.limits import RECOVER
from tests import small_bank
from tests.conftest import skip_or_fail
from tests.web.visitors import PASSWORD

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
UNIT = (ROOT / "deploy" / "quizapp.service").read_text(encoding="utf-8")
SYSTEMD = shutil.which("systemd-analyze")
FORM = "application/x-www-form-urlencoded"
MIB = 1024 * 1024
TRIES = RECOVER.account_here.amount
"""Links that one account is sent for one address, before the site shuts that form to it."""


Fault = str | None
"""What a check found wrong; None where all is well."""


@dataclass(frozen=True)
class Reply:
    """What came back, its headers by lower-case name; of several headers of one name all are kept."""

    status: int
    headers: dict[str, list[str]]
    body: bytes

    def header(self, name: str) -> str:
        return ", ".join(self.headers.get(name, []))


@dataclass
class Front:
    """A running nginx: its two ports, and the certificate that its visitors trust."""

    http: int
    https: int
    certificate: Path

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.https}"


@dataclass
class Browser:
    """One visitor over TLS with its cookies; `address` is the loopback address that it comes from."""

    front: Front
    address: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)
    origin: str | None = None

    def send(
        self, method: str, path: str, body: bytes | None = None, kind: str = FORM, **headers: str
    ) -> Reply:
        """One request as a browser sends it, its Origin included where it changes something."""
        trusted = ssl.create_default_context(cafile=str(self.front.certificate))
        held = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method != "GET":
            held |= {"Origin": self.origin or self.front.origin}
            held |= {"Content-Type": kind}
        conn = HTTPSConnection(
            "localhost",
            self.front.https,
            timeout=20,
            context=trusted,
            source_address=(self.address, 0),
        )
        try:
            conn.request(
                method, path, body, held | {name.replace("_", "-"): v for name, v in headers.items()}
            )
            return self._kept(_read(conn))
        finally:
            conn.close()

    def _kept(self, reply: Reply) -> Reply:
        for one in reply.headers.get("set-cookie", []):
            for name, morsel in SimpleCookie(one).items():
                self.cookies[name] = morsel.value
        return reply

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, **headers)

    def post(self, path: str, headers: dict[str, str] | None = None, page: str = "", **fields: str) -> Reply:
        """Post a form with the token of its page, which stands at the same path unless another is named."""
        found = re.search(rb'name="csrf_token"[^>]*?value="([^"]+)"', self.get(page or path).body)
        assert found, f"{path} has no form"
        form = urlencode({"csrf_token": found[1].decode(), **fields}).encode()
        return self.send("POST", path, form, **(headers or {}))

    def register(self, email: str) -> Reply:
        return self.post("/accounts/register", email=email, password=PASSWORD, password_confirm=PASSWORD)


def _read(conn: HTTPConnection) -> Reply:
    reply = conn.getresponse()
    headers: dict[str, list[str]] = {}
    for name, value in reply.getheaders():
        headers.setdefault(name.lower(), []).append(value)
    return Reply(reply.status, headers, reply.read())


# A site, and nginx in front of it


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once somebody listens on a port; fail with the log where the process ends first."""
    for _ in range(600):
        if process.poll() is not None:
            pytest.fail(f"ended at once: {log.read_text()}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            signal.sigtimedwait([], 0.05)
    pytest.fail(f"nobody listens: {log.read_text()}")


@contextmanager
def running(command: list[str], port: int, log: Path, environ: dict[str, str]) -> Iterator[None]:
    """A process that listens on a port for as long as the block lasts."""
    with log.open("wb") as written:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=written, stderr=written)
        try:
            wait_for(port, process, log)
            yield
        finally:
            process.terminate()
            process.wait(20)


def certify(folder: Path) -> Path:
    """A certificate for localhost that signs itself, its key beside it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        skip_or_fail("openssl is not installed")
    made = folder / "fullchain.pem"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(made)]
    subprocess.run([str(openssl), *words.split(), *names, *files], check=True, capture_output=True)
    return made


def localised(shipped: str, site: int, ports: list[int], certificates: Path) -> str:
    """The shipped configuration with this machine's ports, name and certificate, and nothing else changed."""
    wanted = iter(ports)
    text = shipped.replace("127.0.0.1:8000", f"127.0.0.1:{site}")
    text = text.replace("/etc/letsencrypt/live/quizapp.example", str(certificates))
    text = text.replace("quizapp.example", "localhost")
    return re.sub(r"listen (?:\[::\]:)?(?:80|443)\b", lambda _: f"listen 127.0.0.1:{next(wanted)}", text)


@dataclass
class Deployed:
    """A running site that believes one proxy, and where to put the nginx in front of it."""

    folder: Path
    site: int

    @contextmanager
    def front(self, shipped: str = SHIPPED) -> Iterator[Front]:
        """Nginx in the foreground, as nobody in particular, with the shipped configuration.

        One process with as many connections as each has by the configuration that nginx has on Debian.
        """
        nginx = str(shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"))
        ports = free_ports(4)
        temporary = "".join(
            f"{name}_temp_path {self.folder / name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        site = localised(shipped, self.site, ports, self.folder)
        whole = self.folder / "nginx.conf"
        whole.write_text(
            f"daemon off; master_process off; pid {self.folder}/nginx.pid; error_log stderr;\n"
            f"events {{ worker_connections 768; }}\nhttp {{\naccess_log off;\n{temporary}\n{site}\n}}\n"
        )
        command = [nginx, "-e", "stderr", "-p", str(self.folder), "-c", str(whole)]
        with running(command, ports[2], self.folder / "nginx.log", dict(os.environ)):
            yield Front(ports[0], ports[2], self.folder / "fullchain.pem")


def start_before(data: Path) -> None:
    """Lay a folder as an earlier start leaves it, but that a small bank stands for the one which ships.

    The start that reads the bank is for test_cli.py.
    """
    keep_secrets(data)
    shutil.copy(data / SECRETS_FILE, data.parent / "secrets before")
    store = installation.open_store(Settings(data=data))
    small_bank.stock(store)
    shipped = digest_of(files_of_folder(QUESTION_BANK / "treasuries"))
    store.write(lambda conn: conn.execute(update(bank).values(slug="treasuries", shipped_digest=shipped)))
    accounts.create_account(store, "root@example.org", PASSWORD, "admin", system_clock())
    store.close()


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The site as `quizapp run` serves it behind a proxy."""
    if shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") is None:
        skip_or_fail("nginx is not installed")
    folder = tmp_path_factory.mktemp("deployed")
    certify(folder)
    start_before(folder / "data")
    (site,) = free_ports(1)
    environ = {
        "PATH": os.environ.get("PATH", ""),
        "QUIZAPP_DATA": str(folder / "data"),
        "QUIZAPP_PORT": str(site),
        "QUIZAPP_PUBLIC_URL": "https://localhost",
        "QUIZAPP_BEHIND_PROXY": "1",
    }
    with running([sys.executable, "-m", "quizapp", "run"], site, folder / "site.log", environ):
        yield Deployed(folder, site)


@pytest.fixture(scope="module")
def front(deployed: Deployed) -> Iterator[Front]:
    with deployed.front() as running_front:
        yield running_front


# What people meet


def test_a_later_start_loads_no_bank_prints_no_code_and_keeps_its_secrets(
    deployed: Deployed, front: Front
) -> None:
    said = (deployed.folder / "site.log").read_text()
    assert "open https://localhost/" in said
    assert "is loaded" not in said
    assert "code" not in said
    assert Browser(front).get("/setup").status == 404
    kept = deployed.folder / "secrets before"
    assert (deployed.folder / "data" / SECRETS_FILE).read_bytes() == kept.read_bytes()


def test_a_page_is_served_over_tls_with_the_headers_of_https(front: Front) -> None:
    reply = Browser(front).get("/")
    assert reply.status == 200
    assert b"<h1" in reply.body
    assert reply.headers["strict-transport-security"] == ["max-age=31536000"]
    assert reply.header("server") == "nginx"


def test_the_session_cookie_is_bound_to_this_host_and_to_https(front: Front) -> None:
    (cookie,) = Browser(front).get("/accounts/login").headers["set-cookie"]
    assert cookie.startswith("__Host-quizapp=")
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"secure", "httponly", "path=/", "samesite=lax"} <= attributes
    assert not any(one.startswith("domain") for one in attributes)


@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_plain_http_leads_to_the_same_page_under_our_own_name(front: Front, host: str) -> None:
    conn = HTTPConnection("127.0.0.1", front.http, timeout=10)
    conn.request("GET", "/about?a=1", headers={"Host": host})
    reply = _read(conn)
    conn.close()
    assert (reply.status, reply.header("location")) == (301, "https://localhost/about?a=1")


def test_a_person_registers_logs_out_and_logs_in_again(front: Front) -> None:
    assert login_fault(front, "ada@example.org") is None


def login_fault(front: Front, email: str) -> Fault:
    """What stops a person on the way from registering to the dashboard of a second log-in."""
    visitor = Browser(front)
    steps = (
        ("registers", lambda: visitor.register(email), 303),
        ("sees the dashboard", lambda: visitor.get("/attempts/"), 200),
        ("logs out", lambda: visitor.post("/accounts/logout"), 303),
        ("is out", lambda: visitor.get("/attempts/"), 302),
        ("logs in", lambda: visitor.post("/accounts/login", email=email, password=PASSWORD), 303),
        ("sees the dashboard again", lambda: visitor.get("/attempts/"), 200),
    )
    for what, step, wanted in steps:
        status = step().status
        if status != wanted:
            return f"{what}: {status}"
    return None


def test_control_a_proxy_that_drops_the_port_of_the_host_stops_every_form(deployed: Deployed) -> None:
    bad = changed("X-Forwarded-Host $http_host", "X-Forwarded-Host $host")
    with deployed.front(bad) as front:
        assert login_fault(front, "bob@example.org") == "registers: 403"


def test_a_form_from_another_origin_or_without_its_token_is_refused(front: Front) -> None:
    foreign = Browser(front, origin="https://evil.example")
    assert foreign.register("eve@example.org").status == 403
    assert Browser(front, origin=f"http://localhost:{front.http}").register("eve@example.org").status == 403
    own = Browser(front)
    own.get("/accounts/login")
    form = urlencode({"email": "ada@example.org", "password": PASSWORD}).encode()
    assert own.send("POST", "/accounts/login", form).status in {400, 401}


def test_a_host_that_is_not_ours_gets_a_page_that_says_so_and_does_not_repeat_it(front: Front) -> None:
    reply = Browser(front).get("/accounts/reset", Host="evil.example")
    assert reply.status == 400
    assert b"Error 400. Request " in reply.body
    assert b"evil.example" not in reply.body
    assert Browser(front).get("/about", X_Forwarded_Host="evil.example").status == 200


# Who is believed about the address


def forwarding_fault(front: Front, email: str) -> Fault:
    """What is wrong with the address that the site sees, told from the limits that it keeps by address."""

    def asks(address: str, claimed: str) -> int:
        visitor = Browser(front, address)
        return visitor.post("/accounts/reset", {"X-Forwarded-For": claimed}, email=email).status

    rival, victim = "127.0.0.2", "127.0.0.3"
    tried = [asks(rival, f"198.51.100.{number}, 203.0.113.{number}") for number in range(TRIES + 1)]
    if set(tried[:TRIES]) != {303}:
        return f"a form was shut too early: {tried}"
    if tried[TRIES] != 429:
        return "an address that a client made up was believed"
    if asks(victim, rival) != 303:
        return "what one visitor asked for shut the form to another"
    return None


def test_the_site_sees_the_address_that_nginx_saw_whatever_a_client_claims(front: Front) -> None:
    assert forwarding_fault(front, "grace@example.org") is None


def test_control_a_proxy_that_passes_on_what_clients_claim_is_found(deployed: Deployed) -> None:
    with deployed.front(
        changed("X-Forwarded-For $remote_addr", "X-Forwarded-For $http_x_forwarded_for")
    ) as front:
        assert forwarding_fault(front, "joan@example.org") == "an address that a client made up was believed"


def test_control_a_proxy_that_hides_the_address_is_found(deployed: Deployed) -> None:
    with deployed.front(changed("X-Forwarded-For $remote_addr", 'X-Forwarded-For ""')) as front:
        fault = forwarding_fault(front, "mary@example.org")
        assert fault == "what one visitor asked for shut the form to another"


def changed(old: str, new: str) -> str:
    """The shipped configuration with one planted fault."""
    assert SHIPPED.count(old) == 1
    return SHIPPED.replace(old, new)


# Sizes, and what is compressed


def test_a_body_over_the_limit_gets_413_from_the_site_and_far_over_it_from_nginx(front: Front) -> None:
    limit = Settings().max_upload_mib
    assert f"client_max_body_size {limit + 1}m;" in SHIPPED
    visitor = Browser(front)
    assert visitor.send("POST", "/items/uploads/new", *multipart(limit * MIB - 1000)).status == 401
    by_site = visitor.send("POST", "/items/uploads/new", *multipart(limit * MIB + 1))
    assert by_site.status == 413
    assert b"Error 413. Request " in by_site.body
    by_nginx = refused_early(front, (limit + 2) * MIB)
    assert by_nginx.status == 413
    assert b"<center>nginx</center>" in by_nginx.body


def multipart(length: int) -> tuple[bytes, str]:
    """A form with one file of that length, and its kind."""
    head = b'--line\r\nContent-Disposition: form-data; name="file"; filename="bank.yml"\r\n\r\n'
    return head + b"a" * length + b"\r\n--line--\r\n", "multipart/form-data; boundary=line"


def refused_early(front: Front, length: int) -> Reply:
    """The reply to a request that announces a body of that length; the body itself need not be sent."""
    trusted = ssl.create_default_context(cafile=str(front.certificate))
    conn = HTTPSConnection("localhost", front.https, timeout=10, context=trusted)
    try:
        conn.putrequest("POST", "/accounts/login")
        conn.putheader("Content-Length", str(length))
        conn.endheaders()
        return _read(conn)
    finally:
        conn.close()


def test_styles_and_questions_are_compressed_and_other_pages_are_not(front: Front) -> None:
    visitor = Browser(front)
    page = visitor.get("/", Accept_Encoding="gzip")
    assert page.header("content-encoding") == ""
    visitor.register("compressed@example.org")
    assert visitor.get("/attempts/", Accept_Encoding="gzip").header("content-encoding") == ""
    exam = {"bank": "treasuries", "exam": "warm-up", "mode": "tutor"}
    begun = visitor.post("/attempts/begin", page="/exams/treasuries/warm-up/", **exam)
    question = visitor.get(f"{begun.header('location')}questions/1", Accept_Encoding="gzip")
    assert (question.status, question.header("content-encoding")) == (200, "gzip")
    found = re.search(rb'href="(/static/[^"]+\.css)"', page.body)
    assert found
    style = visitor.get(found[1].decode(), Accept_Encoding="gzip")
    assert style.header("content-encoding") == "gzip"
    assert "immutable" in style.header("cache-control")
    plain = visitor.get(found[1].decode()).body
    assert zlib.decompress(style.body, wbits=31) == plain


def test_the_site_itself_listens_on_loopback_only(deployed: Deployed) -> None:
    table = Path("/proc/net/tcp")
    if not table.exists():
        skip_or_fail("this system has no /proc/net/tcp")
    listening = [line.split()[1] for line in table.read_text().splitlines()[1:] if line.split()[3] == "0A"]
    assert f"0100007F:{deployed.site:04X}" in listening
    assert f"00000000:{deployed.site:04X}" not in listening


def test_a_site_that_is_down_is_a_502_and_nothing_is_said_to_be_saved(deployed: Deployed) -> None:
    (nobody,) = free_ports(1)
    with Deployed(deployed.folder, nobody).front() as front:
        assert Browser(front).send("POST", "/attempts/x/responses", b"{}").status == 502


# The unit


def unit_of(text: str) -> configparser.SectionProxy:
    """The service section; of a name that stands several times the last value is read."""
    read = configparser.RawConfigParser(strict=False)
    read.optionxform = str  # type: ignore[assignment]
    read.read_string(text)
    return read["Service"]


def environment_of(text: str) -> dict[str, str]:
    """The environment that a unit sets."""
    lines = re.findall(r"^Environment=(\S+)$", text, re.MULTILINE)
    return dict(one.split("=", 1) for one in lines)


def unit_faults(text: str) -> list[str]:
    """What is wrong with a unit: its command, its settings, what it leaves open."""
    service = unit_of(text)
    found = []
    program, *words = shlex.split(service["ExecStart"])
    home = service["WorkingDirectory"]
    if program != f"{home}/.venv/bin/python" or words[:2] != ["-m", "quizapp"]:
        found.append("it does not start the environment's quizapp")
    elif words[2:] != ["run"] or "command" not in parser().parse_args(words[2:]):
        found.append(f"the command line has no {words[2:]}")
    environ = environment_of(text)
    load_settings({name: value for name, value in environ.items() if name.startswith("QUIZAPP_")})
    if environ.get("QUIZAPP_DATA") != f"/var/lib/{service.get('StateDirectory')}":
        found.append("the data lie outside the state directory")
    wanted = {"User": "quizapp", "ProtectSystem": "strict", "NoNewPrivileges": "yes", "PrivateTmp": "yes"}
    found += [f"{name} is not {value}" for name, value in wanted.items() if service.get(name) != value]
    if service.get("CapabilityBoundingSet") != "":
        found.append("it keeps capabilities")
    return found


def test_the_unit_starts_the_site_with_settings_that_it_takes_and_no_rights(tmp_path: Path) -> None:
    assert unit_faults(UNIT) == []
    assert systemd_complaints(tmp_path, UNIT) == ""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("-m quizapp run", "-m quizapp serve", "no ['serve']"),
        ("ProtectSystem=strict", "ProtectSystem=no", "ProtectSystem is not strict"),
        ("StateDirectory=quizapp", "StateDirectory=other", "outside the state directory"),
        ("CapabilityBoundingSet=\n", "", "keeps capabilities"),
    ],
)
def test_control_a_unit_with_a_fault_is_found(old: str, new: str, told: str) -> None:
    assert old in UNIT
    assert told in " ".join(unit_faults(UNIT.replace(old, new)))


def systemd_complaints(folder: Path, text: str) -> str:
    """What systemd says of the unit, with this checkout and this Python in the place of the shipped ones.

    Nothing where systemd is not installed: `unit_faults` has parsed the unit by then.
    """
    if SYSTEMD is None:
        return ""
    unit = folder / "quizapp.service"
    here = text.replace("/opt/quizapp/.venv/bin/python", sys.executable).replace("/opt/quizapp", str(ROOT))
    unit.write_text(here, encoding="utf-8")
    done = subprocess.run([SYSTEMD, "verify", str(unit)], capture_output=True, text=True, check=False)
    return "\n".join(line for line in done.stderr.splitlines() if "quizapp.service" in line)


if SYSTEMD:

    def test_control_systemd_finds_a_directive_that_it_does_not_know(tmp_path: Path) -> None:
        bad = UNIT.replace("PrivateTmp=", "ProtectEverything=")
        assert "ProtectEverything" in systemd_complaints(tmp_path, bad)
