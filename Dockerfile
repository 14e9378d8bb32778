# syntax=docker/dockerfile:1

# The pages.
FROM node:22-slim AS pages
WORKDIR /build/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-fund --no-audit
COPY frontend ./
RUN npm run build

# The packages, in a virtual environment at the path where the last stage has it too.
FROM python:3.11-slim AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/eigenlabel
ENV PATH=/opt/eigenlabel/bin:$PATH
WORKDIR /build
COPY constraints.txt ./
# The address of an index with torch's builds without CUDA; empty takes pip's own, whose builds have CUDA.
ARG TORCH_INDEX_URL=""
RUN pip install --constraint constraints.txt ${TORCH_INDEX_URL:+--index-url "$TORCH_INDEX_URL"} torch torchvision
COPY pyproject.toml README.md ./
COPY app app
COPY worker worker
COPY ml ml
COPY migrations migrations
COPY --from=pages /build/app/static app/static
RUN pip install --constraint constraints.txt '.[postgresql]' && python -m compileall -q /opt/eigenlabel

FROM python:3.11-slim
LABEL org.opencontainers.image.title="Eigenlabel"
RUN groupadd --gid 10001 eigenlabel \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin eigenlabel \
    && install -d -o eigenlabel -g eigenlabel /data
COPY --from=packages /opt/eigenlabel /opt/eigenlabel
ENV PATH=/opt/eigenlabel/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    EIGENLABEL_DATA=/data
USER 10001:10001
VOLUME /data
WORKDIR /data
EXPOSE 8400
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8400/ready', timeout=4)"]
ENTRYPOINT ["eigenlabel"]
CMD ["serve", "--host", "0.0.0.0"]
