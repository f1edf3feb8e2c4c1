"""Who sends files without a key: people who are signed in, and the operator's commands."""

from crawlsight.ledger import Credential, KeyStyle, Project, Scope

# They stand where ids of keys stand, which are positive.
SIGNED_IN, OPERATOR = 0, -1

# The sources of their visits.
KEYLESS_NAMES = {SIGNED_IN: "upload", OPERATOR: "import"}


def keyless_credential(key_id: int, project: Project) -> Credential:
    """Give what stands for a key in *project*."""
    return Credential(
        key_id=key_id,
        name=KEYLESS_NAMES[key_id],
        style=KeyStyle.ANK,
        scopes=frozenset({Scope.INGEST}),
        project_name=project.name,
        project_created_at=project.created_at,
        policy=project.policy,
    )
