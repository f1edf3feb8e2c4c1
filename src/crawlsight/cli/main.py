"""The command line: every command, listed in one place."""

import sys

import typer

from crawlsight.cli import (
    catalogue,
    demo,
    detect,
    doctor,
    explain,
    importing,
    key,
    project,
    ranges,
    reclassify,
    report,
    serve,
    settings,
    ship,
    user,
)
from crawlsight.errors import CrawlsightError

# Parts of the installation by what they bring; all else comes with the server.
_EXTRAS = {"boto3": "s3", "botocore": "s3"}

app = typer.Typer(
    name="crawlsight",
    help="Which AI crawlers read your site, what they read, and whom they send back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve.serve)
app.command("ship")(ship.ship)
app.add_typer(project.app, name="project")
app.add_typer(key.app, name="key")
app.add_typer(user.app, name="user")
app.add_typer(report.app, name="report")
app.command("reclassify")(reclassify.reclassify)
app.command("detect")(detect.detect)
app.command("import")(importing.import_files)
app.command("explain")(explain.explain)
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(ranges.app, name="ranges")
app.command("settings")(settings.settings)
app.command("doctor")(doctor.doctor)
app.command("demo")(demo.demo)


def main() -> None:
    """Run a command; an error of ours is one line on standard error and exit status 1."""
    try:
        app()
    except CrawlsightError as error:
        sys.stderr.write(f"crawlsight: {error}\n")
        sys.exit(1)
    except ModuleNotFoundError as error:
        if not error.name or error.name.startswith("crawlsight"):
            raise
        extra = _EXTRAS.get(error.name.partition(".")[0], "server")
        sys.stderr.write(
            f"crawlsight: {error.name} is missing, which this needs; pip install 'crawlsight[{extra}]'\n"
        )
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
