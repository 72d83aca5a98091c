"""The layout of a command's help: options under headings, exit codes, examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from mock_server.names import way_out

if TYPE_CHECKING:
    from click.types import OptionHelpExtra

_GENERAL = "Options"
_WIDEST = 30
"""Columns of the widest name next to which `click` writes the text."""


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
