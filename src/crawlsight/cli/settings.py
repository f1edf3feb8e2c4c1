"""crawlsight settings: print what is in force."""

from crawlsight.cli.options import DataOption, JsonOption, print_json, print_table, read_settings
from crawlsight.settings import describe


def settings(data: DataOption = None, json: JsonOption = False) -> None:
    """Print every setting with its effective value; passwords are masked."""
    rows = describe(read_settings(data=data))
    if json:
        print_json({name: value for name, value, _ in rows})
    else:
        print_table(["setting", "value", "meaning"], rows)
