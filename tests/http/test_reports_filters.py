"""Filters of reports, before and after aggregation, against the visits themselves."""

import re

import pytest

from traffic import expected_rows, send_traffic, value

EVERYTHING = "2020-01-01"


@pytest.fixture(scope="module")
def site(shared_app):
    return send_traffic(shared_app)


def ask(app, site, **query):
    """The report's rows, sorted."""
    return sorted(app.rows(site[0], **{"start_date": EVERYTHING, **query}))


PREDICATES = {
    "is": lambda text, value: text == value,
    "not_is": lambda text, value: text != value,
    "contains": lambda text, value: value in text,
    "not_contains": lambda text, value: value not in text,
    "contains_case_insensitive": lambda text, value: value.lower() in text.lower(),
    "not_contains_case_insensitive": lambda text, value: value.lower() not in text.lower(),
    "matches": lambda text, value: re.search(value, text) is not None,
    "in": lambda text, value: text == value,
    "not_in": lambda text, value: text != value,
}
FILTERS = [
    ("path", "/blog/first"),
    ("path", "blog/S"),
    ("path", "BLOG"),
    ("path", "Ünï"),
    ("path", "^/b.*t$"),
    ("path", "%"),
    ("bot_name", "GPTBot"),
    ("bot_provider", "openai"),
    ("bot_type", "index"),
    ("host", "example.com"),
    ("status_code", "404"),
    ("status_class", "2xx"),
    ("method", "POST"),
    ("verification", "claimed"),
    ("folder", "/docs/"),
    ("source", "edge"),
]


def matching(site, field, keeps):
    return expected_rows([visit for visit in site[1] if keeps(value(visit, field))]) or [(0,)]


@pytest.mark.parametrize("operator", PREDICATES)
@pytest.mark.parametrize(("field", "sought"), FILTERS)
def test_a_filter_keeps_what_its_operator_says(app, site, field, operator, sought):
    rows = ask(app, site, filters=[{"field": field, "operator": operator, "value": sought}])

    assert rows == matching(site, field, lambda text: PREDICATES[operator](text, sought))


@pytest.mark.parametrize("operator", PREDICATES)
def test_of_several_values_any_is_enough_and_a_negative_operator_means_none_of_them(app, site, operator):
    sought = ["/about", "/blog/first"]

    rows = ask(app, site, filters=[{"field": "path", "operator": operator, "value": sought}])

    joint = all if operator.startswith("not") else any
    keeps = PREDICATES[operator]
    assert rows == matching(site, "path", lambda text: joint(keeps(text, value) for value in sought))


def test_several_filters_must_all_hold(app, site):
    filters = [
        {"field": "bot_name", "operator": "is", "value": "GPTBot"},
        {"field": "status_code", "operator": "in", "value": [404, 500]},
    ]

    rows = ask(app, site, filters=filters)

    visits = [
        visit for visit in site[1] if visit["bot_name"] == "GPTBot" and visit["status_code"] in (404, 500)
    ]
    assert rows == expected_rows(visits)


COMPARISONS = {
    ">": lambda count, value: count > value,
    ">=": lambda count, value: count >= value,
    "<": lambda count, value: count < value,
    "<=": lambda count, value: count <= value,
    "=": lambda count, value: count == value,
    "==": lambda count, value: count == value,
    "!=": lambda count, value: count != value,
}


@pytest.mark.parametrize("operator", COMPARISONS)
def test_a_metric_filter_holds_after_aggregation(app, site, operator):
    whole = expected_rows(site[1], ["path"])
    middle = sorted(row[1] for row in whole)[len(whole) // 2]

    rows = ask(
        app,
        site,
        dimensions=["path"],
        metric_filters=[{"field": "count", "operator": operator, "value": middle}],
    )

    assert rows == [row for row in whole if COMPARISONS[operator](row[1], middle)]


def test_a_metric_filter_may_name_a_metric_that_is_not_shown(app, site):
    filters = [{"field": "training", "operator": ">", "value": 0}]

    rows = ask(app, site, dimensions=["bot_name"], metric_filters=filters)

    assert [row[0] for row in rows] == ["ClaudeBot", "GPTBot"]
