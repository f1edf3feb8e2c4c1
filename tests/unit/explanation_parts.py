"""What tests of explanations share: explainers of both dialects, and explanations written by hand."""

from builders import KEEP_ALL, NOW, log_record
from crawlsight.detect import built_in_catalogue, built_in_knowledge
from crawlsight.ingest.dialects import ansehn, profound
from crawlsight.ingest.explain import ExplainedCrawler, Explainer, Explanation
from crawlsight.settings import Settings

KNOWLEDGE = built_in_knowledge()
SETTINGS = Settings()
RULES = {
    "ank": ansehn.rules(SETTINGS.ansehn_limits()),
    "bot": profound.rules(SETTINGS.profound_limits()),
}
EXPLAINERS = {style: Explainer(rules, KNOWLEDGE) for style, rules in RULES.items()}

GPTBOT_IP = "20.171.206.5"
CHATGPT_USER_IP = "4.151.71.180"
STORED = "Stored: the project keeps 'all'."
PERSON = "The user agent has no token of a known crawler, so this counts as a person's request."


def explain(record=None, style="bot", policy=KEEP_ALL, rdns_name=None):
    return EXPLAINERS[style].explain(record or log_record(), policy, NOW, rdns_name)


def explained(name, by="user_agent", version="", token=None):
    """The crawler of an explanation, as the catalogue has it."""
    found = next(crawler for crawler in built_in_catalogue().crawlers if crawler.name == name)
    return ExplainedCrawler(
        name=name,
        operator=built_in_catalogue().operator_name(found),
        product=found.product,
        purpose=found.purpose.value,
        bot_type=found.bot_type,
        is_ai_crawler=found.is_ai_crawler,
        version=version,
        recognised_by=by,
        token=name if token is None else token,
        documentation=found.documentation,
    )


def of_crawler(crawler, verdict, reasons, fate="stored"):
    return Explanation(crawler, *verdict, "none", "none", fate, reasons)


def of_person(referral, reason, fate="stored", why=STORED):
    return Explanation(None, "none", "", *referral, fate, [PERSON, reason, why])
