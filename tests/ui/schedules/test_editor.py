"""The editor: what is typed is what is stored, what is wrong is said beside it, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QPlainTextEdit, QSpinBox

from bamboo_desktop.domain.budget import Budget, BudgetAction, Budgets, BudgetScope
from bamboo_desktop.domain.ids import ScheduleId
from bamboo_desktop.domain.schedule import Misfire, Overlap, Policies, QuietHours, WhileWaiting
from bamboo_desktop.domain.schedule_view import ScheduleDraft
from bamboo_desktop.domain.trigger import Cron, Daily, FireWindow, Monthly, Weekday, Weekly
from bamboo_desktop.ui.models.schedule_drafts import draft_of, first_draft
from bamboo_desktop.ui.views.schedules.editor_page import EditorPage
from bamboo_desktop.ui.views.schedules.page import SchedulesPage
from tests.ui.schedules.values import NOW, draft
from tests.ui.window.rig import Rig
from tests.waiting import until


async def editing(rig: Rig, wanted: ScheduleDraft | ScheduleId) -> EditorPage:
    rig.window.show()
    rig.trigger("go.schedules")
    page: SchedulesPage = rig.bench.pages.schedules
    await until(lambda: page.model.is_loaded)
    if isinstance(wanted, ScheduleDraft):
        page._errands.run(page._begun(wanted), name="begin")
    else:
        page.edit(wanted)
    await until(lambda: page.is_editing)
    return page.editor


def boxes(rig: Rig) -> list[QMessageBox]:
    return [box for box in rig.window.findChildren(QMessageBox) if box.isVisible()]


async def pressed(rig: Rig, text: str) -> None:
    (box,) = await until(lambda: boxes(rig))
    next(one for one in box.buttons() if one.text() == text).click()
    await until(lambda: not boxes(rig))


async def test_a_new_schedule_is_stored_as_it_was_typed(rig: Rig) -> None:
    editor = await editing(rig, first_draft())
    editor.form.what._name.setText("Nightly check")
    editor.form.what._prompt.setPlainText("Check it.")
    rule = editor.form.when.rule
    rule._kind.setCurrentIndex(5)
    rule._take_kind(5)
    rule.set_zone("Europe/Berlin")
    rule._fields[5]._text.setText("30 2 * * 1-5")  # type: ignore[attr-defined]
    QTest.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: not rig.bench.pages.schedules.is_editing)
    (made,) = await rig.engine.schedules.listed()
    assert made.name == "Nightly check"
    assert made.trigger == Cron(expression="30 2 * * 1-5")
    assert made.zone == "Europe/Berlin"
    assert made.run_config.prompt == "Check it."


async def test_every_field_shows_and_gives_back_what_a_schedule_holds(rig: Rig) -> None:
    whole = replace(
        draft("Whole"),
        trigger=Weekly(weekdays=frozenset({Weekday.TUE, Weekday.SUN}), at=time(7, 5)),
        zone="Asia/Tokyo",
        window=FireWindow(start_at=NOW, end_at=None),
        policies=Policies(
            misfire=Misfire.EACH,
            max_each=3,
            overlap=Overlap.ALLOW,
            max_parallel=2,
            while_waiting=WhileWaiting.QUEUE_ONE,
            quiet=QuietHours(start=time(22), end=time(6, 30)),
            retries=1,
            pause_after=0,
            daily_cap=7,
        ),
        budgets=Budgets(
            limits=(Budget(scope=BudgetScope.RUN, cost_micros=1_250_000, tokens=9_000),),
            at_limit=BudgetAction.FINISH,
        ),
    )
    made = await rig.engine.schedules.create(whole)
    editor = await editing(rig, made.id)
    form = editor.form
    touched = form.draft(is_enabled=True)
    assert touched == draft_of(made)
    # Also when every block was touched and put back.
    form.when.rule._touch()
    form.when._touch()
    again = form.draft(is_enabled=True)
    assert again is not None
    assert again.trigger == whole.trigger
    assert again.window == whole.window
    assert again.policies == whole.policies
    assert again.budgets == whole.budgets


async def test_a_rule_nobody_touched_is_stored_to_the_second(rig: Rig) -> None:
    odd = Daily(at=time(9, 30, 17))
    made = await rig.engine.schedules.create(draft("Odd", trigger=odd))
    editor = await editing(rig, made.id)
    editor.form.what._name.setText("Still odd")
    editor._save()
    await until(lambda: not rig.bench.pages.schedules.is_editing)
    stored = await rig.engine.schedules.get(made.id)
    assert (stored.name, stored.trigger) == ("Still odd", odd)
    assert stored.plan == made.plan


async def test_what_is_missing_is_said_beside_its_field(rig: Rig) -> None:
    editor = await editing(rig, first_draft())
    editor._save()
    what = editor.form.what
    await until(lambda: bool(what.name_field.wrong))
    assert what.prompt_field.wrong
    assert await rig.engine.schedules.listed() == ()
    assert rig.bench.pages.schedules.is_editing


async def test_a_cron_expression_is_checked_as_it_is_typed(rig: Rig) -> None:
    made = await rig.engine.schedules.create(draft("C", trigger=Cron(expression="0 9 * * *")))
    editor = await editing(rig, made.id)
    await until(lambda: len(editor.preview.fire_texts) == 10)
    field = editor.form.when.rule._fields[5]._text  # type: ignore[attr-defined]
    field.setText("0 9 * * * *")
    await until(lambda: bool(editor.form.when.rule.wrong))
    assert not editor.preview.fire_texts
    field.setText("0 10 * * *")
    await until(lambda: len(editor.preview.fire_texts) == 10)
    assert editor.form.when.rule.wrong == ""
    assert all(text.endswith("10:00") for text in editor.preview.fire_texts)


async def test_a_wrong_day_of_the_month_is_told_in_words(rig: Rig) -> None:
    monthly = Monthly(days=frozenset({1}), at=time(9))
    made = await rig.engine.schedules.create(draft("M", trigger=monthly))
    editor = await editing(rig, made.id)
    days: QLineEdit = editor.form.when.rule._fields[4]._days  # type: ignore[attr-defined]
    for text in ("first", "32", ""):
        days.setText(text)
        assert editor.form.draft(is_enabled=True) is None
        assert "day" in editor.form.when.rule.wrong
    days.setText("15, 31")
    found = editor.form.draft(is_enabled=True)
    assert found is not None
    assert found.trigger == Monthly(days=frozenset({15, 31}), at=time(9))


async def test_a_permission_rule_is_checked_line_by_line(rig: Rig) -> None:
    editor = await editing(rig, draft("Rules"))
    rules: QPlainTextEdit = editor.form.limits._rules
    rules.setPlainText("Bash(git status)\nnonsense(")
    assert editor.form.draft(is_enabled=True) is None
    assert editor.form.limits.rules_field.wrong.startswith("Rule 2")
    rules.setPlainText("Bash(git status)\n\n")
    found = editor.form.draft(is_enabled=True)
    assert found is not None
    assert found.run_config.allow_rules == ("Bash(git status)",)


async def test_a_folder_that_is_not_there_is_said_beside_its_field(rig: Rig) -> None:
    editor = await editing(rig, draft("F"))
    editor.form.what.set_folder("/no/such/folder")
    editor._save()
    await until(lambda: bool(editor.form.what.folder_field.wrong))
    assert await rig.engine.schedules.listed() == ()


async def test_esc_asks_before_something_is_lost(rig: Rig) -> None:
    made = await rig.engine.schedules.create(draft("One"))
    editor = await editing(rig, made.id)
    page = rig.bench.pages.schedules
    editor.form.what._name.setText("Two")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    await pressed(rig, "Keep editing")
    assert page.is_editing
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    await pressed(rig, "Discard changes")
    await until(lambda: not page.is_editing)
    assert (await rig.engine.schedules.get(made.id)).name == "One"


async def test_esc_asks_nothing_when_nothing_was_changed(rig: Rig) -> None:
    made = await rig.engine.schedules.create(draft("One"))
    editor = await editing(rig, made.id)
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    await until(lambda: not rig.bench.pages.schedules.is_editing)
    assert boxes(rig) == []


async def test_a_quit_asks_before_the_editor_loses_something(rig: Rig) -> None:
    made = await rig.engine.schedules.create(draft("One"))
    editor = await editing(rig, made.id)
    editor.form.what._name.setText("Two")
    answers: list[bool] = []

    async def leave() -> None:
        answers.append(await rig.bench.may_leave())

    rig.tasks.spawn(leave(), name="leave")
    await pressed(rig, "Keep editing")
    await until(lambda: bool(answers))
    assert answers == [False]


async def test_a_change_made_meanwhile_is_not_written_over_unasked(rig: Rig) -> None:
    made = await rig.engine.schedules.create(draft("One"))
    editor = await editing(rig, made.id)
    await rig.engine.schedules.edit(
        made.id, replace(draft_of(made), name="Theirs"), expected_revision=made.revision
    )
    editor.form.what._name.setText("Mine")
    editor._save()
    await pressed(rig, "Keep editing")
    assert (await rig.engine.schedules.get(made.id)).name == "Theirs"
    editor._save()
    await pressed(rig, "Save mine")
    await until(lambda: not rig.bench.pages.schedules.is_editing)
    assert (await rig.engine.schedules.get(made.id)).name == "Mine"


async def test_a_test_run_stores_the_schedule_and_queues_one(rig: Rig) -> None:
    editor = await editing(rig, draft("Tested"))
    editor.head.test_wanted.emit()
    await until(lambda: bool(editor.head.test_text))
    (made,) = await rig.engine.schedules.listed()
    history = await rig.engine.occurrences.history(made.id)
    assert len(history) == 1
    assert rig.bench.pages.schedules.is_editing
    assert not editor.has_changes


async def test_the_wheel_scrolls_the_form_and_turns_no_number(rig: Rig) -> None:
    editor = await editing(rig, draft("Wheel"))
    before = editor.form.draft(is_enabled=True)
    editor.form.what.focus_name()
    for spin in editor.form.findChildren(QSpinBox):
        turn = QWheelEvent(
            QPointF(5, 5),
            QPointF(5, 5),
            QPoint(),
            QPoint(0, -240),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(spin, turn)
    assert editor.form.draft(is_enabled=True) == before


async def test_every_field_of_the_editor_can_be_reached_and_has_a_name(rig: Rig) -> None:
    editor = await editing(rig, draft("Names"))
    from bamboo_desktop.ui.tab_order import stops

    found = [stop for stop in stops(editor) if not stop.accessibleName().strip()]
    texts: Callable[[object], str] = lambda one: getattr(one, "text", str)()  # noqa: E731
    assert [one for one in found if not texts(one)] == []
