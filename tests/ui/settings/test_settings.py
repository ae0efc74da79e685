from __future__ import annotations

import asyncio
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QSpinBox, QWidget

from bamboo_desktop.domain.errors import UserError
from bamboo_desktop.domain.grant import Grant, GrantScope
from bamboo_desktop.domain.ids import GrantId, ProviderId
from bamboo_desktop.domain.model import ModelInfo, ModelRef, ProviderConfig, ProviderKind
from bamboo_desktop.store import grants
from bamboo_desktop.ui.theme_tokens import ThemeMode
from bamboo_desktop.ui.views.provider_card import ProviderCard
from bamboo_desktop.ui.views.provider_key import MASK, KeyField
from bamboo_desktop.ui.views.settings_deadline import DeadlineControl
from bamboo_desktop.ui.views.settings_page import SettingsPage
from bamboo_desktop.ui.views.settings_switch import Switch
from tests.ui.questions.test_dialog import unnamed, visible_words
from tests.ui.settings.conftest import NOTICE, Desk
from tests.waiting import until

T = TypeVar("T", bound=QWidget)
KEY = "sk-live-0123456789abcdef0123456789"
ANTHROPIC = ProviderConfig(
    id=ProviderId("anthropic"), kind=ProviderKind.ANTHROPIC, label="Anthropic", default_model="m1"
)


def named(root: QWidget, kind: type[T], name: str) -> T:
    return next(made for made in root.findChildren(kind) if made.accessibleName() == name)


def press(root: QWidget, name: str) -> None:
    named(root, QPushButton, name).click()


def all_texts(root: QWidget) -> str:
    fields = [made.text() for made in root.findChildren(QLineEdit)]
    fields += [made.placeholderText() for made in root.findChildren(QLineEdit)]
    fields += [made.text() for made in root.findChildren(QLabel)]
    return "\n".join(fields)


async def open_card(desk: Desk) -> tuple[SettingsPage, ProviderCard]:
    await desk.engine.models.save_provider(ANTHROPIC)
    page = await desk.settings()
    (card,) = page.providers.cards
    card.open()
    return page, card


async def test_a_key_is_in_no_widget_once_it_is_saved(desk: Desk) -> None:
    page, card = await open_card(desk)
    line = card.findChildren(KeyField)[0].findChildren(QLineEdit)[0]
    assert line.echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClicks(line, KEY)
    press(card, "Save the key")
    await desk.idle()
    assert await desk.engine.models.has_key(ANTHROPIC.id)
    assert KEY not in all_texts(page)
    assert line.text() == ""
    line.undo()
    assert line.text() == ""


async def test_a_stored_key_is_shown_as_the_same_mask_for_every_key(desk: Desk) -> None:
    await desk.engine.models.set_key(ANTHROPIC.id, KEY)
    page, card = await open_card(desk)
    await desk.idle()
    line = card.findChildren(KeyField)[0].findChildren(QLineEdit)[0]
    assert line.text() == ""
    assert line.placeholderText().startswith(MASK)
    assert KEY not in all_texts(page)


async def test_the_time_limit_of_questions_is_chosen_and_shown_again(desk: Desk) -> None:
    page = await desk.settings()
    limit = page.findChildren(DeadlineControl)[0]
    assert limit.minutes == 0
    box = named(limit, QComboBox, "Time limit of questions")
    own = named(limit, QSpinBox, "Minutes a question waits")
    assert own.isHidden()
    for row, stored in enumerate(("0", "15", "60", "480", "1440")):
        box.setCurrentIndex(row)
        box.activated.emit(row)
        await desk.idle()
        assert await desk.engine.preferences.get("question_deadline_minutes") == stored
    box.setCurrentIndex(5)
    box.activated.emit(5)
    own.setValue(7)
    await desk.idle()
    assert await desk.engine.preferences.get("question_deadline_minutes") == "7"
    again = (await desk.settings()).findChildren(DeadlineControl)[0]
    assert again.minutes == 7
    assert not named(again, QSpinBox, "Minutes a question waits").isHidden()


async def test_a_wrong_rule_is_told_while_it_is_typed(desk: Desk) -> None:
    page = await desk.settings()
    field = named(page, QLineEdit, "A rule to add")
    QTest.keyClicks(field, "Bosh(ls)")
    await until(lambda: "There is no rule for 'Bosh'" in all_texts(page))
    field.setText("Bash(ls)")
    assert field.text() == "Bash(ls)"
    shown = [made for made in page.permissions.findChildren(QLabel) if "Bosh" in made.text()]
    assert all(made.isHidden() for made in shown)


