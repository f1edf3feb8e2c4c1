"""What all ways in share: a batch gets its id, and is stored once it is judged."""

import asyncio
import random
from datetime import datetime
from typing import TYPE_CHECKING

from crawlsight.errors import IdempotencyConflictError
from crawlsight.ingest.outcome import Batch, Outcome
from crawlsight.ingest.rows import batch_uuid
from crawlsight.ingest.summary import Summary, encode_summary
from crawlsight.ledger import BatchCommit, Committed, Conflict, Credential, Duplicate

if TYPE_CHECKING:
    from crawlsight.server.services import Services

# Batch ids need to differ, not to be unguessable.
_RANDOM_BITS = 50
_random = random.Random()  # noqa: S311


def new_batch(credential: Credential, now: datetime) -> Batch:
    """Make what is known of a batch before it is judged."""
    return Batch(
        batch_id=batch_uuid(_random.getrandbits(_RANDOM_BITS), now),
        source=credential.name,
        policy=credential.policy,
        now=now,
    )


def commit_of(
    credential: Credential,
    outcome: Outcome,
    summary: Summary,
    idempotency_key: str | None,
    received_at: datetime,
    *,
    is_refused: bool = False,
) -> BatchCommit:
    """Make what is to be stored of a judged batch, with the summary that a repetition gets again."""
    return BatchCommit(
        project_id=credential.policy.project_id,
        key_id=credential.key_id,
        idempotency_key=idempotency_key,
        outcome=outcome,
        is_refused=is_refused,
        answer=encode_summary(summary),
        received_at_ms=int(received_at.timestamp() * 1000),
    )


async def store(services: "Services", way: str, commit: BatchCommit, conflict: str) -> Committed | Duplicate:
    """Store a judged batch durably, count it, and set the loader to work.

    Args:
        way: The dialect or feed, for the metrics.
        conflict: What to tell whoever used the batch's key for another body.

    Raises:
        IdempotencyConflictError: Somebody did.
        UnavailableError: Nothing was stored.
    """
    result = await asyncio.wrap_future(services.ledger.batches.store(commit))
    known_as = "refused" if commit.is_refused else type(result).__name__.lower()
    services.metrics.batches.labels(way, known_as).inc()
    if isinstance(result, Conflict):
        raise IdempotencyConflictError(conflict)
    if isinstance(result, Committed):
        services.metrics.count(way, commit.outcome)
        if commit.outcome.block:
            services.loader.wake()
    return result
