"""What can be said about a command line without running it.

Only little can: a shell line may do something else than its first word in more ways than a parser
can know. So nothing here finds a line harmless. It finds lines that are nothing but a program and
its plain arguments, and it finds marks of danger worth a warning.
"""

from __future__ import annotations

import re
import shlex

from bamboo_desktop.tools.visible import hides_something

LONGEST_COMMAND = 64 * 1024
_LONGEST_PLAIN = 4096

# Separators, substitution, redirection, variables, globs, braces, history, comments, escapes.
_META = frozenset(";&|<>$`(){}[]*?!#~\\^\n\r\t")

# Programs that run what their arguments say.
_RUNNERS = frozenset(
    {"sh", "bash", "dash", "zsh", "fish", "ksh", "csh", "busybox", "env", "xargs", "sudo", "su"}
    | {"doas", "nohup", "nice", "timeout", "time", "watch", "setsid", "stdbuf", "ionice", "chroot"}
    | {"unshare", "nsenter", "script", "parallel", "entr", "exec", "eval", "source", "command"}
    | {"builtin", "python", "perl", "ruby", "node", "awk", "gawk", "mawk", "sed", "ssh", "ed", "ex"}
    | {"vi", "vim", "nvim", "emacs", "make", "."}
)

# Options that make a harmless program run another one or write where it was not asked to.
_EXEC_OPTIONS: dict[str, tuple[str, ...]] = {
    "git": ("-c", "-C", "--config-env", "--exec-path", "--upload-pack", "--receive-pack", "--exec",
            "--ext-diff", "--textconv", "--output", "-O", "--open-files-in-pager", "--git-dir",
            "--work-tree", "-u", "-x", "--paginate", "--template", "--extcmd", "--to-command"),
    "find": ("-exec", "-execdir", "-ok", "-okdir", "-delete", "-fprint", "-fprint0", "-fprintf",
             "-fls"),
    "fd": ("-x", "--exec", "-X", "--exec-batch"),
    "rg": ("--pre", "--hostname-bin", "-z", "--search-zip"),
    "sort": ("-o", "--output", "--compress-program", "-T", "--temporary-directory"),
    "tar": ("--to-command", "--checkpoint-action", "-I", "--use-compress-program", "--rsh-command",
            "-F", "--info-script", "--new-volume-script"),
    "man": ("-P", "--pager", "-H", "--html", "-X"),
    "tree": ("-o",),
    "date": ("-s", "--set", "-f", "--file"),
    "curl": ("-o", "-O", "-K", "-T", "--output", "--config", "--upload-file", "--remote-name"),
    "wget": ("-O", "-i", "--use-askpass", "--config", "-e", "--execute", "--post-file"),
    "rsync": ("-e", "--rsh", "--rsync-path"),
    "zip": ("-T", "-TT", "--unzip-command"),
    "gpg": ("--output", "-o"),
    "diff": ("--output",),
    "xxd": ("-r",),
}  # fmt: skip
_EXEC_WORDS = {
    "git": frozenset(
        {"config", "alias", "bisect", "filter-branch", "difftool", "mergetool", "submodule"}
        | {"hook", "clean"}
    ),
}

_DANGERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(^|[\s;&|(`'\"/])(sudo|su|doas|pkexec|run0)(\s|$)"), "asks for root rights"),
    (
        re.compile(r"\|\s*&?\s*(\S*/)?(env\s+|sudo\s+)*(ba|da|z|fi|k|c)?sh(\s|$|[;&|)])"),
        "pipes text into a shell",
    ),
    (re.compile(r"\|\s*(\S*/)?(python[\d.]*|perl|ruby|node)(\s|$)"), "pipes text into a program"),
    (re.compile(r"<\(\s*(curl|wget)"), "runs what it downloads"),
    (
        re.compile(r"(^|[\s;&|(`'\"/])rm\s+(\S+\s+)*(-\w*[rRf]|--recursive|--force)"),
        "deletes whole folders or without asking",
    ),
    (re.compile(r"(^|[\s;&|(`'\"/])(shred|wipefs|blkdiscard|mkfs\S*|fdisk|parted)(\s|$)"),
     "destroys data for good"),
    (re.compile(r"(^|[\s;&|(`'\"/])dd\s[^\n]*\bof="), "overwrites a file or a device"),
    (re.compile(r">\s*/dev/(sd|nvme|hd|vd|mmcblk|disk)"), "writes to a device"),
    (re.compile(r":\(\)\s*\{"), "may start programs without end"),
    (
        re.compile(r"\bgit\b[^\n]*\b(push\b[^\n]*(\s-f|--force|--mirror|\s\+)|reset\s+--hard|clean\s+-)"),
        "throws away work in git",
    ),
    (re.compile(r"(^|[\s;&|(`'\"/])chmod\s+(\S+\s+)*(-R|0?777)"), "opens up permissions widely"),
    (re.compile(r"\bfind\b[^\n]*\s-delete\b"), "deletes what it finds"),
    (re.compile(r"(^|[\s;&|(`'\"/])(crontab|systemctl|launchctl|at)\s"), "changes what runs later"),
    (
        re.compile(r"\.(bashrc|zshrc|profile|bash_profile|zprofile)\b|\.ssh/|\.git/hooks"),
        "touches files that decide what runs later",
    ),
)  # fmt: skip

_NETWORK = re.compile(
    r"(^|[\s;&|(`'\"/])(curl|wget|ssh|scp|sftp|rsync|nc|ncat|netcat|telnet|ftp|socat)(\s|$)"
    r"|\bgit\s+(push|fetch|pull|clone|ls-remote)\b|\b(pip|uv|npm|pnpm|yarn|cargo|apt|apt-get)\s+"
    r"(install|add|publish|upload|update)\b"
)


def plain_words(command: str) -> tuple[str, ...] | None:
    """The program and its arguments when the line is nothing else, or None.

    A quoted metacharacter counts as well: then whatever is added to a line that is refused for
    its characters, it stays refused.
    """
    if len(command) > _LONGEST_PLAIN or hides_something(command) or not _META.isdisjoint(command):
        return None
    try:
        words = tuple(shlex.split(command))
    except ValueError:
        return None
    if not words or not words[0] or "=" in words[0] or words[0].startswith("-"):
        return None
    return words


def runs_or_writes(words: tuple[str, ...]) -> bool:
    """True when plain words still make a program run another one or write somewhere."""
    program = words[0].rsplit("/", 1)[-1]
    if "/" in words[0] or program in _RUNNERS or program.startswith(("python", "perl")):
        return True
    if not _EXEC_WORDS.get(program, frozenset()).isdisjoint(words[1:]):
        return True
    options = _EXEC_OPTIONS.get(program, ())
    return any(_is_option(word, option) for word in words[1:] for option in options)


def warnings(command: str) -> tuple[str, ...]:
    """Why a person should look twice at the line, each as the end of a sentence."""
    found = [words for pattern, words in _DANGERS if pattern.search(command)]
    if hides_something(command):
        found.append("holds characters that cannot be seen")
    return tuple(dict.fromkeys(found))


def uses_network(command: str) -> bool:
    """True when the line names a program that talks to the network."""
    return _NETWORK.search(command) is not None


def _is_option(word: str, option: str) -> bool:
    if word == option or word.startswith(option + "="):
        return True
    if option.startswith("--"):
        # Programs take a long option's beginning for the whole.
        name = word.split("=", 1)[0]
        return len(name) > 3 and name.startswith("--") and option.startswith(name)
    if len(option) == 2 and word.startswith("-") and not word.startswith("--"):
        return option[1] in word[1:]
    return False
