"""What the server knows now: crawlers, and the AI assistants that send people."""

import hashlib
from typing import Any, Literal

import msgspec
from litestar import Request, Response, get

from crawlsight.detect.catalogue import Catalogue, Crawler
from crawlsight.detect.referrals import Assistant
from crawlsight.server.access import authenticate
from crawlsight.server.services import Services
from crawlsight.server.wire_logs import AssistantDetails, BotType, CrawlerDetails

CRAWLERS_PATH = "/v1/crawlers"
ASSISTANTS_PATH = "/v1/assistants"


@get(CRAWLERS_PATH)
async def list_crawlers(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """List the crawlers by name."""
    authenticate(request, services)
    catalogue = services.judging.knowledge.catalogue
    crawlers = sorted(catalogue.crawlers, key=lambda crawler: crawler.name.lower())
    return _answer(request, [_crawler(crawler, catalogue) for crawler in crawlers])


@get(ASSISTANTS_PATH)
async def list_assistants(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """List the assistants by name."""
    authenticate(request, services)
    knowledge = services.judging.knowledge
    assistants = sorted(knowledge.assistants, key=lambda assistant: assistant.name.lower())
    return _answer(request, [_assistant(assistant, knowledge.catalogue) for assistant in assistants])


def _answer(request: Request[Any, Any, Any], found: list[Any]) -> Response[bytes]:
    body = msgspec.json.encode(found)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**request.state.rate_headers, "ETag": etag, "Cache-Control": "private, no-cache"}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if known & {etag, "*"}:
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _crawler(crawler: Crawler, catalogue: Catalogue) -> CrawlerDetails:
    means: dict[Literal["ip", "rdns", "signature"], tuple[str, ...]] = {
        "ip": crawler.ip_lists,
        "rdns": crawler.rdns_suffixes,
        "signature": crawler.signature_agents,
    }
    return CrawlerDetails(
        name=crawler.name,
        operator=crawler.operator,
        operator_name=catalogue.operator_name(crawler),
        product=crawler.product,
        purpose=crawler.purpose,
        is_ai_crawler=crawler.is_ai_crawler,
        bot_type=msgspec.convert(crawler.bot_type, BotType),
        documentation_url=crawler.documentation,
        robots_token=crawler.robots_token,
        obeys_robots=crawler.obeys_robots,
        tokens=[*crawler.tokens, *crawler.token_prefixes, *crawler.urls],
        verification_means=[name for name, found in means.items() if found],
        ip_list_urls=[catalogue.ip_lists[slug].url for slug in crawler.ip_lists],
        rdns_suffixes=list(crawler.rdns_suffixes),
        date_checked=crawler.checked.isoformat(),
    )


def _assistant(assistant: Assistant, catalogue: Catalogue) -> AssistantDetails:
    key = assistant.operator or assistant.source
    operator = catalogue.operators.get(key)
    return AssistantDetails(
        source=assistant.source,
        name=assistant.name,
        operator=None if operator is None else key,
        operator_name=None if operator is None else operator.name,
        documentation_url=assistant.documentation,
    )


ROUTES = (list_crawlers, list_assistants)
