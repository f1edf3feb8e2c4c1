"""Answers that are remembered: asked once, until something changes or a minute has passed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from crawlsight.visits.remembered import Remembered


class Asked:
    """Gives another answer each time, and counts."""

    def __init__(self, rows=1):
        self.times = 0
        self._rows = rows

    def __call__(self):
        self.times += 1
        return [(self.times,)] * self._rows


def test_a_question_is_asked_once():
    remembered, asked = Remembered(), Asked()

    assert [remembered.ask("q", asked) for _ in range(3)] == [[(1,)]] * 3
    assert remembered.ask("another", asked) == [(2,)]


def test_after_a_change_everything_is_asked_again():
    remembered, asked = Remembered(), Asked()
    remembered.ask("q", asked)

    remembered.forget()

    assert remembered.ask("q", asked) == [(2,)]
    assert remembered.ask("q", asked) == [(2,)]


def test_an_answer_that_a_change_overtook_is_not_remembered():
    remembered, asked = Remembered(), Asked()

    def overtaken():
        remembered.forget()
        return [("before the change",)]

    assert remembered.ask("q", overtaken) == [("before the change",)]
    assert remembered.ask("q", asked) == [(1,)]


def test_who_asks_after_a_change_does_not_wait_for_an_answer_from_before():
    remembered = Remembered()
    is_asking, may_answer = Event(), Event()

    def slowly():
        is_asking.set()
        assert may_answer.wait(10)
        return [("before",)]

    with ThreadPoolExecutor() as pool:
        before = pool.submit(remembered.ask, "q", slowly)
        assert is_asking.wait(10)
        remembered.forget()
        assert remembered.ask("q", lambda: [("after",)]) == [("after",)]
        may_answer.set()
        assert before.result() == [("before",)]
    assert remembered.ask("q", lambda: [("later",)]) == [("after",)]


def test_many_who_ask_the_same_at_once_ask_once():
    remembered, asked = Remembered(), Asked()
    barrier = Barrier(8)

    def ask(_):
        barrier.wait(10)
        return remembered.ask("q", asked)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [[(1,)]] * 8


def test_an_error_is_not_remembered():
    remembered = Remembered()

    def fail():
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        remembered.ask("q", fail)
    assert remembered.ask("q", list) == []


def test_an_answer_grows_old():
    now = [0.0]
    remembered, asked = Remembered(clock=lambda: now[0]), Asked()
    remembered.ask("q", asked)

    now[0] = 59.0
    assert remembered.ask("q", asked) == [(1,)]
    now[0] = 60.0
    assert remembered.ask("q", asked) == [(2,)]


def test_what_was_asked_longest_ago_makes_room():
    remembered, asked = Remembered(most_values=30), Asked(rows=10)
    remembered.ask("a", asked)
    remembered.ask("b", asked)
    remembered.ask("a", asked)

    remembered.ask("c", asked)

    assert remembered.ask("a", asked)[0] == (1,)
    assert remembered.ask("b", asked)[0] == (4,)


def test_an_answer_that_is_larger_than_all_that_fits_is_not_remembered():
    remembered, asked = Remembered(most_values=5), Asked(rows=10)

    assert remembered.ask("q", asked)[0] == (1,)
    assert remembered.ask("q", asked)[0] == (2,)
