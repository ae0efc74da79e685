"""What a failed call is called in words: one sentence each, with what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from bamboo_desktop.providers.port import CallFault, ModelCallError

_DETAILS_LIMIT = 2_000
_KEY_SHAPES = re.compile(
    r"(?:sk|pk|rk|gsk|xai|hf|r8)[-_][\w*.-]{6,}|AIza[\w*-]{8,}|(?i:bearer)\s+[\w.~+/*=-]{6,}"
)


class Reason(StrEnum):
    """Causes that deserve a sentence of their own within a fault."""

    NO_KEY = "no_key"
    UNKNOWN_HOST = "unknown_host"
    REFUSED = "refused"
    CERTIFICATE = "certificate"
    NOT_AN_API = "not_an_api"
    REDIRECTED = "redirected"
    NO_FINISH = "no_finish"
    EMPTY = "empty"
    SILENT = "silent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Where:
    """What a sentence names: the provider's label, its address, the model; the key to hide."""

    label: str
    address: str
    model: str = ""
    is_local: bool = False
    key: str = field(default="", repr=False)

    def failure(
        self,
        fault: CallFault,
        reason: Reason | None = None,
        *,
        details: str = "",
        retry_after: float | None = None,
    ) -> ModelCallError:
        """The error of a call to this back end, ready to be shown."""
        pattern = _BY_REASON[reason] if reason else _BY_FAULT[fault]
        if fault is CallFault.UNREACHABLE and self.is_local:
            pattern = "{label} does not answer at {address}: start it, or correct the address."
        sentence = pattern.format(label=self.label, address=self.address, model=self.model)
        return ModelCallError(
            fault,
            self.hide(sentence),
            details=self.hide(details)[:_DETAILS_LIMIT],
            retry_after=retry_after,
        )

    def hide(self, text: str) -> str:
        """The text without this back end's key, and without anything shaped like a key."""
        if self.key:
            text = text.replace(self.key, "[key]")
        return _KEY_SHAPES.sub("[key]", text)


_BY_REASON = {
    Reason.NO_KEY: "{label} has no key yet: add one in the settings under Providers.",
    Reason.UNKNOWN_HOST: (
        "The address {address} of {label} was not found: check its spelling and the network."
    ),
    Reason.REFUSED: "{label} refuses connections at {address}: check the address and the port.",
    Reason.CERTIFICATE: (
        "The certificate of {address} was not accepted: check the address, this machine's clock "
        "and any proxy in between."
    ),
    Reason.NOT_AN_API: (
        "{address} answered with something else than a model's reply (perhaps a web page): check "
        "the address of {label}."
    ),
    Reason.REDIRECTED: (
        "{address} sends calls on to another address: enter the final address of {label}."
    ),
    Reason.NO_FINISH: "{label} ended its answer in the middle: try again.",
    Reason.EMPTY: "{label} sent an answer without any content: try again or choose another model.",
    Reason.SILENT: "{label} stayed silent for too long: try again, or check whether it is busy.",
}
_BY_FAULT = {
    CallFault.AUTHENTICATION: (
        "{label} did not accept the key: check it in the settings under Providers, and that it may "
        "use this model."
    ),
    CallFault.INVALID_REQUEST: (
        "{label} refused the request as invalid: its own words are in the details."
    ),
    CallFault.MODEL_NOT_FOUND: (
        "{label} does not know the model '{model}': choose another one, or check the address "
        "{address}."
    ),
    CallFault.CONTEXT_OVERFLOW: (
        "The conversation is too long for the model '{model}': shorten it or choose a model with "
        "a larger context."
    ),
    CallFault.OUT_OF_CREDIT: (
        "The account at {label} has no credit or quota left: check its billing page."
    ),
    CallFault.RATE_LIMITED: "{label} limits how often it may be asked: wait a little.",
    CallFault.OVERLOADED: "{label} is overloaded or has a fault of its own: try again later.",
    CallFault.UNREACHABLE: "{label} cannot be reached at {address}: check the network.",
    CallFault.STREAM_CUT: "The connection to {label} broke off in the middle of the answer.",
    CallFault.BAD_REPLY: (
        "{label} sent a reply that cannot be read: check the address {address} and the model."
    ),
    CallFault.TIMED_OUT: "{label} did not answer in time: try again.",
}
