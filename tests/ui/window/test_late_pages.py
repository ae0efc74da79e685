"""Pages nobody has visited take no memory; those that were visited stay as they were left."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from bamboo_desktop.ui.views.first_run_page import FirstRunPage
from bamboo_desktop.ui.views.inbox_page import InboxPage
from bamboo_desktop.ui.views.search_page import SearchPage
from bamboo_desktop.ui.views.settings_page import SettingsPage
from tests.ui.window.rig import Rig

PAGES = {
    "inbox": InboxPage,
    "search": SearchPage,
    "settings": SettingsPage,
    "first_run": FirstRunPage,
}


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_is_made_when_it_is_first_shown_and_only_once(rig: Rig, name: str) -> None:
    def made() -> list[QWidget]:
        return rig.window.findChildren(PAGES[name])

    before = made()
    assert name == "first_run" or before == []
    rig.window.show_page(name)
    (page,) = made()
    assert rig.window.page == name
    assert page.isVisibleTo(rig.window)
    rig.window.show_page("sessions")
    assert not page.isVisibleTo(rig.window)
    rig.window.show_page(name)
    assert made() == [page]


async def test_what_was_typed_into_a_page_is_found_again(rig: Rig) -> None:
    rig.trigger("go.search")
    rig.bench.pages.search.field.setText("wombats")
    rig.trigger("go.settings")
    rig.trigger("go.search")
    assert rig.bench.pages.search.field.text() == "wombats"


async def test_a_window_nobody_leaves_anything_in_closes_without_the_inbox(rig: Rig) -> None:
    await rig.bench.flush()
    assert rig.window.findChildren(InboxPage) == []
