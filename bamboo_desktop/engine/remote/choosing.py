"""Choosing a model from outside: by provider, by the address of a server, by name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from bamboo_desktop.domain.errors import InvalidInputError
from bamboo_desktop.domain.ids import ProviderId
from bamboo_desktop.domain.model import ModelRef, ProviderConfig, ProviderKind
from bamboo_desktop.engine.remote.arguments import Arguments
from bamboo_desktop.engine.remote.context import CommandContext
from bamboo_desktop.providers.addresses import address_of
from bamboo_desktop.providers.keys import clean_key


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A model as a command line names it; everything may be left out."""

    provider: str = ""
    base_url: str = ""
    model: str = ""
    key: str = field(default="", repr=False)

    @classmethod
    def read(cls, arguments: Arguments) -> Choice:
        """From the arguments of a command.

        Raises:
            InvalidInputError: the key cannot be one.
        """
        key = arguments.text("key")
        return cls(
            provider=arguments.text("provider"),
            base_url=arguments.text("base_url"),
            model=arguments.text("model"),
            key=clean_key(key) if key else "",
        )

    @property
    def lends_key(self) -> bool:
        """True when a key was given for the provider that was named with it."""
        return bool(self.key and (self.provider or self.base_url))

    @property
    def is_made(self) -> bool:
        """True when something was named."""
        return bool(self.provider or self.base_url or self.model)


NO_CHOICE = Choice()


async def chosen_model(context: CommandContext, choice: Choice) -> ModelRef | None:
    """The model that was named, or None for the session's own or the default one.

    Raises:
        UserError: there is no such provider, or it offers no model.
    """
    if not choice.is_made:
        return None
    config = await _provider(context, choice)
    model = choice.model or config.default_model
    if not model:
        found = await context.engine.models.models(
            config.id, key=choice.key if choice.lends_key else ""
        )
        model = found[0].ref.model if found else ""
    if not model:
        raise InvalidInputError(f"{config.label} offers no model; name one with --model.")
    return ModelRef(provider=config.id, model=model)


async def _provider(context: CommandContext, choice: Choice) -> ProviderConfig:
    models = context.engine.models
    if choice.base_url:
        return await _by_address(context, choice)
    if not choice.provider:
        default = await models.default_model()
        if default is None:
            raise InvalidInputError("Name the provider of the model with --provider.")
        return await models.provider(default.provider)
    configs = await models.providers()
    for config in configs:
        if choice.provider in {config.id, config.label, config.kind.value}:
            return config
    if choice.key and choice.provider in {kind for kind in ProviderKind if kind.needs_key}:
        return await _kept(context, ProviderKind(choice.provider), "")
    raise InvalidInputError(
        f"The provider {choice.provider!r} is not set up; there are: "
        f"{', '.join(config.id for config in configs)}. Give --base-url to use a server by its "
        "address, or set BAMBOO_API_KEY for a hosted one."
    )


async def _by_address(context: CommandContext, choice: Choice) -> ProviderConfig:
    name = choice.provider or ProviderKind.OPENAI_COMPATIBLE.value
    if name not in list(ProviderKind) or name == ProviderKind.PLAYBOOK:
        kinds = ", ".join(kind for kind in ProviderKind if kind is not ProviderKind.PLAYBOOK)
        raise InvalidInputError(f"With --base-url the provider is one of: {kinds}.")
    return await _kept(context, ProviderKind(name), choice.base_url.strip().rstrip("/"))


async def _kept(context: CommandContext, kind: ProviderKind, address: str) -> ProviderConfig:
    """A server named on a command line is kept, so that the session can go on tomorrow."""
    digest = hashlib.sha256(f"{kind} {address}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
    label = address.removeprefix("http://").removeprefix("https://") or kind.value
    config = ProviderConfig(
        id=ProviderId(f"{kind}-{digest}"), kind=kind, label=label, base_url=address
    )
    address_of(config)
    for known in await context.engine.models.providers():
        if known.id == config.id:
            return known
    await context.engine.models.save_provider(config)
    return config
