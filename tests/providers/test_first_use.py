"""Nothing heavy is imported before the first call needs it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import bamboo_desktop

ROOT = Path(__file__).parents[2]
HEAVY = ("pydantic_ai", "pydantic", "openai", "anthropic", "google.genai", "httpx", "httpx2")
LISTED = (*HEAVY, "genai_prices", "keyring")


def test_the_door_to_the_providers_is_light() -> None:
    script = (
        "import sys\n"
        "import bamboo_desktop.providers.registry, bamboo_desktop.providers.keyring_store\n"
        "import bamboo_desktop.providers.prices\n"
        f"print([name for name in {LISTED!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=ROOT,
    )
    assert done.stdout.strip() == "[]"


def test_one_sdk_is_loaded_without_the_others() -> None:
    script = (
        "import asyncio, sys\n"
        "from bamboo_desktop.domain.model import ProviderKind\n"
        "from tests.providers.calling import call, calling, request\n"
        "from tests.providers.servers import ModelServer\n"
        "async def main():\n"
        "    kind = ProviderKind.OLLAMA\n"
        "    async with ModelServer() as server, calling(kind, server) as provider:\n"
        "        assert (await call(provider, request(kind))).text == 'Hello.'\n"
        "asyncio.run(main())\n"
        "print([name for name in ('openai', 'anthropic', 'google.genai') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=ROOT,
    )
    assert done.stdout.strip() == "['openai']", done.stderr
    assert done.stderr == ""


def test_only_the_adapter_names_the_model_library() -> None:
    root = Path(bamboo_desktop.__file__).parent
    inside = root / "providers" / "library"
    naming = [
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if inside not in path.parents
        and re.search(
            r"^\s*(?:from|import) (?:pydantic_ai|openai|anthropic)\b",
            path.read_text(),
            re.MULTILINE,
        )
    ]
    assert naming == []