async def test_what_was_allowed_for_any_session_is_listed(desk: Desk) -> None:
    oldest = await desk.engine.sessions.create(title="number 0")
    for place in range(1, 60):
        await desk.engine.sessions.create(title=f"number {place}")
    await desk.engine.sessions.set_archived(oldest.id, archived=True)
    grant = Grant(
        id=GrantId("g1"),
        scope=GrantScope.SESSION,
        rule="Bash(git status)",
        created_at=oldest.created_at,
        session_id=oldest.id,
    )
    database = desk.engine.grants._services.database
    await database.write(lambda tx: grants.add(tx, grant))
    page = await desk.settings()
    assert "Session: number 0" in all_texts(page)


async def test_a_key_can_be_forgotten(desk: Desk) -> None:
    await desk.engine.models.set_key(ANTHROPIC.id, KEY)
    _, card = await open_card(desk)
    await desk.idle()
    press(card, "Forget the stored key")
    await desk.idle()
    assert not await desk.engine.models.has_key(ANTHROPIC.id)


async def test_a_mask_pasted_as_a_key_is_refused(desk: Desk) -> None:
    _, card = await open_card(desk)
    card.findChildren(KeyField)[0].findChildren(QLineEdit)[0].setText(MASK)
    press(card, "Save the key")
    await desk.idle()
    assert not await desk.engine.models.has_key(ANTHROPIC.id)
    assert any("mask" in words for words in visible_words(card))


async def test_a_wrong_address_is_told_and_nothing_is_stored(desk: Desk) -> None:
    _, card = await open_card(desk)
    address = named(card, QLineEdit, "Address")
    address.setText("ftp://x")
    address.editingFinished.emit()
    await desk.idle()
    assert any("http://" in words for words in visible_words(card))
    assert (await desk.engine.models.providers())[1].base_url == ""


async def test_a_change_is_in_force_at_once(desk: Desk) -> None:
    _, card = await open_card(desk)
    named(card, Switch, "Use Anthropic").click()
    name = named(card, QLineEdit, "Name")
    await desk.idle()
    name.setText("Work account")
    name.editingFinished.emit()
    await desk.idle()
    stored = (await desk.engine.models.providers())[1]
    assert (stored.label, stored.is_enabled) == ("Work account", False)


async def test_a_removed_provider_can_be_brought_back_with_its_key(desk: Desk) -> None:
    await desk.engine.models.set_key(ANTHROPIC.id, KEY)
    page, card = await open_card(desk)
    press(card, "Remove this provider")
    assert card.isHidden()
    press(page, "Undo")
    await desk.idle()
    assert not card.isHidden()
    assert await desk.engine.models.has_key(ANTHROPIC.id)


async def test_a_removed_provider_is_gone_when_the_page_is_left(desk: Desk) -> None:
    page, card = await open_card(desk)
    press(card, "Remove this provider")
    page.hide()
    await desk.idle()
    kinds = [config.kind for config in await desk.engine.models.providers()]
    assert kinds == [ProviderKind.PLAYBOOK]


async def test_a_second_provider_of_a_kind_gets_an_id_of_its_own(desk: Desk) -> None:
    page, _ = await open_card(desk)
    page.providers._add(ProviderKind.ANTHROPIC)
    await desk.idle()
    ids = [config.id for config in await desk.engine.models.providers()]
    assert ids == ["playbook", "anthropic", "anthropic-2"]
    assert "Needs a key" in visible_words(page)


async def test_test_says_what_the_provider_said(desk: Desk) -> None:
    _, card = await open_card(desk)
    asked: list[ProviderId] = []

    async def refuse(provider_id: ProviderId, *, key: str = "") -> tuple[ModelInfo, ...]:
        asked.append(provider_id)
        raise UserError("The key was refused; paste it again.")

    desk.engine.models.models = refuse  # type: ignore[method-assign]
    press(card, "Test this provider")
    await desk.idle()
    assert asked == [ANTHROPIC.id]
    assert "The key was refused; paste it again." in visible_words(card)


async def test_what_a_test_said_stays_when_its_first_model_is_taken(desk: Desk) -> None:
    _, card = await open_card(desk)

    async def models(provider_id: ProviderId, *, key: str = "") -> tuple[ModelInfo, ...]:
        return (ModelInfo(ref=ModelRef(provider=provider_id, model="first"), label="first"),)

    named(card, QComboBox, "Model").setCurrentText("")
    desk.engine.models.models = models  # type: ignore[method-assign]
    press(card, "Test this provider")
    await desk.idle()
    assert (await desk.engine.models.providers())[1].default_model == "first"
    assert any("It works" in words for words in visible_words(card))


async def test_fetched_models_can_be_chosen(desk: Desk) -> None:
    _, card = await open_card(desk)
    found = tuple(
        ModelInfo(ref=ModelRef(provider=ANTHROPIC.id, model=name), label=name)
        for name in ("m1", "m2")
    )

    async def models(provider_id: ProviderId, *, key: str = "") -> tuple[ModelInfo, ...]:
        return found

    desk.engine.models.models = models  # type: ignore[method-assign]
    press(card, "Fetch the models of this provider")
    await desk.idle()
    box = named(card, QComboBox, "Model")
    box.setCurrentIndex(1)
    box.activated.emit(1)
    await desk.idle()
    assert (await desk.engine.models.providers())[1].default_model == "m2"


