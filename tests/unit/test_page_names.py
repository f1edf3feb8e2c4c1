"""Names of pages are remembered, the last ones that were asked for."""

from crawlsight.visits.names import PageNames


def test_what_was_learnt_is_known_and_nothing_else():
    names = PageNames()
    names.learn({1: ("a.example", "/"), 2: ("a.example", "/b")})

    assert names.known([2, 3]) == {2: ("a.example", "/b")}


def test_what_nobody_asked_for_longest_is_forgotten_first():
    names = PageNames(most_pages=2)
    names.learn({1: ("a", "/1"), 2: ("a", "/2")})
    names.known([1])

    names.learn({3: ("a", "/3")})

    assert names.known([1, 2, 3]) == {1: ("a", "/1"), 3: ("a", "/3")}
