"""Whether a server takes whole files, or only batches."""

import httpx
import pytest
from client_parts import URL

from crawlsight.client.doors import takes_files
from crawlsight.errors import InvalidArgumentError, UnavailableError


def refusal(status, code):
    """An error as our server words it."""
    body = {"status": "error", "error": code, "message": "no", "detail": "no", "request_id": None}
    return httpx.Response(status, json=body)


def ask(answer, url=URL):
    """Gives what was found out, and the requests that it took."""
    asked = []

    def respond(request):
        asked.append(str(request.url))
        if isinstance(answer, Exception):
            raise answer
        return answer

    with httpx.Client(transport=httpx.MockTransport(respond)) as client:
        return takes_files(client, url, "/v1/projects/shop/uploads"), asked


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(200, json=[]), True),
        (refusal(401, "unauthorized"), True),
        (refusal(403, "forbidden"), True),
        (refusal(404, "not_found"), True),
        (refusal(404, "no_such_path"), False),
        (refusal(405, "method_not_allowed"), False),
        (httpx.Response(404, json={"detail": "Not Found"}), False),
        (httpx.Response(404, json=[1]), False),
        (httpx.Response(404, text="<html>"), False),
        (httpx.Response(405), False),
        (httpx.Response(403, json={"message": "Missing Authentication Token"}), False),
        (httpx.Response(401, json={"detail": "no"}), False),
        (httpx.Response(200, text="<html>"), False),
        (httpx.Response(308, headers={"location": "https://elsewhere.example"}), False),
    ],
)
def test_the_answer_at_the_path_of_uploads_tells(answer, expected):
    found, asked = ask(answer)

    assert (found, asked) == (expected, [f"{URL}/v1/projects/shop/uploads?fingerprint=-"])


def test_a_server_may_be_below_a_path():
    assert ask(refusal(404, "not_found"), url=f"{URL}/logs/") == (
        True,
        [f"{URL}/logs/v1/projects/shop/uploads?fingerprint=-"],
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://ingest.ansehn.com",
        "https://artemis.api.tryprofound.com/v1/logs/custom",
        "https://tryprofound.com",
        f"{URL}/v1/logs/custom",
    ],
)
def test_an_address_that_only_takes_batches_is_not_asked(url):
    assert ask(httpx.Response(200, json=[]), url=url) == (False, [])


def test_a_name_that_ends_like_a_vendors_is_somebody_elses():
    assert ask(httpx.Response(200, json=[]), url="https://notansehn.com")[0]


@pytest.mark.parametrize("answer", [httpx.Response(503), httpx.ConnectError("refused")])
def test_a_server_that_is_away_tells_nothing(answer):
    with pytest.raises(UnavailableError):
        ask(answer)


def test_an_address_that_cannot_be_is_named():
    with pytest.raises(InvalidArgumentError, match="http://x:port"):
        ask(httpx.Response(200, json=[]), url="http://x:port")
