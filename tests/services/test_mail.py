"""Mail: to a file for its owner's eyes, or to a mail server that need not be there."""

import email
import logging
import socketserver
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path

import pytest

from quizapp.services.mail import Mailer
from tests.small_bank import NOW

SENDER = "quizapp@exams.example.org"
BODY = "Your link: https://exams.example.org/reset/" + "t" * 120 + "\n\nGrüße"


class _MailServer(socketserver.ThreadingTCPServer):
    """Speaks just enough SMTP to take mails, and remembers them."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, offers: tuple[str, ...] = ()) -> None:
        self.offers, self.mails, self.said = offers, list[bytes](), list[str]()
        super().__init__(("127.0.0.1", 0), _Conversation)


class _Conversation(socketserver.StreamRequestHandler):
    server: _MailServer

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            word = line.decode().strip().upper()
            self.server.said.append(word)
            if word.startswith("EHLO"):
                self._say(
                    "\r\n".join(["250-here", *(f"250-{one}" for one in self.server.offers), "250 8BITMIME"])
                )
            elif word == "DATA":
                self._say("354 go on")
                self.server.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self._say("250 taken")
            elif word.startswith("AUTH"):
                self._say("235 welcome")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def _serving(*offers: str) -> Iterator[tuple[_MailServer, str]]:
    with _MailServer(offers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server, f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def _sent(mailer: Mailer, *recipients: str) -> None:
    """Hand mails over and wait until the queue is empty."""
    for one in recipients:
        mailer.send(one, "Your link", BODY, NOW)
    mailer._queue.shutdown(wait=True)


def _plain(message: Message) -> str:
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n").strip()


def test_without_a_server_mails_are_kept_in_a_file_that_only_its_owner_reads(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "mail.log"
    _sent(Mailer(None, SENDER, file), "ada@example.org", "eve@example.org")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text("utf-8")
    assert [text.count(f"To: {who}@example.org\n") for who in ("ada", "eve")] == [1, 1]
    assert "https://exams.example.org/reset/" + "t" * 120 in text, "a link is never broken over lines"
    assert "Grüße" in text
    assert str(file) in caplog.text
    assert "ada@example.org" not in caplog.text
    assert "/reset/" not in caplog.text


def test_with_a_server_mails_arrive_in_order_and_no_file_is_written(tmp_path: Path) -> None:
    with _serving() as (server, address):
        _sent(
            Mailer(f"smtp://{address}", SENDER, tmp_path / "mail.log"), "ada@example.org", "eve@example.org"
        )
    messages = [email.message_from_bytes(one) for one in server.mails]
    assert [one["To"] for one in messages] == ["ada@example.org", "eve@example.org"]
    first = messages[0]
    assert (first["From"], first["Subject"], first["Auto-Submitted"]) == (
        SENDER,
        "Your link",
        "auto-generated",
    )
    assert first["Date"] == "Tue, 24 Nov 2026 09:00:00 +0000"
    assert first["Message-ID"].endswith("@exams.example.org>")
    assert _plain(first) == BODY
    assert server.said[1].startswith(f"MAIL FROM:<{SENDER.upper()}>")
    assert not (tmp_path / "mail.log").exists()


def test_a_password_in_the_address_logs_in_on_this_machine(tmp_path: Path) -> None:
    with _serving("AUTH PLAIN") as (server, address):
        _sent(Mailer(f"smtp://post%40man:p%3Ass@{address}", SENDER, tmp_path / "m"), "ada@example.org")
    assert [one.split()[1] for one in server.said if one.startswith("AUTH")] == ["PLAIN"]
    assert len(server.mails) == 1


def test_no_password_is_sent_unencrypted_to_another_machine(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizapp.services.mail._LOOPBACK", set())
    with _serving("AUTH PLAIN") as (server, address):
        _sent(Mailer(f"smtp://postman:secret@{address}", SENDER, tmp_path / "m"), "ada@example.org")
    assert not [one for one in server.said if one.startswith("AUTH")]
    assert server.mails == []
    assert "a mail could not be sent: SMTPNotSupportedError" in caplog.text


def test_a_server_that_is_not_there_is_logged_and_never_shown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with _serving() as (_, address):
        pass
    mailer = Mailer(f"smtp://postman:secret@{address}", SENDER, tmp_path / "m")
    with caplog.at_level(logging.ERROR):
        _sent(mailer, "ada@example.org")
    assert "a mail could not be sent: ConnectionRefusedError" in caplog.text
    assert "secret" not in caplog.text
    assert "ada@example.org" not in caplog.text


def test_a_line_break_cannot_add_a_header(tmp_path: Path) -> None:
    mailer = Mailer(None, SENDER, tmp_path / "m")
    for recipient, subject in (
        ("ada@example.org\nBcc: eve@example.org", "x"),
        ("ada@example.org", "x\nBcc: e"),
    ):
        with pytest.raises(ValueError):
            mailer.send(recipient, subject, BODY, NOW)
    mailer._queue.shutdown()
    assert not (tmp_path / "m").exists()
