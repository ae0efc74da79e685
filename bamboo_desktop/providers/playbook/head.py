"""Reading the head of a playbook: version, title, description and inputs."""

from __future__ import annotations

from collections.abc import Mapping

from bamboo_desktop.providers.playbook import fields
from bamboo_desktop.providers.playbook.steps import Input
from bamboo_desktop.providers.playbook.syntax import MapNode, Node, ScalarNode

_TOP = ("version", "title", "description", "inputs", "steps")


def read_head(root: Node | None) -> tuple[Mapping[str, Node], str, str]:
    """The entries of a playbook, its title and its description.

    Raises:
        FlawError: it is no playbook, or one of a version this program does not read.
    """
    if root is None:
        root = ScalarNode("", True, 1, 1)  # noqa: FBT003 - a value class
    node = fields.mapping(root, "A playbook")
    for key, value in node.entries:
        if key.text == "version":
            _check_version(value)
    entries = fields.known_fields(node, _TOP, "A playbook")
    if "version" not in entries:
        raise fields.flaw(node, "The version is missing; begin the file with 'version: 1'.")
    for needed in ("title", "steps"):
        if needed not in entries:
            raise fields.flaw(node, f"A playbook needs '{needed}'.")
    title = fields.plain_text(entries["title"], "'title'").strip()
    about = entries.get("description")
    return entries, title, fields.plain_text(about, "'description'").strip() if about else ""


def _check_version(node: Node) -> None:
    if not isinstance(node, ScalarNode) or node.text != "1":
        raise fields.flaw(
            node,
            f"This program reads playbooks of version 1, not {fields.kind_of(node)}; write "
            "'version: 1', or open the file with a newer program.",
        )


def read_inputs(node: Node) -> tuple[Input, ...]:
    """The inputs: `name: default`, or a mapping with default and description."""
    read = []
    for key, value in fields.mapping(node, "'inputs'").entries:
        name = fields.variable_name(key, "The input")
        if not isinstance(value, MapNode):
            read.append(Input(name=name, default=_default(value)))
            continue
        entries = fields.known_fields(value, ("default", "description"), "An input")
        about = entries.get("description")
        read.append(
            Input(
                name=name,
                default=_default(entries["default"]) if "default" in entries else "",
                description=fields.plain_text(about, "'description'") if about else "",
            )
        )
    return tuple(read)


def _default(node: Node) -> str:
    found = fields.template(node, "A default", may_be_empty=True)
    if found.constant is None:
        raise fields.flaw(node, "A default cannot hold variables; write the text out.")
    return found.constant
