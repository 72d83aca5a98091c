# yespo-mock as an image: docker build -t yespo-mock . (or podman, buildah; `make image` takes what is there).
# BASE is any image with Python 3.10 or newer, its venv module and pip.
ARG BASE=docker.io/library/python:3.13-slim

FROM ${BASE} AS build
WORKDIR /source
# What the package depends on, first and in a layer of its own: it changes when setup.cfg does. A pip
# configuration that is mounted at /etc/pip.conf is used. What was built of the empty files is newer
# than the full ones, and would stay.
COPY setup.cfg pyproject.toml setup.py LICENSE ./
COPY mock_server/_version.py mock_server/
RUN touch README.md yespo_mock_plugin.py && mkdir fixtures \
 && python3 -m venv --without-pip /opt/yespo-mock \
 && python3 -m pip --python /opt/yespo-mock/bin/python install --no-cache-dir . \
 && python3 -m pip --python /opt/yespo-mock/bin/python uninstall --yes yespo-mock \
 && rm -rf build
# Then the wheel and nothing else: no pip, no sources, no compiler.
COPY . .
RUN python3 -m pip --python /opt/yespo-mock/bin/python install --no-cache-dir --no-deps --prefix /package .

FROM ${BASE}
LABEL org.opencontainers.image.title="yespo-mock" \
      org.opencontainers.image.description="A local emulator of the Yespo (eSputnik) Generate event API" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/yespo-mock /opt/yespo-mock
COPY --from=build /package /opt/yespo-mock
ENV PATH="/opt/yespo-mock/bin:${PATH}" \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    YESPO_MOCK_HOST=0.0.0.0 \
    YESPO_MOCK_STATE=/state/yespo-mock.json \
    YESPO_MOCK_ALLOW_HOST="yespo-mock yespo host.docker.internal"
# Any user id may run it: the folder of the state is everybody's.
RUN mkdir -m 1777 /state
VOLUME /state
WORKDIR /state
EXPOSE 9380
USER 10001
# A few lines of Python without its site: `yespo-mock wait` would load what it takes to be a command.
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["python3", "-ISc", "\
import os, socket; \
port = int(os.environ.get('YESPO_MOCK_PORT', 9380)); \
server = socket.create_connection(('127.0.0.1', port), 2); \
server.sendall(b'GET /_mock/livez HTTP/1.0\\r\\nHost: 127.0.0.1\\r\\n\\r\\n'); \
raise SystemExit(b' 200 ' not in server.recv(99))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["yespo-mock"]
CMD ["serve"]
