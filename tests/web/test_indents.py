"""What lays out a template is no part of its page."""

import re

import pytest
from jinja2 import DictLoader, Environment, TemplateSyntaxError

from quizapp.web.templates import Unindented
from tests.web.test_attempts import STAY, sitter
from tests.web.visitors import House

SET_IN = '<p\n   class="one">\n  {% if true %}\n\tone\n\n      {{ two }}\n  {% endif %}\n</p>'


def environment(**texts: str) -> Environment:
    names = {name.replace("_", "."): text for name, text in texts.items()}
    return Environment(loader=DictLoader(names), extensions=[Unindented], autoescape=True)


def test_a_page_has_no_spaces_at_the_front_of_its_lines_but_those_of_its_values() -> None:
    made = environment(page_html=SET_IN).get_template("page.html").render(two="two\n   three")
    assert made == '<p\nclass="one">\n\none\n\ntwo\n   three\n\n</p>'


def test_a_mail_keeps_them() -> None:
    assert environment(mail_txt="Hello\n  you").get_template("mail.txt").render() == "Hello\n  you"


def test_a_fault_is_found_on_the_line_on_which_it_stands() -> None:
    with pytest.raises(TemplateSyntaxError) as fault:
        environment(page_html="<p>\n   <b>\n   {% fi %}").get_template("page.html")
    assert fault.value.lineno == 3


def test_lines_of_a_note_stay_set_in_on_the_page_of_their_question(kept_house: House) -> None:
    ada = sitter(kept_house)
    ada.form(1).send(ada.visitor, STAY, note="first\n   second")
    page = ada.visitor.client.get(ada.question(1)).text
    assert "first\n   second</textarea>" in page
    assert not re.search(r"\n[ \t]+[<\w]", page.replace("first\n   second", ""))
