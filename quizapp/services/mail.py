"""Mail to people: to a mail server where the settings name one, else to a file for its owner's eyes."""

import logging
import os
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

log = logging.getLogger("quizapp.mail")

_TIMEOUT = 10
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Mailer:
    """Sends one mail at a time, in the order in which they came.

    `url` is smtp://[user:password@]host[:port] (encrypted as soon as the server offers it, and always before
    a password is sent to another machine) or smtps://...; None writes to `file` instead.
    """

    def __init__(self, url: str | None, sender: str, file: Path) -> None:
        self._url = urlsplit(url) if url else None
        self._sender = sender
        self._file = file
        self._queue = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")

    def send(self, recipient: str, subject: str, body: str, now: datetime) -> None:
        """Hand a mail over; a server that fails is logged, never shown to who asked."""
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = recipient
        message["Subject"] = subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body, cte="8bit")
        if self._url is None:
            self._keep(message)
        else:
            self._queue.submit(self._deliver, self._url, message)

    def _keep(self, message: EmailMessage) -> None:
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "ab") as kept:
            kept.write(message.as_bytes() + b"\n\n")
        log.warning("no mail server is set: a mail was written to %s", self._file)

    def _deliver(self, url: SplitResult, message: EmailMessage) -> None:
        try:
            _send(url, message)
        except (OSError, smtplib.SMTPException) as error:
            log.error("a mail could not be sent: %s", type(error).__name__)


def _send(url: SplitResult, message: EmailMessage) -> None:
    host = url.hostname or "localhost"
    secure = ssl.create_default_context()
    if url.scheme == "smtps":
        with smtplib.SMTP_SSL(host, url.port or 465, timeout=_TIMEOUT, context=secure) as server:
            _hand_over(server, url, message)
        return
    with smtplib.SMTP(host, url.port or 25, timeout=_TIMEOUT) as server:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=secure)
            server.ehlo()
        elif url.username and host not in _LOOPBACK:
            raise smtplib.SMTPNotSupportedError("the server takes no encryption, so no password is sent")
        _hand_over(server, url, message)


def _hand_over(server: smtplib.SMTP, url: SplitResult, message: EmailMessage) -> None:
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
    server.send_message(message)
