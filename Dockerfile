# A server with local speech. docs/docker.md says how it is run, and why on the host's network.
FROM python:3.11-slim AS build
ENV UV_PROJECT_ENVIRONMENT=/opt/ringtrue UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy
RUN pip install --no-cache-dir "uv>=0.7,<1"
WORKDIR /build
# What is installed is what uv.lock names, by its hashes. The packages come first: they change less often than the program.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-install-project --extra local --compile-bytecode --no-cache
COPY src ./src
RUN uv sync --frozen --no-editable --extra local --compile-bytecode --no-cache

FROM python:3.11-slim
# The home is the volume, so that nothing is ever written beside it.
RUN useradd --system --uid 10001 --user-group --home-dir /data --no-create-home ringtrue \
    && install --directory --owner=ringtrue --group=ringtrue --mode=0700 /data
COPY --from=build /opt/ringtrue /opt/ringtrue
ENV PATH=/opt/ringtrue/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    RINGTRUE_DATA=/data \
    RINGTRUE_HOST=0.0.0.0 \
    RINGTRUE_SIP_HOST=0.0.0.0
USER ringtrue
VOLUME /data
EXPOSE 8080/tcp 5060/udp 30000-30999/udp
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:%s/readyz' % os.environ.get('RINGTRUE_PORT', '8080'), timeout=4)"]
ENTRYPOINT ["ringtrue"]
CMD ["serve"]
