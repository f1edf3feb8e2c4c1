"""crawlsight explain: what a record is taken for, and why."""

import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import typer

from crawlsight.cli.options import DataOption, JsonOption, print_json, read_settings
from crawlsight.errors import InvalidArgumentError

UserAgentOption = Annotated[str | None, typer.Option(help="User agent.")]
IpOption = Annotated[str, typer.Option(help="The client's address.")]
RefererOption = Annotated[str, typer.Option(help="Referrer.")]
PathOption = Annotated[str, typer.Option(help="Requested path, with its query.")]
HostOption = Annotated[str, typer.Option(help="Requested host.")]
DnsOption = Annotated[bool, typer.Option("--reverse-dns", help="Ask the DNS for the address's name, too.")]


def explain(
    user_agent: UserAgentOption = None,
    ip: IpOption = "-",
    referer: RefererOption = "-",
    path: PathOption = "/",
    host: HostOption = "example.com",
    reverse_dns: DnsOption = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Say which rule gives a record its class and its verdict, and why.

    Give the record by options, or as a JSON object on standard input, with the fields of the API. Nothing
    is stored, and no server is needed.
    """
    record = {
        "timestamp": datetime.now(UTC).isoformat(),
        "method": "GET",
        "host": host,
        "path": path,
        "status_code": 200,
        "ip": ip if ip != "-" else "",
        "referer": referer,
    }
    record |= _read_record() if user_agent is None else {"user_agent": user_agent}
    explanation = _explain(record, data, reverse_dns=reverse_dns)
    if json:
        print_json(explanation)
        return
    for reason in explanation.reasons:
        typer.echo(reason)


def _read_record() -> dict[str, Any]:
    if sys.stdin.isatty():
        raise InvalidArgumentError("give --user-agent, or a record as JSON on standard input")
    try:
        return msgspec.json.decode(sys.stdin.buffer.read(), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidArgumentError(f"standard input is no JSON object: {error}") from error


def _explain(record: dict[str, Any], data: Any, *, reverse_dns: bool) -> Any:
    from crawlsight.ingest.dialects import profound
    from crawlsight.ingest.explain import Explainer
    from crawlsight.ingest.policy import Keep, Policy
    from crawlsight.ingest.validate import InvalidRecordError
    from crawlsight.refresh.dns import ReverseDns
    from crawlsight.refresh.files import KnowledgeFiles

    settings = read_settings(data=data)
    explainer = Explainer(profound.rules(settings.profound_limits()), KnowledgeFiles.of(settings).load())
    dns = ReverseDns() if reverse_dns else None
    try:
        rdns_name = dns.name(str(record["ip"])) if dns else None
        return explainer.explain(record, Policy(0, Keep.ALL), datetime.now(UTC), rdns_name)
    except InvalidRecordError as error:
        raise InvalidArgumentError(f"the record would be rejected: {error}") from error