async def test_a_server_on_this_machine_is_set_up_when_it_is_found(desk: Desk) -> None:
    ollama = ProviderConfig(
        id=ProviderId("ollama"),
        kind=ProviderKind.OLLAMA,
        label="Ollama",
        base_url="http://127.0.0.1:11434/v1",
    )

    async def found() -> tuple[ProviderConfig, ...]:
        return (ollama,)

    desk.engine.models.discover_local = found  # type: ignore[method-assign]
    page = await desk.settings()
    press(page, "Look for model servers on this machine")
    await desk.idle()
    assert [card.config.id for card in page.providers.cards] == ["ollama"]
    assert ollama in await desk.engine.models.providers()


async def test_a_missing_keyring_is_told(desk: Desk) -> None:
    page = await desk.settings()
    assert NOTICE in visible_words(page)


async def test_a_search_leaves_only_what_has_the_words(desk: Desk) -> None:
    page = await desk.settings()
    field = named(page, QLineEdit, "Find a setting")
    field.setText("rounds")
    assert "Rounds a run may take" in visible_words(page)
    assert "Appearance" not in visible_words(page)
    field.setText("no such words")
    assert "No setting has these words." in visible_words(page)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert "Appearance" in visible_words(page)


async def test_general_settings_are_stored_as_they_change(desk: Desk) -> None:
    page = await desk.settings()
    named(page, QSpinBox, "Rounds a run may take").setValue(17)
    named(page, Switch, "Enter sends a message").click()
    look = named(page, QComboBox, "Appearance")
    look.setCurrentIndex(look.findData("dark"))
    await desk.idle()
    wanted = desk.engine.preferences.get
    assert await wanted("max_rounds") == "17"
    assert await wanted("enter_sends") == "false"
    assert await wanted("theme") == "dark"
    assert desk.theme.mode is ThemeMode.DARK


async def test_a_run_that_was_cut_off_goes_on_by_itself_once_that_is_wanted(desk: Desk) -> None:
    page = await desk.settings()
    named(page, Switch, "Continue interrupted runs").click()
    await desk.idle()
    assert await desk.engine.preferences.get("auto_continue") == "true"
    again = named(await desk.settings(), Switch, "Continue interrupted runs")
    assert again.isChecked()


async def test_what_happens_to_a_long_conversation_is_chosen_and_shown_again(desk: Desk) -> None:
    name = "When a conversation is too long for the model"
    full = named(await desk.settings(), QComboBox, name)
    full.setCurrentIndex(full.findData("ask"))
    await desk.idle()
    assert await desk.engine.preferences.get("context_full") == "ask"
    assert named(await desk.settings(), QComboBox, name).currentData() == "ask"


@pytest.mark.parametrize("name", ["Rounds a run may take", "Minutes a question waits"])
async def test_a_number_keeps_off_the_border_of_its_field(desk: Desk, name: str) -> None:
    field = named(await desk.settings(), QSpinBox, name)
    field.setValue(1)
    field.show()
    line = field.lineEdit()
    assert line.x() + line.textMargins().left() >= 6


async def test_what_was_not_read_yet_is_shown_at_its_usual_value(desk: Desk) -> None:
    page = SettingsPage(desk.engine, desk.tasks, desk.theme, desk.relay, desk.window)
    assert named(page, QSpinBox, "Rounds a run may take").value() == 200
    assert named(page, Switch, "Enter sends a message").isChecked()
    await desk.idle()


async def test_opening_the_settings_changes_none(desk: Desk) -> None:
    before = dict(await desk.engine.preferences.all())
    page = await desk.settings()
    page.hide()
    await desk.idle()
    assert dict(await desk.engine.preferences.all()) == before


async def test_a_rule_is_added_revoked_and_brought_back(desk: Desk) -> None:
    page = await desk.settings()
    field = named(page, QLineEdit, "A rule to add")
    field.setText("Bash(git status)")
    press(page, "Add the rule")
    await desk.idle()
    assert [grant.rule for grant in await desk.engine.grants.active()] == ["Bash(git status)"]
    press(page, "Revoke Bash(git status)")
    await desk.idle()
    assert await desk.engine.grants.active() == ()
    press(page.permissions, "Undo")
    await desk.idle()
    assert [grant.rule for grant in await desk.engine.grants.active()] == ["Bash(git status)"]


