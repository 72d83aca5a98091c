"""What all commands share: the layout of their help, their output, and how they fail."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from mock_server.model import Verdict
from mock_server.names import way_out

if TYPE_CHECKING:
    from click.types import OptionHelpExtra

_GENERAL = "Options"
_WIDEST = 30
"""Columns of the widest name next to which `click` writes the text."""


COLOURS: dict[Verdict, str] = {
    "applied": "green",
    "recorded": "cyan",
    "ignored": "yellow",
    "rejected": "red",
}


def write_data(text: str) -> None:
    """Print data, such as JSON, on standard output: as UTF-8, whatever the console's encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.buffer.flush()


class Failure(click.ClickException):
    """What ends a command with one line and exit code 2, but is no wrong usage."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the line."""
        click.echo(f"yespo-mock: {self.message}", err=True, file=file)


@contextmanager
def failing() -> Iterator[None]:
    """While open, an error of the emulator ends the command: what was asked for cannot be done."""
    try:
        yield
    except Exception as error:
        # Imported here: what succeeds needs none of them.
        from mock_server.emulator import EmulatorError, StateError
        from mock_server.gateway import AuthorityError, NoProxyError

        if not isinstance(error, EmulatorError | StateError | AuthorityError | NoProxyError):
            raise
        raise Failure(str(error)) from None


@contextmanager
def busy(what: str) -> Iterator[None]:
    """While open, a terminal says on standard error what takes its time, and for how long."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        bar.add_task(what, total=None)
        yield


class _Formatter(click.HelpFormatter):
    """Breaks lines at blanks only: yespo-mock and --allow-changes stay whole."""

    _WHOLE = "\N{NON-BREAKING HYPHEN}"

    def write_text(self, text: str) -> None:
        """Write a paragraph."""
        super().write_text(text.replace("-", self._WHOLE))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = _WIDEST, col_spacing: int = 2
    ) -> None:
        """Write names and what they mean in two columns."""
        told = [(name, text.replace("-", self._WHOLE)) for name, text in rows]
        super().write_dl(told, col_max, col_spacing)

    def getvalue(self) -> str:
        """Give what was written, with the hyphens that it had."""
        return super().getvalue().replace(self._WHOLE, "-")


class _Context(click.Context):
    formatter_class = _Formatter


class Option(click.Option):
    """An option under a heading of its command's help."""

    def __init__(self, *arguments: Any, heading: str = _GENERAL, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.heading = heading

    def get_help_extra(self, ctx: click.Context) -> OptionHelpExtra:
        """The default, and not the range of a number: the error message tells that better."""
        extra = super().get_help_extra(ctx)
        extra.pop("range", None)
        return extra


class _WithExamples(click.Command):
    context_class = _Context

    def __init__(
        self,
        *arguments: Any,
        exit_codes: Mapping[str, str] | None = None,
        examples: Sequence[str] = (),
        **attributes: Any,
    ) -> None:
        super().__init__(*arguments, **attributes)
        self.exit_codes = dict(exit_codes or {})
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the exit codes mean, and the examples, each on its own line."""
        super().format_epilog(ctx, formatter)
        if self.exit_codes:
            with formatter.section("Exit code"):
                formatter.write_dl(list(self.exit_codes.items()))
        if self.examples:
            with formatter.section("Examples"):
                for each in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{each}\n")


class Command(_WithExamples):
    """A command with exit codes and examples, and with its options under their headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options; those of all headings are aligned with each other."""
        by_heading: dict[str, list[tuple[str, str]]] = {_GENERAL: []}
        for each in self.get_params(ctx):
            record = each.get_help_record(ctx) if isinstance(each, click.Option) else None
            if record is not None:
                heading = each.heading if isinstance(each, Option) else _GENERAL
                by_heading.setdefault(heading, []).append(record)
        # A longer name has its own line, and must not make the others end with blanks.
        widths = [len(name) for records in by_heading.values() for name, _ in records]
        width = max(each for each in widths if each <= _WIDEST)
        for heading, records in by_heading.items():
            with formatter.section(heading):
                formatter.write_dl([(f"{name:<{width}}", text) for name, text in records])


class CommandGroup(_WithExamples, click.Group):
    """A group of commands with examples; the commands are listed as they are defined."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; of one that is not there the near one is proposed."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            known = self.list_commands(ctx)
            ctx.fail(f"There is no command {name!r}. {way_out(name, known)}")
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """The names of the commands."""
        return list(self.commands)
