"""The limit on uses within any span of a window's length."""

from crawlsight.server.ratelimit import MovingWindow


def test_a_use_leaves_the_window_after_its_length():
    window = MovingWindow("uses", 2, 60)

    room = [window.use("ann", now)[1] for now in (0, 1, 59, 60, 60.5, 61)]

    assert room == [True, True, False, True, False, True]


def test_a_use_that_is_given_back_leaves_room():
    window = MovingWindow("uses", 1, 60)
    window.use("ann", 0)

    window.give_back("ann")
    window.give_back("ann")
    window.give_back("bob")

    assert [window.use("ann", 1)[1] for _ in range(2)] == [True, False]


def test_whoever_used_nothing_within_the_window_is_forgotten():
    window = MovingWindow("uses", 5, 60)
    for name in range(9_998):
        window.use(name, 0)

    window.use("late", 30)
    window.use("last", 60)

    assert list(window._uses) == list(window._used) == ["late", "last"]
