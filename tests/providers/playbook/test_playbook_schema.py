"""The schema that editors use says the same as the reader."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from bamboo_desktop.providers.playbook.filters import FILTERS
from bamboo_desktop.providers.playbook.flow import OPERATORS
from bamboo_desktop.providers.playbook.loader import read_source
from bamboo_desktop.providers.playbook.reader import StepReader
from bamboo_desktop.providers.playbook.toolcalls import READING, REQUIRED, TOOLS

RESOURCES = Path(__file__).parents[3] / "resources"
SCHEMA: dict[str, Any] = json.loads((RESOURCES / "playbook.schema.json").read_text("utf-8"))
PARTS: dict[str, Any] = SCHEMA["$defs"]
GUIDE = (RESOURCES / "playbooks" / "README.md").read_text("utf-8")


def test_every_reference_leads_somewhere() -> None:
    names = re.findall(r'"\$ref": "#/\$defs/(\w+)"', json.dumps(SCHEMA))
    assert set(names) == set(PARTS)


def test_the_kinds_of_steps_are_the_same() -> None:
    offered = [entry["$ref"].rpartition("/")[2] for entry in PARTS["step"]["oneOf"]]
    assert offered == list(StepReader()._kinds)
    for kind in offered:
        assert kind in PARTS[kind]["properties"]
        assert f"`{kind}: " in GUIDE


def test_the_tools_and_their_arguments_are_the_same() -> None:
    assert PARTS["tool"]["properties"]["tool"]["enum"] == list(TOOLS)
    assert PARTS["reading"]["properties"]["tool"]["enum"] == list(READING)
    for rule in PARTS["tool"]["allOf"]:
        name = rule["if"]["properties"]["tool"]["const"]
        arguments = rule["then"]["properties"]["args"]
        assert list(arguments["properties"]) == list(TOOLS[name])
        assert arguments["required"] == list(REQUIRED[name])


def test_the_tests_of_conditions_are_the_same() -> None:
    for part, others in {"case": {"then"}, "when": {"then", "else"}, "until": set()}.items():
        assert set(PARTS[part]["properties"]) == {"when", *OPERATORS, *others}


def test_the_guide_names_every_filter_and_every_test() -> None:
    for word in (*FILTERS, *OPERATORS):
        assert re.search(rf"`{word}[`:(]", GUIDE), word


def test_the_example_of_the_guide_is_a_playbook() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    assert read_source(blocks[0], Path("guide.yaml")).title == "Count files"