async def test_a_rule_that_cannot_be_read_is_told_and_kept_in_its_field(desk: Desk) -> None:
    page = await desk.settings()
    field = named(page, QLineEdit, "A rule to add")
    field.setText("Bash((")
    press(page, "Add the rule")
    await until(lambda: len(desk.tasks) == 0)
    assert field.text() == "Bash(("
    assert await desk.engine.grants.active() == ()


async def test_a_backup_is_made_and_named(desk: Desk) -> None:
    page = await desk.settings()
    press(page, "Back up now")
    await desk.idle()
    assert any(words.startswith("Copied and checked:") for words in visible_words(page))


async def test_every_control_of_the_settings_has_a_name(desk: Desk) -> None:
    page, _ = await open_card(desk)
    await desk.idle()
    assert unnamed(page) == []


async def test_a_look_that_was_chosen_from_the_menu_is_shown_here_too(desk: Desk) -> None:
    page = await desk.settings()
    look = named(page, QComboBox, "Appearance")
    desk.theme.set_mode(ThemeMode.DARK)
    assert look.currentData() == ThemeMode.DARK
    look.setCurrentIndex(look.findData(ThemeMode.LIGHT))
    assert desk.theme.mode is ThemeMode.LIGHT
    await desk.idle()
    assert await desk.engine.preferences.get("theme") == ThemeMode.LIGHT


async def test_motion_is_reduced_here_as_from_the_menu(desk: Desk) -> None:
    page = await desk.settings()
    calm = named(page, Switch, "Reduce motion")
    calm.setChecked(True)
    assert not desk.theme.moves
    await desk.idle()
    assert await desk.engine.preferences.get("reduced_motion") == "true"
    desk.theme.set_moves(moves=True)
    assert not calm.isChecked()


async def test_two_changes_of_a_provider_at_once_are_both_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, card = await open_card(desk)
    store, gate = desk.engine.models.save_provider, asyncio.Event()

    async def slow(config: ProviderConfig) -> None:
        await gate.wait()
        await store(config)

    monkeypatch.setattr(desk.engine.models, "save_provider", slow)
    name = named(card, QLineEdit, "Name")
    name.setText("Work")
    name.editingFinished.emit()
    card.findChildren(Switch)[0].setChecked(False)
    gate.set()
    await desk.idle()
    (stored,) = [one for one in await desk.engine.models.providers() if one.id == ANTHROPIC.id]
    assert (stored.label, stored.is_enabled) == ("Work", False)


async def test_what_was_set_up_elsewhere_is_there_when_one_comes_back(desk: Desk) -> None:
    page = await desk.settings()
    page.hide()
    await desk.engine.models.save_provider(ANTHROPIC)
    ref = ModelRef(provider=ANTHROPIC.id, model="m1")
    await desk.engine.models.set_default_model(ref)
    page.show()
    await desk.idle()
    assert [card.config.id for card in page.providers.cards] == [ANTHROPIC.id]
    assert named(page, QComboBox, "Model of new sessions").currentData() == ref


async def refused(*_: object) -> None:
    raise UserError("The disk is full; make some room.")


async def test_a_default_model_that_cannot_be_stored_is_not_shown_as_chosen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _ = await open_card(desk)
    monkeypatch.setattr(desk.engine.models, "set_default_model", refused)
    box = named(page, QComboBox, "Model of new sessions")
    box.setCurrentIndex(1)
    box.activated.emit(1)
    await desk.idle()
    assert box.currentIndex() == 0
    assert "The disk is full" in all_texts(page)


async def test_a_search_for_local_servers_that_fails_says_why(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await desk.settings()
    monkeypatch.setattr(desk.engine.models, "discover_local", refused)
    press(page, "Look for model servers on this machine")
    await desk.idle()
    assert "The disk is full" in all_texts(page)
    assert named(page, QPushButton, "Look for model servers on this machine").isEnabled()


async def test_a_provider_that_cannot_be_removed_comes_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, card = await open_card(desk)
    monkeypatch.setattr(desk.engine.models, "delete_provider", refused)
    press(card, "Remove this provider")
    page.providers.finish()
    await desk.idle()
    assert [card.config.id for card in page.providers.cards] == [ANTHROPIC.id]
    assert "The disk is full" in all_texts(page)


async def test_a_rule_that_cannot_be_revoked_says_why(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.engine.grants.add_rule("Bash(git status)")
    page = await desk.settings()
    monkeypatch.setattr(desk.engine.grants, "revoke", refused)
    press(page, "Revoke Bash(git status)")
    await desk.idle()
    assert "The disk is full" in all_texts(page)


async def test_settings_that_could_not_be_read_once_can_still_be_changed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(desk.engine.preferences, "get", refused)
        page = await desk.settings()
        assert "The disk is full" in all_texts(page)
    rounds = page.findChildren(QSpinBox)[0]
    rounds.setValue(7)
    await desk.idle()
    assert await desk.engine.preferences.get("max_rounds") == "7"
