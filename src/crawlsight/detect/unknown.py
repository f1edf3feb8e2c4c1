"""Tell user agents that look like bots' from people's, for those that no entry of the catalogue matches."""

import re

# Each is a way to look like a bot. Python and RE2, which looks neither ahead nor behind, read them alike.
_SHAPES = (
    # A word that ends in "bot"; but Cubot makes phones.
    r"(?:^|[^u]|(?:^|[^c])u)bots?(?:[^a-z]|$)",
    # What bots are named after.
    r"crawl|spider|scrap(?:er|ing|y)|slurp|fetcher|nutch|headless|phantomjs|selenium|puppeteer|playwright",
    r"(?:[^m]|^)scan(?:ner|s)?(?:[^a-z]|$)|monitor|uptime|check(?:er)?(?:[^a-z]|$)|validator|archiv",
    # "compatible" with browsers that are none; some old ones were.
    r"\(compatible; (?:[^mk]|m[^s]|k[^o])",
    # An address to complain to.
    r"[+(;, ] ?(?:https?:|www\.|mailto:)|[\w.+-]+@[a-z0-9-]+\.[a-z]",
    # Nothing but a name and a version: what people use says what it runs on.
    r"^[^\s/();]+(?:[/ ]v?\d[\w.+-]*)(?: \([\w.]+/[\w.]+\))?$",
)

BOT_SHAPES = "(?i)" + "|".join(_SHAPES)

_bot_shapes = re.compile(BOT_SHAPES, re.ASCII)


def looks_like_bot(user_agent: str) -> bool:
    """Tell whether a user agent looks like a bot's."""
    return _bot_shapes.search(user_agent) is not None
