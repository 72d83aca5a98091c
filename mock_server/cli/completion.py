"""`yespo-mock completion`: what makes a shell complete commands, options and files."""

import click
from click.shell_completion import get_completion_class

from mock_server.cli.layout import Command

_VARIABLE = "_YESPO_MOCK_COMPLETE"


@click.command(
    cls=Command,
    short_help="Let your shell complete commands and options.",
    examples=(
        'eval "$(yespo-mock completion bash)"    # in ~/.bashrc; bash 4.4 or newer',
        'eval "$(yespo-mock completion zsh)"     # in ~/.zshrc, after compinit',
        "yespo-mock completion fish | source     # in ~/.config/fish/config.fish",
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that makes a shell complete commands, options and files.

    Let the shell read it when it starts, as the examples do; then press Tab.
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101  (click has one for each of the choices)
    click.echo(kind(ctx.find_root().command, {}, "yespo-mock", _VARIABLE).source(), nl=False)
