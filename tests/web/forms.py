"""The forms of a page, filled in and sent as a browser without script does it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.test import TestResponse

from tests.web.visitors import Visitor

Fields = dict[str, list[str]]


@dataclass
class Form:
    """One form: where it goes, what stands in it, what may be ticked and typed, and its buttons."""

    action: str
    fields: Fields = field(default_factory=dict)
    offered: Fields = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, press: tuple[str, str] | None = None, **typed: str | list[str]) -> Fields:
        """What is sent when some fields are filled in and a button is pressed; both must be there."""
        sent = {name: list(values) for name, values in self.fields.items()}
        for name, value in typed.items():
            values = [value] if isinstance(value, str) else value
            assert name in self.offered, f"there is no field {name}"
            choices = self.offered[name]
            assert not choices or set(values) <= set(choices), f"{values} cannot be chosen in {name}"
            sent[name] = values
        if press is not None:
            assert press in self.buttons, f"there is no button {press}"
            sent.setdefault(press[0], []).append(press[1])
        return {name: ["\r\n".join(one.splitlines()) for one in values] for name, values in sent.items()}

    def send(
        self, visitor: Visitor, press: tuple[str, str] | None = None, **typed: str | list[str]
    ) -> TestResponse:
        """Post it from a device."""
        return visitor.client.post(self.action, data=self.filled(press, **typed), headers=visitor.headers)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside = False
        self.written: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("method", "get").lower() == "post"
            if self.inside:
                self.forms.append(Form(given.get("action", "")))
        elif self.inside and "disabled" not in given and given.get("name"):
            self._take(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self.written = []

    def handle_data(self, data: str) -> None:
        if self.written:
            self.written[-1] += data if self.written[-1] else data.removeprefix("\n")

    def _take(self, tag: str, given: dict[str, str]) -> None:
        form, name, value = self.forms[-1], given["name"], given.get("value", "on")
        kind = given.get("type", "text")
        if tag == "button":
            form.buttons.append((name, value))
        elif tag == "input" and kind in {"radio", "checkbox"}:
            form.offered.setdefault(name, []).append(value)
            if "checked" in given:
                form.fields.setdefault(name, []).append(value)
        elif tag == "textarea":
            form.offered.setdefault(name, [])
            self.written = form.fields.setdefault(name, [])
            self.written.append("")
        elif tag == "input":
            form.fields.setdefault(name, []).append(given.get("value", ""))
            if kind != "hidden":
                form.offered.setdefault(name, [])


def forms_of(page: str) -> list[Form]:
    """Every form of a page that posts."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.forms


def form_to(page: str, action: str) -> Form:
    """The first form of a page that posts to an address."""
    for one in forms_of(page):
        if one.action == action:
            return one
    raise AssertionError(f"no form of the page posts to {action}")
