"""Delete what is left of deleted projects: visits, and what was on its way when they were deleted."""

from crawlsight.errors import UnavailableError
from crawlsight.server.services import Services
from crawlsight.server.telemetry import log

# A batch that was being judged, or a file that was being imported, may end long after its project.
_STRAGGLING_MS = 6 * 3_600_000


def purge_deleted(services: Services) -> None:
    """Delete visits of deleted projects; what fails is left to the next turn.

    Raises:
        UnavailableError: The ledger cannot be read or written.
    """
    now_ms = int(services.clock().timestamp() * 1000)
    for project_id, deleted_at_ms in services.ledger.projects.unpurged():
        until_ms = deleted_at_ms + _STRAGGLING_MS
        # Asked before deleting: what is loaded in between is found by the next turn.
        oldest_ms = services.ledger.outbox.backlog().oldest_ms
        try:
            services.visits.delete_project(project_id)
        except UnavailableError as error:
            log.warning("purge_failed", project_id=project_id, error=str(error))
            continue
        is_last = now_ms > until_ms and (oldest_ms is None or oldest_ms > until_ms)
        services.ledger.projects.purge(project_id, is_last=is_last)
