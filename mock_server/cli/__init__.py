"""The command line: `yespo-mock`, also `python -m mock_server`, a module for each command."""

import sys

try:
    import importlib
    from io import TextIOWrapper
    from typing import Any

    import click

    from mock_server._version import __version__
    from mock_server.cli.layout import CommandGroup
except KeyboardInterrupt:  # Ctrl-C ends what has not begun without a word
    sys.exit(130)

__all__ = ["main"]

_COMMANDS = tuple(
    (
        "serve exec check explain send tail example schema preview verify contracts state wait "
        "rules gateway init helper completion"
    ).split()
)

# The commands that stand in the module of another one.
_WITH = {"schema": "example", "contracts": "verify"}


class LazyGroup(CommandGroup):
    """Imports the module of a command when it is called for, so that `--help` answers at once."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run it; `*`, `~` and `$X` in arguments stay as they are, on Windows too."""
        for stream in (sys.stdout, sys.stderr):
            # What the console's encoding does not have is replaced; data goes out as UTF-8.
            if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
                stream.reconfigure(errors="replace")
        return super().main(*arguments, **{"windows_expand_args": False, **options})

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """The commands, in the order a newcomer needs them."""
        return list(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  (click's signature)
        cmd_name: str,
    ) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"mock_server.cli.{_WITH.get(cmd_name, cmd_name)}")
        command: click.Command = getattr(module, cmd_name if cmd_name in _WITH else "command")
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; Ctrl-C ends it without a word, also while it is imported."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            sys.exit(130)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    examples=(
        "yespo-mock serve --in-memory --seed shop.json",
        "yespo-mock exec --fail-on ignored,rejected -- npm test",
        "yespo-mock explain order.json",
    ),
)
@click.version_option(__version__, prog_name="yespo-mock")
def main() -> None:
    """A local emulator of the Yespo (eSputnik) Generate event API.

    It answers like the real service, which says 200 even when it drops an order, and also tells
    what happened to each event, and why.

    Every option of a command also reads an environment variable: --port reads YESPO_MOCK_PORT.
    One that is repeatable takes several values, separated by spaces; files as they are in PATH.
    """
