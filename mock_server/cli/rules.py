"""`yespo-mock rules`: the rule catalogue."""

import click
from click.shell_completion import CompletionItem

from mock_server.cli.layout import Command, Failure, write_data
from mock_server.cli.options import option


def _complete_id(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    from mock_server.emulator import catalogue

    rules = catalogue.RULES.values()
    return [CompletionItem(x.id, help=x.title) for x in rules if x.id.startswith(begun.upper())]


def _print_found(word: str) -> bool:
    """Explain a code, or list the rules in whose text a word stands; whether there was anything."""
    from rich.markup import escape

    from mock_server.cli.show import console, plain_table
    from mock_server.emulator import catalogue
    from mock_server.ledger.codes import CODES

    wanted = word.strip().lower()
    code = CODES.get(wanted)
    if code is not None:
        console().print(f"[bold]{code.code}[/]  ({', '.join(code.kinds)})\n")
        console().print(f"{code.meaning} {code.way_out}\n", markup=False)
    found = [
        each
        for each in catalogue.RULES.values()
        if (each.id in code.rules if code else wanted in f"{each.title} {each.statement}".lower())
    ]
    table = plain_table("id", "rule", "basis")
    for each in found if wanted else ():
        table.add_row(each.id, escape(each.title), each.basis)
    if table.row_count:
        console().print(table)
    return bool(table.row_count or code)


@click.command(
    cls=Command,
    short_help="The rules and where they come from.",
    examples=("yespo-mock rules", "yespo-mock rules ORD-12", "yespo-mock rules items"),
)
@click.argument(
    "rule_id", metavar="[ID | CODE | WORD]", required=False, shell_complete=_complete_id
)
@option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(rule_id: str | None, as_json: bool) -> None:
    """List the rules, or show the one named ID (such as ORD-12) with its source.

    A reason or warning code is explained; any other word lists the rules that speak of it.
    """
    # Imported here, so that --help answers at once.
    from rich.markup import escape

    from mock_server import jsonio
    from mock_server.cli.show import console, plain_table
    from mock_server.emulator import UnknownRuleError, catalogue
    from mock_server.ledger.codes import CODES
    from mock_server.names import near

    if rule_id is None:
        if as_json:
            write_data(jsonio.pretty([each.to_document() for each in catalogue.RULES.values()]))
            return
        table = plain_table("id", "rule", "basis")
        for each in catalogue.RULES.values():
            table.add_row(each.id, each.title, each.basis)
        console().print(table)
        return
    try:
        rule = catalogue.rule(rule_id)
    except UnknownRuleError as error:
        if _print_found(rule_id):
            return
        words = [*CODES, *(each.param for each in catalogue.RULES.values() if each.param)]
        meant = None if error.near else near(rule_id, words)
        told = f"There is nothing about {rule_id!r}. Did you mean {meant}?" if meant else error
        raise Failure(str(told)) from None
    if as_json:
        write_data(jsonio.pretty(rule.to_document()))
        return
    document = rule.to_document()
    console().print(f"[bold]{rule.id}[/]  {rule.title}\n")
    console().print(rule.statement, markup=False)
    details = plain_table("", "")
    details.show_header = False
    for label, name in (
        ("when broken", "whenBroken"),
        ("basis", "basis"),
        ("our decision", "decision"),
        ("sources", "sources"),
        ("reasons", "reasons"),
        ("warnings", "warnings"),
    ):
        value = document[name]
        if value:
            text = value if isinstance(value, str) else "\n".join(map(str, value))
            details.add_row(f"[dim]{label}[/]", text)
    console().print()
    console().print(details)
    if rule.findings:
        said = plain_table("finding", "", "what it says")
        for finding in rule.findings:
            said.add_row(finding.name, finding.result, escape(finding.message))
        console().print()
        console().print(said)
