"""The environment a command starts with: built from a list of names, never inherited whole.

Kept are the names a shell and the usual developer tools need to find their places, and the socket
of the SSH agent, without which `git fetch` over SSH cannot work (it holds no secret; each command
that could use it was agreed to). Left out is everything else: keys, tokens, loader variables,
the desktop's sockets (DISPLAY, D-Bus, Wayland), and what a packaged program sets for itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_KEPT = frozenset(
    {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR"}
    | {"SSH_AUTH_SOCK", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"}
    | {"JAVA_HOME", "ANDROID_HOME", "GOPATH", "GOROOT", "CARGO_HOME", "RUSTUP_HOME", "NVM_DIR"}
    | {"PYENV_ROOT", "SSL_CERT_FILE", "SSL_CERT_DIR", "NO_PROXY", "no_proxy"}
    # Windows does not start a program without these.
    | {"SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE"}
    | {"APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "PROGRAMFILES(X86)"}
    | {"NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE", "HOMEDRIVE", "HOMEPATH"}
)
_LOCALE = re.compile(r"LC_[A-Z]+")
_PROXIES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"})
_FALLBACK_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
_SET = {
    # No tool has a terminal: no colours, no pager, no prompt that would wait for ever.
    "TERM": "dumb",
    "NO_COLOR": "1",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "DEBIAN_FRONTEND": "noninteractive",
}


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a command, from the program's own."""
    kept = {name: value for name, value in environ.items() if _is_kept(name, value)}
    return {"PATH": _FALLBACK_PATH, **kept, **_SET}


def _is_kept(name: str, value: str) -> bool:
    if name in _PROXIES:
        # A proxy's address may carry a password.
        return "@" not in value
    return name in _KEPT or name.upper() in _KEPT or _LOCALE.fullmatch(name) is not None
