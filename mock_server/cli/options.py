"""Options that several commands share; each also reads `YESPO_MOCK_<OPTION>`."""

import codecs
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from mock_server.cli.layout import Option
from mock_server.model import WIRE_VERSIONS
from mock_server.settings import DEFAULT_URL, ENVIRONMENT_PREFIX

_Function = TypeVar("_Function", bound=Callable[..., Any])


def option(name: str, *names: str, **attributes: Any) -> Callable[[_Function], _Function]:
    """A click option with its environment variable; one of a FILE completes to files."""
    variable = ENVIRONMENT_PREFIX + name.lstrip("-").replace("-", "_").upper()
    if attributes.get("metavar") == "FILE":
        attributes.setdefault("shell_complete", complete_files)
    return click.option(name, *names, cls=Option, envvar=variable, **attributes)


def url_option(about: str = "The server.") -> Callable[[_Function], _Function]:
    """The option for the server that a command is about."""
    return option("--url", metavar="URL", default=DEFAULT_URL, show_default=True, help=about)


def api_version_option(command: _Function) -> _Function:
    """Add the option for the version of Generate event that an event is for."""
    return option(
        "--api-version",
        type=click.Choice(WIRE_VERSIONS),
        default=WIRE_VERSIONS[0],
        show_default=True,
        help="The version of Generate event.",
    )(command)


def verbose_option(command: _Function) -> _Function:
    """Add the option that shows the rules that passed too."""
    return option("--verbose", "-v", is_flag=True, help="Show the rules that passed too.")(command)


def complete_files(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Let the shell complete the name of a file."""
    return [CompletionItem(begun, type="file")]


class FileNames(click.ParamType[str]):
    """Names of files; an environment variable holds several as PATH does."""

    name = "file"
    envvar_list_splitter = os.pathsep

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ARG002  (click's signature)
        """The name as it is."""
        return value


def from_line(name: str) -> bool:
    """Return whether an option of the current command was given on the command line."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def existing_file(value: str) -> Path:
    """The path of a file that must be there; raises a usage error."""
    path = Path(value)
    if not path.is_file():
        raise click.UsageError(f"There is no file {path}.")
    return path


def read_json(path: Path) -> Any:
    """A JSON file's content; raises a usage error that names the file, the line and the column."""
    try:
        return json.loads(decoded(path.read_bytes(), str(path)))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise click.UsageError(f"{path} is not JSON: {error.msg} at {where}.") from None
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path} is not UTF-8: byte {error.start} is invalid.") from None
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{path} cannot be read as JSON: {error}.") from None


def decoded(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, with or without a byte order mark; raises a usage error."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise click.UsageError(
            f"{name} is UTF-16, as older PowerShells write it. Save it as UTF-8:"
            " Out-File -Encoding utf8."
        )
    return data.decode("utf-8-sig")
