"""Our own small set of SVG icons, recoloured from the look in force."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from bamboo_desktop.paths import resources

_SIZES = (16, 20, 24, 32, 40, 48)
_NOTHING = QColor(0, 0, 0, 0)


class IconSet:
    """Reads `<name>.svg`, replaces `currentColor`, and keeps what it drew.

    Args:
        folder: where the files are; the program's resources by default.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or resources() / "icons"
        self._sources: dict[str, str] = {}
        self._icons: dict[tuple[str, str, str, tuple[int, ...]], QIcon] = {}

    def icon(self, name: str, color: str, disabled_color: str, *, only: float = 0) -> QIcon:
        """The icon in a colour; a missing file is a fault of ours and raises.

        Args:
            name: of the file.
            color: as `#RRGGBB`.
            disabled_color: the same, for what cannot be pressed.
            only: pixels; where it is shown in this size alone, and drawn in no other.

        Raises:
            FileNotFoundError: there is no such icon.
        """
        enough = tuple(size for size in _SIZES if size >= only)[:1] if only else ()
        sizes = enough or _SIZES
        key = (name, color, disabled_color, sizes)
        if key not in self._icons:
            icon = QIcon()
            for mode, look in ((QIcon.Mode.Normal, color), (QIcon.Mode.Disabled, disabled_color)):
                renderer = self._renderer(name, look)
                for size in sizes:
                    icon.addPixmap(_drawn(renderer, size), mode)
            self._icons[key] = icon
        return self._icons[key]

    def names(self) -> tuple[str, ...]:
        """Every icon there is."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.svg")))

    def _renderer(self, name: str, color: str) -> QSvgRenderer:
        source = self._source(name).replace("currentColor", color)
        return QSvgRenderer(QByteArray(source.encode()))

    def _source(self, name: str) -> str:
        if name not in self._sources:
            self._sources[name] = (self._folder / f"{name}.svg").read_text(encoding="utf-8")
        return self._sources[name]


def _drawn(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(_NOTHING)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    return pixmap
