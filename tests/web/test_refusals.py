"""Refusals that come before any route: a host that is not ours, and a body that is too large to be read."""

import io

import pytest

from tests.web.visitors import House


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/", "/accounts/login", "/nowhere"])
def test_a_host_that_is_not_ours_gets_a_page_with_a_request_id(house: House, method: str, path: str) -> None:
    headers = {"Host": "evil.example", "Origin": "http://evil.example"}
    reply = house.visitor().client.open(path, method=method, headers=headers)
    assert reply.status_code == 400
    assert "Error 400. Request " in reply.text
    assert "evil.example" not in reply.text


def test_a_body_that_is_too_large_is_taken_in_before_the_page_that_refuses_it(house: House) -> None:
    body = io.BytesIO(b"a" * (house.app.config["MAX_CONTENT_LENGTH"] + 1))
    reply = house.visitor().client.post(
        "/accounts/login",
        input_stream=body,
        content_type="application/x-www-form-urlencoded",
        content_length=body.getbuffer().nbytes,
    )
    assert reply.status_code == 413
    assert "Error 413. Request " in reply.text
    assert body.read() == b""
