"""Every code block of the documents is executed or compared somewhere, or says why it is not."""

from __future__ import annotations

from documents import (
    APPLY,
    CHANGES_THE_PROJECT,
    FAILURE,
    NODE_COMMAND,
    NODE_PROGRAM,
    PROGRAMS,
    TERMINAL,
    Block,
    all_blocks,
)

from tests.conftest import every

# Blocks that nothing executes, by page and first line, and why.
NOT_RUN = {
    ("recipes.md", "pytest"): "requirements; the recipe below them runs with both installed",
    ("recipes.md", "// tests/OrdersTest.php"): "PHP is not part of the test environment",
    (
        "recipes.md",
        "yespo-mock exec --fail-on ignored,rejected,refused,nothing -- vendor/bin/phpunit tests",
    ): ("PHPUnit is not part of the test environment; the same command runs Node's tests"),
    ("recipes.md", "name: tests"): "GitHub Actions runs it",
    (
        "gateway.md",
        "yespo-mock exec --gateway -- vendor/bin/phpunit",
    ): "tests/gateway runs PHPUnit so",
    ("gateway.md", 'eval "$(yespo-mock gateway env)"'): "tests/gateway reads these lines",
    ("windows.md", "py -m venv .venv"): "Windows runs it",
    ("windows.md", '$env:YESPO_API_URL = "http://127.0.0.1:9380/api"'): "likewise",
    (
        "recipes.md",
        "docker compose up --detach --wait yespo-mock",
    ): "test_recipes_for_containers.py runs what it runs in the containers",
    ("recipes.md", "jobs:"): "GitHub Actions runs it; its YAML is read by test_action.py",
    ("recipes.md", "test:"): "GitLab runs it; its YAML is read by test_action.py",
    ("recipes.md", "steps:"): "GitHub Actions runs it; test_action.py runs the action",
    (
        "recipes.md",
        "from testcontainers.core.container import DockerContainer",
    ): "it needs a registry of images",
    ("recipes.md", 'import { GenericContainer, Wait } from "testcontainers";'): "likewise",
    (
        "recipes.md",
        'try (GenericContainer<?> yespo = new GenericContainer<>("yespo-mock")',
    ): "likewise",
    (
        "start.md",
        "yespo-mock exec --fail-on ignored,rejected,refused,nothing -- npm test",
    ): "npm is another's; the same command runs Node's tests in recipes.md",
    ("start.md", "docker build --tag yespo-mock ."): "test_image.py runs these commands",
    ("state.md", "jq '.events[] | select(.verdict == \"ignored\") | .hint' yespo-mock.json"): (
        "jq need not be installed; the command above it reads the same file"
    ),
    ("limits.md", "GET /v1/additionalfields"): "tests/wire/test_transport.py asks for each of them",
    (
        "architecture.md",
        "a shop's HTTP tests, tools browser test code command line hosts in the code",
    ): "a drawing",
    (
        "benchmarks.md",
        (
            "make bench # size, start, route, http, memory, fixture, inspector, tabs, health,"
            " instructions"
        ),
    ): ("it takes minutes; tests/test_benchmarks.py runs the benchmarks in small"),
}


def checked(block: Block) -> bool:
    """Whether one of the tests beside this one executes a block, or compares it."""
    if block.marker.startswith(APPLY):
        return block.page in {page.name for page in CHANGES_THE_PROJECT}
    if block.marker in (NODE_PROGRAM, NODE_COMMAND, FAILURE):
        return block.page == "recipes.md"
    if block.page == "README.md" and block.language == "sh":
        return True  # tests/package/test_walks.py
    return block.language in ("console", "json") or block.marker in (*PROGRAMS, TERMINAL)


def named(block: Block) -> tuple[str, str]:
    return block.page, " ".join(block.text.splitlines()[0].split())


@every({str(block): block for block in all_blocks()})
def test_a_block_is_checked_or_says_why_not(block: Block) -> None:
    assert checked(block) != (named(block) in NOT_RUN), (
        f"{block}: make it a `console` block or mark it (see tests/docs), or give a reason here"
    )


def test_what_is_not_run_is_in_the_pages() -> None:
    assert set(NOT_RUN) <= {named(block) for block in all_blocks()}
