"""EngineOptions: what an engine is built from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bamboo_desktop.clock import Clock, SystemClock
from bamboo_desktop.domain.model import ProviderKind
from bamboo_desktop.engine.runs.services import RunLimits
from bamboo_desktop.engine.schedules.network import SystemNetwork
from bamboo_desktop.engine.schedules.pace import Network
from bamboo_desktop.identifiers import IdSource, RandomIds
from bamboo_desktop.providers.keys import KeyStore
from bamboo_desktop.providers.playbook import FAST, Pacing
from bamboo_desktop.providers.registry import Builder
from bamboo_desktop.store.faults import FaultPoints

OnBug = Callable[[BaseException, str], None]


@dataclass(frozen=True, kw_only=True)
class EngineOptions:
    """What an engine is built from; everything impure is handed in.

    `on_bug` is told of the program's own faults, with where they happened; `on_secret` of every
    key that is used, so that no log shows it. `environ` is the environment of this process, of
    which commands get a part. `protected` are folders that no tool may read or write, beside
    the data folder itself. `pacing` is how fast playbooks write. `goes_on` False leaves
    accepted work to the next start: a program that only wants to read must not cause a model
    call. `keeps_time` runs schedules for as long as the engine is open. `network` tells whether the
    machine has a way to others. `builders` replaces the back ends of some kinds of providers.
    """

    data_dir: Path
    on_bug: OnBug
    clock: Clock = field(default_factory=SystemClock)
    ids: IdSource = field(default_factory=RandomIds)
    keys: KeyStore | None = None
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    faults: FaultPoints = field(default_factory=FaultPoints)
    limits: RunLimits = field(default_factory=RunLimits)
    protected: tuple[Path, ...] = ()
    on_secret: Callable[[str], None] = field(default=lambda _: None)
    pacing: Pacing = FAST
    goes_on: bool = True
    keeps_time: bool = False
    network: Network = field(default_factory=SystemNetwork)
    builders: Mapping[ProviderKind, Builder] = field(default_factory=dict)
