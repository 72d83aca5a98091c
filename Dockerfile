# yespo-mock as an image: docker build -t yespo-mock . (or podman, buildah; `make image` takes what is there).
# BASE is any image with Python 3.10 or newer, its venv module and pip.
ARG BASE=docker.io/library/python:3.13-slim

FROM ${BASE} AS build
COPY . /source
# The packages of the wheel and nothing else: no pip, no sources, no compiler. A pip configuration that is
# mounted at /etc/pip.conf is used.
RUN python3 -m venv --without-pip /opt/yespo-mock \
 && python3 -m pip --python /opt/yespo-mock/bin/python install --no-cache-dir /source

FROM ${BASE}
LABEL org.opencontainers.image.title="yespo-mock" \
      org.opencontainers.image.description="A local emulator of the Yespo (eSputnik) Generate event API" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/yespo-mock /opt/yespo-mock
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
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
  CMD ["yespo-mock", "wait", "--url", "http://127.0.0.1:9380", "--timeout", "2"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["yespo-mock"]
CMD ["serve"]
