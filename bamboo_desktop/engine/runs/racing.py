"""Do something until it is done or the run is asked to stop, whichever comes first."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Generic, TypeVar

from bamboo_desktop.domain.errors import RunCancelledError
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.tools.port import CancelToken

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


@dataclass(frozen=True, slots=True)
class _Done(Generic[T]):
    value: T


async def _outcome(work: Coroutine[object, object, T]) -> _Done[T] | _Failed:
    try:
        return _Done(await work)
    except Exception as error:  # noqa: BLE001 - handed to the one who waits, who raises it
        return _Failed(error)


async def unless_stopped(
    work: Coroutine[object, object, T], token: CancelToken, tasks: TaskSet, *, name: str
) -> T:
    """Await `work`; when the token is cancelled first, cancel it and wait for it to unwind.

    Raises:
        RunCancelledError: the run was asked to stop.
        Exception: what the work raised.
    """
    job = tasks.spawn(_outcome(work), name=name)
    stop = tasks.spawn(token.wait(), name=f"{name}: stop")
    try:
        await asyncio.wait({job, stop}, return_when=asyncio.FIRST_COMPLETED)
        if not job.done():
            job.cancel()
            await asyncio.wait({job})
            raise RunCancelledError(token.reason)
    finally:
        stop.cancel()
        job.cancel()
    if job.cancelled():
        raise RunCancelledError(token.reason)
    outcome = job.result()
    if isinstance(outcome, _Failed):
        raise outcome.error
    return outcome.value
