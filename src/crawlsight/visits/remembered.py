"""Answers that are still true: kept until the next change of the visits, for whoever asks the same."""

import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Any

Rows = list[tuple[Any, ...]]

_MOST_VALUES = 200_000

# Rows also expire, which nobody is told of; they may be in answers for as long.
_MOST_SECONDS = 60.0


class Remembered:
    """Answers to questions, each asked once until :meth:`forget`. Safe to use from several threads."""

    def __init__(self, most_values: int = _MOST_VALUES, clock: Callable[[], float] = time.monotonic) -> None:
        self._most_values = most_values
        self._clock = clock
        self._lock = Lock()
        self._answers: OrderedDict[str, tuple[float, Future[Rows], int]] = OrderedDict()
        self._values = 0

    def ask(self, question: str, answer: Callable[[], Rows]) -> Rows:
        """Give the answer that is known, wait for it if somebody is asking, or ask.

        Args:
            answer: Asks; what it raises, everybody who waits gets, and nobody later.
        """
        with self._lock:
            known = self._answers.get(question)
            if known is not None and self._clock() - known[0] < _MOST_SECONDS:
                self._answers.move_to_end(question)
                future = known[1]
            else:
                known = None
                future = Future()
                self._drop(question)
                self._answers[question] = (self._clock(), future, 0)
        if known is None:
            self._answer(question, future, answer)
        return future.result()

    def forget(self) -> None:
        """Forget everything, what is being asked too: call it when a change has become visible."""
        with self._lock:
            self._answers.clear()
            self._values = 0

    def _answer(self, question: str, future: Future[Rows], answer: Callable[[], Rows]) -> None:
        try:
            rows = answer()
        except BaseException as error:  # noqa: BLE001 - whoever waits must not wait for ever
            with self._lock:
                if self._is_asked(question, future):
                    self._drop(question)
            future.set_exception(error)
            return
        with self._lock:
            if self._is_asked(question, future):
                self._keep(question, future, sum(map(len, rows)))
        future.set_result(rows)

    def _is_asked(self, question: str, future: Future[Rows]) -> bool:
        known = self._answers.get(question)
        return known is not None and known[1] is future

    def _keep(self, question: str, future: Future[Rows], values: int) -> None:
        since = self._answers[question][0]
        self._answers[question] = (since, future, values + 1)
        self._values += values + 1
        finished = [name for name, (_, _, size) in self._answers.items() if size]
        for name in finished:
            if self._values <= self._most_values:
                break
            self._drop(name)

    def _drop(self, question: str) -> None:
        known = self._answers.pop(question, None)
        if known is not None:
            self._values -= known[2]
