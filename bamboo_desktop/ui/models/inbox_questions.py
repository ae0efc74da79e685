"""The open questions of all sessions, as a list for the inbox and a number for its badge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from bamboo_desktop.domain.events import (
    Envelope,
    NeedClarification,
    QuestionAnswered,
    QuestionWithdrawn,
    SessionDeleted,
    SessionRestored,
    SessionTitleUpdated,
)
from bamboo_desktop.domain.ids import QuestionId
from bamboo_desktop.domain.question import QuestionRecord
from bamboo_desktop.tasks import TaskSet
from bamboo_desktop.ui.bare_words import bare_words
from bamboo_desktop.ui.formats import one_line
from bamboo_desktop.ui.relay import EventRelay

if TYPE_CHECKING:
    from bamboo_desktop.engine import Engine

_Index = QModelIndex | QPersistentModelIndex
_CHANGES = (
    NeedClarification,
    QuestionAnswered,
    QuestionWithdrawn,
    SessionDeleted,
    SessionRestored,
    SessionTitleUpdated,
)

RECORD_ROLE = int(Qt.ItemDataRole.UserRole) + 1


class InboxQuestions(QAbstractListModel):
    """Rows are `QuestionRecord`s; a question keeps its row while others come and go."""

    count_changed = Signal(int)
    loaded = Signal()
    """The rows are those of the store now."""

    def __init__(
        self, engine: Engine, tasks: TaskSet, relay: EventRelay, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._tasks = tasks
        self._records: list[QuestionRecord] = []
        self._newest_first = False
        self._is_loading = False
        self._is_stale = False
        relay.batch.connect(self._heard)

    @property
    def records(self) -> tuple[QuestionRecord, ...]:
        """The open questions in the order they are shown."""
        return tuple(self._records)

    @property
    def is_newest_first(self) -> bool:
        """The order in force."""
        return self._newest_first

    def set_newest_first(self, *, newest_first: bool) -> None:
        """Show the newest question first, or the one that has waited longest."""
        if newest_first == self._newest_first:
            return
        self._newest_first = newest_first
        self.layoutAboutToBeChanged.emit()
        before = {record.question.id: row for row, record in enumerate(self._records)}
        self._records = self._ordered(self._records)
        after = {before[record.question.id]: row for row, record in enumerate(self._records)}
        for old in self.persistentIndexList():
            self.changePersistentIndex(old, self.index(after[old.row()]))
        self.layoutChanged.emit()

    def load(self) -> None:
        """Ask the engine; what was asked for meanwhile is asked for once more."""
        if self._is_loading:
            self._is_stale = True
            return
        self._is_loading = True
        self._tasks.spawn(self._load(), name="load the inbox")

    def row_of(self, question_id: QuestionId) -> int | None:
        """Where a question is, or None."""
        rows = (
            row for row, record in enumerate(self._records) if record.question.id == question_id
        )
        return next(rows, None)

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._records)

    @override
    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid() or not 0 <= index.row() < len(self._records):
            return None
        record = self._records[index.row()]
        if role == RECORD_ROLE:
            return record
        first = first_line(record)
        if role == Qt.ItemDataRole.DisplayRole:
            return first
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{one_line(record.session_title)}: {first}"
        return None

    async def _load(self) -> None:
        try:
            while True:
                self._is_stale = False
                self._take(await self._engine.questions.open())
                if not self._is_stale:
                    break
        finally:
            self._is_loading = False
        self.loaded.emit()

    def _heard(self, batch: tuple[Envelope, ...]) -> None:
        if any(isinstance(envelope.event, _CHANGES) for envelope in batch):
            self.load()

    def _take(self, records: tuple[QuestionRecord, ...]) -> None:
        count = len(self._records)
        wanted = self._ordered(records)
        ids = {record.question.id for record in wanted}
        for row in reversed(range(len(self._records))):
            if self._records[row].question.id not in ids:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._records[row]
                self.endRemoveRows()
        for row, record in enumerate(wanted):
            self._place(row, record)
        if len(self._records) != count:
            self.count_changed.emit(len(self._records))

    def _place(self, row: int, record: QuestionRecord) -> None:
        is_there = row < len(self._records)
        if is_there and self._records[row].question.id == record.question.id:
            if self._records[row] != record:
                self._records[row] = record
                self.dataChanged.emit(self.index(row), self.index(row))
            return
        self.beginInsertRows(QModelIndex(), row, row)
        self._records.insert(row, record)
        self.endInsertRows()

    def _ordered(
        self, records: tuple[QuestionRecord, ...] | list[QuestionRecord]
    ) -> list[QuestionRecord]:
        return sorted(
            records,
            key=lambda record: (record.question.asked_at, record.question.id),
            reverse=self._newest_first,
        )


def first_line(record: QuestionRecord) -> str:
    """The question in one line."""
    question = record.question
    text = question.title
    if not text and question.items:
        text = question.items[0].prompt
    text = bare_words(text) if question.consent is None else question.consent.sentence
    lines = (one_line(line) for line in text.splitlines())
    return next((line for line in lines if line), "")
