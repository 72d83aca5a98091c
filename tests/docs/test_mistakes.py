"""The page of the commonest mistakes is what comes out, and its fixes hold."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from mistakes import MISTAKES, PAGE, bodies, page

from mock_server.cli import main


def test_the_page_is_what_the_rules_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "python tests/docs/mistakes.py > docs/mistakes.md"
    assert len(MISTAKES) == 20


def test_what_explain_fixes_is_applied(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`explain --fix bad.json | yespo-mock explain --contacts known -` is green."""
    monkeypatch.chdir(tmp_path)
    files = []
    for number, body in enumerate(bodies()):
        if body.startswith(b"{"):
            (tmp_path / f"{number:02}.json").write_bytes(body)
            files.append(f"{number:02}.json")
    contacts = tmp_path / "contacts.json"
    contacts.write_text(json.dumps([{"email": "ann@shop.test", "phone": "380501234567"}]))
    for form, about in (("known", ("--contacts", "known")), ("two", ("--contacts", str(contacts)))):
        arguments = ["explain", "--in-memory", *about, "--fix", *files]
        fixed = CliRunner().invoke(main, arguments)
        assert fixed.exit_code == 0, (form, fixed.output)
        assert len(fixed.stdout.splitlines()) == len(files)
    judged = CliRunner().invoke(
        main,
        ["explain", "--in-memory", "--contacts", "known", "--orders", "known", "-"],
        input=fixed.stdout,
    )
    assert judged.exit_code == 0, judged.output
