"""The Tab key goes where the eye goes."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from bamboo_desktop.domain.model import ProviderKind
from bamboo_desktop.ui.views.provider_card import ProviderCard
from bamboo_desktop.ui.views.provider_kinds import new_config
from tests.ui.window.rig import Rig
from tests.waiting import until


async def walked(rig: Rig, page: str, *, key: Qt.Key = Qt.Key.Key_Tab) -> list[QWidget]:
    """The controls the Tab key comes to on a page, from the rail on, once round."""
    rig.window.show()
    rig.window.show_page(page)
    rig.window.activateWindow()
    await until(rig.window.isActiveWindow)
    first = rig.window.rail.findChildren(QWidget)[0]
    first.setFocus()
    seen: list[QWidget] = []
    while (focus := QApplication.focusWidget()) is not None and focus not in seen:
        seen.append(focus)
        QTest.keyClick(focus, key)
    assert focus is first, "it does not come round"
    return seen


def names(widgets: list[QWidget]) -> list[str]:
    return [widget.accessibleName() for widget in widgets]


async def test_it_goes_from_the_rail_through_the_page_to_the_foot(rig: Rig) -> None:
    session = await rig.session("One")
    rig.bench.desk.show_session(session.id)
    await rig.shows(session.id)
    seen = await walked(rig, "sessions")
    pane, page = rig.bench.page.pane, rig.bench.page
    wanted = [pane.search, pane.table, page.header.title, page.view.composer.edit]
    places = [seen.index(one) for one in wanted]
    assert places == sorted(places)
    assert names(seen)[-4:] == [
        "State of the engine",
        "Schedules",
        "Running sessions",
        "Questions that wait",
    ]


async def test_backwards_is_the_same_way_back(rig: Rig) -> None:
    forward = await walked(rig, "settings")
    back = await walked(rig, "settings", key=Qt.Key.Key_Backtab)
    assert back == [forward[0], *reversed(forward[1:])]


async def test_a_card_that_came_later_has_its_place_where_it_is_seen(rig: Rig) -> None:
    await rig.engine.models.save_provider(new_config(ProviderKind.ANTHROPIC, []))
    rig.window.show()
    rig.window.show_page("settings")
    cards = rig.bench.pages.settings.findChildren
    await until(lambda: any(card.isVisible() for card in cards(ProviderCard)), what="the card")
    seen = names(await walked(rig, "settings"))
    found = [seen.index(name) for name in ("Edit Anthropic", "Use Anthropic", "Add a provider")]
    assert found == sorted(found)


async def test_the_address_of_a_provider_comes_before_its_key(rig: Rig) -> None:
    key_way = rig.bench.pages.first_run.ways[2]
    kinds = next(one for one in key_way.findChildren(QComboBox) if one.accessibleName())
    kinds.setCurrentIndex(kinds.findData(ProviderKind.OPENAI_COMPATIBLE.value))
    seen = await walked(rig, "first_run")
    stops = [one for one in seen if key_way.isAncestorOf(one)]
    assert stops[0] is kinds
    assert isinstance(stops[1], QLineEdit)
    assert names(stops)[1:3] == ["Address of the provider", "Key, none is stored"]


async def test_no_stop_of_the_settings_lies_above_the_one_before(rig: Rig) -> None:
    page = rig.bench.pages.settings
    seen = [one for one in await walked(rig, "settings") if page.isAncestorOf(one)]
    right = [one for one in seen if one.mapTo(page, one.rect().topLeft()).x() > 220]
    in_one = right[0].parentWidget()
    while in_one is not None and not all(in_one.isAncestorOf(one) for one in right):
        in_one = in_one.parentWidget()
    assert in_one is not None
    tops = [one.mapTo(in_one, one.rect().center()).y() for one in right]
    assert all(before <= after + 8 for before, after in pairwise(tops))
