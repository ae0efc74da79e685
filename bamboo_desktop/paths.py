"""AppPaths: where this program keeps what, decided once at the start."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bamboo_desktop.domain.errors import InvalidInputError, StorageError

APP_NAME = "bamboo-desktop"
DATA_DIR_VARIABLE = "BAMBOO_DATA_DIR"


@dataclass(frozen=True, kw_only=True, slots=True)
class AppPaths:
    """The folders of one installation; none of them is made here.

    A data folder that was chosen holds the logs and the settings too, so that two of them never
    share anything.
    """

    data: Path
    logs: Path
    config: Path

    @classmethod
    def resolve(cls, data_dir: Path | None, environ: Mapping[str, str]) -> AppPaths:
        """Choose the folders: the argument, else `BAMBOO_DATA_DIR`, else the system's usual ones.

        Raises:
            InvalidInputError: the folder that was asked for cannot be a folder's name.
        """
        chosen = str(data_dir) if data_dir is not None else environ.get(DATA_DIR_VARIABLE, "")
        if not chosen:
            import platformdirs  # costs the start more than reading the folder does

            return cls(
                data=platformdirs.user_data_path(APP_NAME, appauthor=False),
                logs=platformdirs.user_log_path(APP_NAME, appauthor=False),
                config=platformdirs.user_config_path(APP_NAME, appauthor=False),
            )
        data = _absolute(chosen)
        return cls(data=data, logs=data / "logs", config=data)

    def make_way(self) -> None:
        """Make the folders above the data folder: a new account has none of the usual ones.

        Raises:
            StorageError: they cannot be made, or a folder that was chosen has none above it.
        """
        above = self.data.parent
        if self.config == self.data:
            if not above.is_dir():
                raise StorageError(
                    f"The data folder {self.data} cannot be used: the folder above it does not "
                    "exist; create that first or choose another one."
                )
            return
        try:
            above.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"The folder {above} cannot be made; choose another data folder with --data-dir.",
                details=str(error),
            ) from error

    @property
    def settings_file(self) -> Path:
        """The small file that is read before the store is open."""
        return self.config / "settings.json"


def _absolute(chosen: str) -> Path:
    try:
        path = Path(chosen).expanduser()
        with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
            path.lstat()  # the system itself refuses some names: a NUL, far too long
        return path.absolute()
    except (ValueError, RuntimeError, OSError) as error:
        raise InvalidInputError(
            "The data folder that was asked for is not a usable path; name another one.",
            details=f"{chosen!r}: {error}",
        ) from error


def resources() -> Path:
    """The program's own data: icons, examples; beside the package when run from the source tree."""
    package = Path(__file__).parent
    packaged = package / "resources"
    return packaged if packaged.is_dir() else package.parent / "resources"
