"""People in browsers: each has cookies of their own and sends the session's token."""

import itertools
from typing import Any

from litestar.testing import TestClient

from builders import PASSWORD
from crawlsight.ledger import Project, Role, User

_names = itertools.count()


class Browser:
    """A browser before a server; signs in by whatever it is given."""

    def __init__(self, app: Any, **sign_in: str) -> None:
        self.app = app
        # A secure cookie is sent to a secure address alone.
        scheme = "https" if app.services.settings.public_url.startswith("https:") else "http"
        self.client = TestClient(app.client.app, base_url=f"{scheme}://testserver.local")
        self.csrf = ""
        if sign_in:
            answer = self.sign_in(**sign_in)
            assert answer.status_code == 200, answer.text

    def sign_in(self, headers: dict[str, str] | None = None, **body: str) -> Any:
        return self.start("/v1/session", body, headers)

    def start(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Any:
        """POST what begins a session, and keep its token."""
        answer = self.client.post(path, json=body, headers={"x-csrf-token": self.csrf, **(headers or {})})
        if answer.status_code == 200:
            self.csrf = answer.json()["csrf_token"]
        return answer

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Ask as a page of the dashboard does; header names have ``_`` for ``-``."""
        sent = {"x-csrf-token": self.csrf, **{name.replace("_", "-"): text for name, text in headers.items()}}
        content = {} if body is None else {"json": body}
        return self.client.request(method, path, headers=sent, **content)

    @property
    def cookie(self) -> str:
        return self.client.cookies["crawlsight_session"]


def new_name(prefix: str = "user") -> str:
    return f"{prefix}-{next(_names)}"


def new_project(app: Any, **policy: Any) -> Project:
    return app.services.ledger.projects.by_name(app.project(**policy))


def new_user(app: Any, *, is_admin: bool = False, password: str | None = PASSWORD) -> User:
    """Create a user of a new name."""
    return app.services.ledger.users.create(new_name(), is_admin=is_admin, password=password)


def member(app: Any, project: Project, role: Role) -> Browser:
    """Sign a new member of a project in."""
    user = new_user(app)
    app.services.ledger.members.put(project.id, user.id, role)
    return Browser(app, name=user.name, password=PASSWORD)


def administrator(app: Any) -> Browser:
    """Sign a new administrator in."""
    return Browser(app, name=new_user(app, is_admin=True).name, password=PASSWORD)


def guest(app: Any, project: Project) -> Browser:
    """Let somebody in by a share of a project."""
    return Browser(app, share=app.services.ledger.shares.create(project.id, "agency")[1])


def refusal(answer: Any) -> tuple[int, str]:
    """Give the status and the code of a refusal, whose words say the same in both fields."""
    body = answer.json()
    assert body["message"] == body["detail"] != ""
    assert (body["status"], body["request_id"]) == ("error", None)
    return answer.status_code, body["error"]
