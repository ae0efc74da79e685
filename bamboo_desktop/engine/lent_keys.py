"""LentKeys: keys that come with a command and are good for one run of one session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bamboo_desktop.bus import EventBus
from bamboo_desktop.domain.events import (
    Cancelled,
    Complete,
    Envelope,
    Error,
    ExecutionStarted,
    Interrupted,
    OutOfRounds,
    RunSuspended,
    SessionDeleted,
)
from bamboo_desktop.domain.ids import ProviderId, QueuedId, RunId, SessionId
from bamboo_desktop.domain.model import ModelInfo, ProviderConfig
from bamboo_desktop.providers.keys import OneKey, clean_key
from bamboo_desktop.providers.port import Provider
from bamboo_desktop.providers.registry import ProviderRegistry

_ENDS = (Complete, Cancelled, Error, Interrupted, OutOfRounds, RunSuspended)


@dataclass(kw_only=True)
class _Loan:
    """A provider that knows the key; `run_id` is the run it is for, once that has begun.

    `queued_id` is the message it came with, where that waits for a run.
    """

    session_id: SessionId
    provider_id: ProviderId
    provider: Provider
    run_id: RunId | None = None
    queued_id: QueuedId | None = None


class LentKeys:
    """Holds lent keys in memory until the runs they were lent for have ended.

    A loan is for the next run that begins in its session; a run under way goes on with the key it
    began with. No key is stored, and none is handed to any other run.

    Args:
        providers: builds the provider that knows the key.
        bus: tells of the beginnings and ends of runs.
        on_secret: told of every key, so that logs can hide it.
    """

    def __init__(
        self,
        providers: ProviderRegistry,
        bus: EventBus,
        *,
        on_secret: Callable[[str], None],
    ) -> None:
        self._providers = providers
        self._on_secret = on_secret
        self._loans: list[_Loan] = []
        bus.subscribe(Envelope, self._heard)

    def __len__(self) -> int:
        return len(self._loans)

    def lend(self, session_id: SessionId, config: ProviderConfig, key: str) -> None:
        """Use the key for this provider in the next run of the session.

        Raises:
            InvalidInputError: this cannot be a key.
        """
        provider = self._provider(config, key)
        # One that no run has taken up gives way to the new one.
        self._end([loan for loan in self._of(session_id) if loan.run_id is None])
        self._loans.append(_Loan(session_id=session_id, provider_id=config.id, provider=provider))

    def provider(self, run_id: RunId, config: ProviderConfig) -> Provider | None:
        """The provider that knows the key that was lent for this run, or None."""
        for loan in self._loans:
            if loan.run_id == run_id and loan.provider_id == config.id:
                return loan.provider
        return None

    async def models(self, config: ProviderConfig, key: str) -> tuple[ModelInfo, ...]:
        """What the provider offers to somebody with this key, which is then forgotten.

        Raises:
            InvalidInputError: this cannot be a key.
            ModelCallError: the provider could not be asked.
        """
        provider = self._provider(config, key)
        try:
            return await provider.list_models()
        finally:
            self._providers.leave(provider)

    def take_back(self, session_id: SessionId) -> None:
        """Forget a key that no run has taken up."""
        self._end([loan for loan in self._of(session_id) if loan.run_id is None])

    def wait_with(self, session_id: SessionId, queued_id: QueuedId) -> None:
        """The message that a key came with waits for its run."""
        for loan in self._of(session_id):
            if loan.run_id is None:
                loan.queued_id = queued_id

    def message_gone(self, queued_id: QueuedId) -> None:
        """No run will begin with that message: its key is forgotten."""
        gone = [loan for loan in self._loans if loan.queued_id == queued_id]
        self._end([loan for loan in gone if loan.run_id is None])

    def _provider(self, config: ProviderConfig, key: str) -> Provider:
        cleaned = clean_key(key)
        self._on_secret(cleaned)
        return self._providers.apart(config, OneKey(cleaned))

    def _of(self, session_id: SessionId) -> list[_Loan]:
        return [loan for loan in self._loans if loan.session_id == session_id]

    def _heard(self, envelope: Envelope) -> None:
        if not self._loans:
            return
        match envelope.event:
            case ExecutionStarted():
                for loan in self._of(envelope.session_id):
                    loan.run_id = loan.run_id or envelope.run_id
            case SessionDeleted(is_final=True):
                self._end(self._of(envelope.session_id))
            case SessionDeleted():
                self.take_back(envelope.session_id)
            case event if isinstance(event, _ENDS):
                of_session = self._of(envelope.session_id)
                self._end([loan for loan in of_session if loan.run_id == envelope.run_id])
            case _:
                pass

    def _end(self, loans: list[_Loan]) -> None:
        for loan in loans:
            self._loans.remove(loan)
            self._providers.leave(loan.provider)
