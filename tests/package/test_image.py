"""The image: its instructions everywhere, and built and run where there is a builder.

Built with buildah in a chroot, which needs no daemon, on a base that debootstrap makes. Docker and
podman read the same file; what is not tried here is their own network and HEALTHCHECK.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import yaml

from mock_server.frame.hosting import HostedEmulator

from .conftest import NOT_CLONED, ROOT, clean_environment

START = (ROOT / "docs/start.md").read_text("utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
MEGABYTE = 1_000_000
PIP_CONFIGURATION = (Path("/etc/pip.conf"), Path("/etc/ssl/certs"))


def instructions(name: str) -> list[str]:
    joined = re.sub(r"\\\n\s*", "", DOCKERFILE)
    return re.findall(rf"^{name} (.*)$", joined, re.MULTILINE)


def test_the_last_stage_has_what_runs_and_nothing_that_builds() -> None:
    assert instructions("FROM") == ["${BASE} AS build", "${BASE}"]
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert "pip" not in last
    assert "COPY --from=build" in last
    assert instructions("USER") == ["10001"]
    assert instructions("VOLUME") == ["/state"]
    assert instructions("EXPOSE") == ["9380"]
    assert instructions("STOPSIGNAL") == ["SIGTERM"]
    assert instructions("ENTRYPOINT") == ['["yespo-mock"]']  # no shell between it and signals


def test_the_dependencies_are_a_layer_of_their_own() -> None:
    """What changes with every commit is copied after they are installed, and beside them."""
    build, last = DOCKERFILE.split("\nFROM ")[1:]
    assert build.index("COPY setup.cfg") < build.index("install") < build.index("COPY . .")
    assert last.index("/opt/yespo-mock /opt") < last.index("/package /opt")


def test_the_health_check_asks_the_server(hosted: HostedEmulator) -> None:
    (health,) = instructions("HEALTHCHECK")
    command = json.loads(health.partition("CMD ")[2])
    port = hosted.url.rpartition(":")[2]
    for asked, ended in ((port, 0), ("1", 1)):
        environment = {**os.environ, "YESPO_MOCK_PORT": asked}
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        assert done.returncode == ended, done.stderr


def test_the_context_is_what_the_wheel_is_built_from() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    wanted = {"mock_server", "fixtures", "yespo_mock_plugin.py", "setup.cfg", "setup.py"}
    assert wanted | {"README.md"} <= kept
    assert all((ROOT / each).exists() for each in kept)


def test_compose_waits_until_the_emulator_is_healthy() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    assert services["shop"]["depends_on"]["yespo-mock"]["condition"] == "service_healthy"
    name = services["shop"]["environment"]["YESPO_API_URL"].split("/")[2].partition(":")[0]
    assert name in services["yespo-mock"]["environment"]["YESPO_MOCK_ALLOW_HOST"].split()


WITHOUT_DAEMON = {"BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": "vfs"}


def buildah(*arguments: str, ended: int = 0) -> str:
    environment = {**os.environ, **WITHOUT_DAEMON}
    done = subprocess.run(
        ["buildah", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=600,
        check=False,
    )
    assert done.returncode == ended, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An image with Python and nothing else that matters."""
    missing = [name for name in ("buildah", "debootstrap") if shutil.which(name) is None]
    if missing or os.getuid() != 0:
        text = f"not built: it needs {' and '.join(missing)} (Debian's packages)"
        text = text if missing else "not built: debootstrap needs root"
        if os.environ.get("YESPO_MOCK_REQUIRE_RUNTIMES"):
            pytest.fail(text, pytrace=False)
        pytest.skip(text)
    folder = tmp_path_factory.mktemp("base")
    packages = "python3,python3-venv,python3-pip,ca-certificates"
    subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", str(folder)],
        check=True,
        capture_output=True,
        timeout=900,
    )
    container = buildah("from", "scratch")
    buildah("add", "-q", container, str(folder), "/")
    shutil.rmtree(folder, ignore_errors=True)
    name = f"yespo-mock-base-{os.getpid()}"
    buildah("commit", "-q", container, name)
    buildah("rm", container)
    yield name
    buildah("rmi", name)


@pytest.fixture(scope="module")
def image(base: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The image of a release, which has looked into it before it says so."""
    clone = tmp_path_factory.mktemp("release") / "clone"
    shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(*NOT_CLONED))
    mounts = [f"--volume={path}:{path}:ro" for path in PIP_CONFIGURATION if path.exists()]
    version = f"9.8.{os.getpid()}"  # its tag is in a store that others may use too
    done = subprocess.run(
        [sys.executable, "tools/release.py", version, f"--build-arg=BASE={base}", *mounts],
        cwd=clone,
        env={**clean_environment(), **WITHOUT_DAEMON},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    name = f"yespo-mock:{version}"
    assert f"image {name}, made by buildah" in done.stdout.splitlines()
    yield name
    buildah("rmi", "--force", buildah("images", "--quiet", name))  # with the tag of `make image`


def size(name: str) -> int:
    """An image's bytes, as the builder rounds them."""
    number, unit = buildah("images", "--format={{.Size}}", name).splitlines()[0].split()
    return int(float(number) * {"KB": 1000, "MB": MEGABYTE, "GB": 1000 * MEGABYTE}[unit])


@pytest.mark.image
@pytest.mark.network
@pytest.mark.timeout(1800)  # of which debootstrap takes most on a busy machine
def test_it_serves_as_any_user_keeps_its_state_and_stops_in_time(base: str, image: str) -> None:
    assert size(image) - size(base) <= 70 * MEGABYTE
    container = buildah("from", image)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {**os.environ, **WITHOUT_DAEMON}
    command = ("buildah", "run", "--user=4321:4321", f"--env=YESPO_MOCK_PORT={port}", container)
    server = subprocess.Popen(
        [*command, "--", "yespo-mock", "serve"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    try:
        assert server.stdout is not None
        lines = [server.stdout.readline()]
        while "Ctrl-C" not in lines[-1]:
            lines.append(server.stdout.readline())
            assert server.poll() is None, lines
        assert "/state/yespo-mock.json" in "".join(lines)
        # The names a compose network uses are let in.
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/_mock/health", headers={"Host": "yespo-mock:9380"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  (our own server)
            assert answer.status == 200
        # The commands of docs/start.md, with another builder.
        (build, _, sent) = re.findall(r"^docker (.+)$", START, re.MULTILINE)
        assert build == "build --tag yespo-mock ."
        command = sent.removeprefix("exec yespo ").split()
        inside = (container, "--", *command, f"--to=http://127.0.0.1:{port}")
        said = buildah("run", "--user=4321:4321", *inside, ended=1)
        assert "ignored: contact_not_found" in said
        assert 'would be applied if a contact with externalCustomerId "AV13760"' in said
        # Not the builder, which would kill it: the process that would be the container's first.
        (inner,) = (
            each
            for each in psutil.Process(server.pid).children(recursive=True)
            if each.cmdline()[1:] == ["/opt/yespo-mock/bin/yespo-mock", "serve"]
            and "python" in each.cmdline()[0]
        )
        assert inner.uids().effective == 4321
        inner.terminate()
        assert server.wait(timeout=10) == 0
        assert "The state is in /state/yespo-mock.json" in server.stdout.read()
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.communicate()
        buildah("rm", container)
