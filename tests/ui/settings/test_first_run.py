from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.ids import ProviderId, SessionId
from bamboo_desktop.domain.message import ToolOutcome
from bamboo_desktop.domain.model import (
    PLAYBOOK_PROVIDER,
    ModelInfo,
    ModelRef,
    ProviderConfig,
    ProviderKind,
)
from bamboo_desktop.paths import AppPaths
from bamboo_desktop.ui.tour_folder import tour_folder
from bamboo_desktop.ui.views.first_run_page import FirstRunPage
from bamboo_desktop.ui.views.provider_key import KeyField
from tests.ui.questions.test_dialog import unnamed
from tests.ui.settings.conftest import Desk
from tests.ui.settings.test_settings import KEY, all_texts, named, press
from tests.waiting import until

OLLAMA = ProviderConfig(
    id=ProviderId("ollama"),
    kind=ProviderKind.OLLAMA,
    label="Ollama",
    base_url="http://127.0.0.1:11434/v1",
)


def chosen_in(page: FirstRunPage) -> list[SessionId]:
    chosen: list[SessionId] = []
    page.session_chosen.connect(chosen.append)
    return chosen


async def test_the_tour_starts_a_session_with_no_key_and_no_network(desk: Desk) -> None:
    page = await desk.first_run()
    chosen = chosen_in(page)
    press(page, "Start the tour")
    await until(lambda: chosen)
    session = await desk.engine.sessions.get(chosen[0])
    assert session.model is not None
    assert session.model.provider == PLAYBOOK_PROVIDER
    await until(lambda: desk.engine.runs.live(chosen[0]) is None)
    assert await desk.engine.transcripts.length(chosen[0]) > 1


async def test_enter_starts_the_tour_when_its_button_has_the_focus(desk: Desk) -> None:
    page = await desk.first_run()
    made: list[object] = []
    page.session_chosen.connect(made.append)
    start = named(page, QPushButton, "Start the tour")
    QTest.keyClick(start, Qt.Key.Key_Return)
    await until(lambda: made)
    await desk.idle()


async def test_the_tour_works_in_a_folder_of_its_own(desk: Desk) -> None:
    page = await desk.first_run()
    chosen = chosen_in(page)
    folder = desk.engine.data_dir.parent / "Bamboo Desktop"
    assert str(folder) in page.ways[0].accessibleDescription()
    assert not folder.exists()
    press(page, "Start the tour")
    await until(lambda: chosen)
    assert (await desk.engine.sessions.get(chosen[0])).workspace == str(folder.resolve())
    await until(lambda: desk.engine.runs.live(chosen[0]) is None)
    entries = await desk.engine.transcripts.page(chosen[0], first=0, count=50)
    calls = [entry.call for entry in entries if entry.call is not None]
    assert [call.outcome for call in calls if call.tool == "Glob"] == [ToolOutcome.OK]


async def test_a_folder_that_cannot_be_made_is_told(desk: Desk) -> None:
    page = await desk.first_run()
    chosen = chosen_in(page)
    (desk.engine.data_dir.parent / "Bamboo Desktop").write_text("a file")
    press(page, "Start the tour")
    await desk.idle()
    assert "cannot be made" in page.ways[0].said
    assert chosen == []


def test_the_usual_data_folder_has_its_tour_among_the_documents(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    usual = AppPaths.resolve(None, {}).data
    assert tour_folder(usual) == tmp_path / "Documents" / "Bamboo Desktop"
    assert tour_folder(tmp_path / "chosen") == tmp_path / "Bamboo Desktop"


async def test_nothing_found_says_what_to_do(desk: Desk) -> None:
    page = await desk.first_run()
    assert "look again" in page.ways[1].said


async def test_a_local_model_is_offered_and_used(desk: Desk) -> None:
    async def found() -> tuple[ProviderConfig, ...]:
        return (OLLAMA,)

    async def models(provider_id: ProviderId, *, key: str = "") -> tuple[ModelInfo, ...]:
        return (ModelInfo(ref=ModelRef(provider=provider_id, model="qwen"), label="qwen"),)

    desk.engine.models.discover_local = found  # type: ignore[method-assign]
    desk.engine.models.models = models  # type: ignore[method-assign]
    page = await desk.first_run()
    chosen = chosen_in(page)
    press(page, "Use this model")
    await until(lambda: chosen)
    ref = ModelRef(provider=OLLAMA.id, model="qwen")
    assert (await desk.engine.sessions.get(chosen[0])).model == ref
    assert await desk.engine.models.default_model() == ref


async def test_a_wrong_key_is_told_and_is_in_no_widget(desk: Desk) -> None:
    async def refuse(provider_id: ProviderId, *, key: str = "") -> tuple[ModelInfo, ...]:
        raise UserError("The key was refused; paste it again.")

    desk.engine.models.models = refuse  # type: ignore[method-assign]
    page = await desk.first_run()
    QTest.keyClicks(page.findChildren(KeyField)[0].findChildren(QLineEdit)[0], KEY)
    press(page, "Save the key")
    await desk.idle()
    assert page.ways[2].said == "The key was refused; paste it again."
    assert KEY not in all_texts(page)


async def test_a_key_that_works_leads_to_a_session(desk: Desk) -> None:
    async def models(provider_id: ProviderId, *, key: str = "") -> tuple[ModelInfo, ...]:
        return (ModelInfo(ref=ModelRef(provider=provider_id, model="m9"), label="M 9"),)

    desk.engine.models.models = models  # type: ignore[method-assign]
    page = await desk.first_run()
    chosen = chosen_in(page)
    kinds = named(page, QComboBox, "Provider")
    kinds.setCurrentIndex(kinds.findData("google"))
    QTest.keyClicks(page.findChildren(KeyField)[0].findChildren(QLineEdit)[0], KEY)
    press(page, "Save the key")
    await desk.idle()
    press(page, "Begin with this model")
    await until(lambda: chosen)
    assert (await desk.engine.sessions.get(chosen[0])).model == ModelRef(
        provider=ProviderId("google"), model="m9"
    )
    assert await desk.engine.models.has_key(ProviderId("google"))


async def test_the_page_can_be_skipped(desk: Desk) -> None:
    page = await desk.first_run()
    skipped: list[bool] = []
    page.skipped.connect(lambda: skipped.append(True))
    press(page, "Look around first")
    assert skipped == [True]


async def test_every_control_of_the_first_page_has_a_name(desk: Desk) -> None:
    assert unnamed(await desk.first_run()) == []


async def test_a_corrected_address_is_the_one_that_is_tried(desk: Desk) -> None:
    tried: list[str] = []

    async def models(provider_id: ProviderId, *, key: str = "") -> tuple[ModelInfo, ...]:
        found = {one.id: one for one in await desk.engine.models.providers()}
        tried.append(found[provider_id].base_url)
        raise UserError("Nobody answers there.")

    desk.engine.models.models = models  # type: ignore[method-assign]
    page = await desk.first_run()
    kinds = named(page, QComboBox, "Provider")
    kinds.setCurrentIndex(kinds.findData(ProviderKind.OPENAI_COMPATIBLE.value))
    key = page.findChildren(KeyField)[0].findChildren(QLineEdit)[0]
    for address in ("http://127.0.0.1:1/wrong", "http://127.0.0.1:1/v1"):
        named(page, QLineEdit, "Address of the provider").setText(address)
        QTest.keyClicks(key, KEY)
        QTest.keyClick(key, Qt.Key.Key_Return)
        await desk.idle()
    assert tried == ["http://127.0.0.1:1/wrong", "http://127.0.0.1:1/v1"]
    assert len(await desk.engine.models.providers()) == 2  # the playbooks are one


async def test_a_refused_key_leaves_the_caret_where_the_next_one_goes(desk: Desk) -> None:
    async def refuse(provider_id: ProviderId, *, key: str = "") -> tuple[ModelInfo, ...]:
        raise UserError("The key was refused; paste it again.")

    desk.engine.models.models = refuse  # type: ignore[method-assign]
    page = await desk.first_run()
    key = page.findChildren(KeyField)[0].findChildren(QLineEdit)[0]
    key.setFocus()
    QTest.keyClicks(key, KEY)
    QTest.keyClick(key, Qt.Key.Key_Return)
    await desk.idle()
    assert key.hasFocus()
    kinds = named(page, QComboBox, "Provider")
    kinds.setCurrentIndex(kinds.count() - 1)
    assert "refused" not in page.ways[2].said


async def test_what_a_card_says_is_not_below_the_edge_of_a_small_window(desk: Desk) -> None:
    async def refuse(provider_id: ProviderId, *, key: str = "") -> tuple[ModelInfo, ...]:
        raise UserError("The key was refused; paste it again.")

    desk.engine.models.models = refuse  # type: ignore[method-assign]
    desk.window.resize(900, 420)
    page = await desk.first_run()
    key = page.findChildren(KeyField)[0].findChildren(QLineEdit)[0]
    key.setFocus()
    QTest.keyClicks(key, KEY)
    QTest.keyClick(key, Qt.Key.Key_Return)

    def is_seen() -> bool:
        shown = [one for one in page.ways[2].findChildren(QLabel) if "refused" in one.text()]
        return bool(shown) and page.rect().contains(
            shown[0].mapTo(page, shown[0].rect().bottomLeft())
        )

    await until(is_seen, what="the sentence")


async def test_a_key_that_is_tried_stays_with_its_provider(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await desk.first_run()
    gate = asyncio.Event()

    async def slow(_provider: ProviderId) -> tuple[ModelInfo, ...]:
        await gate.wait()
        raise UserError("The key was refused.")

    monkeypatch.setattr(desk.engine.models, "models", slow)
    kinds = named(page, QComboBox, "Provider")
    page.ways[2].findChildren(KeyField)[0].given.emit(KEY)
    assert not kinds.isEnabled()
    gate.set()
    await until(kinds.isEnabled)
    assert "The key was refused." in page.ways[2].said
