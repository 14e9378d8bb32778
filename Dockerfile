# syntax=docker/dockerfile:1

# Two images: `api` serves pages and the HTTP API and carries no torch; `worker` runs jobs and models, and carries it.
ARG NODE_IMAGE=node:22-slim
ARG PYTHON_IMAGE=python:3.11-slim

# The pages.
FROM ${NODE_IMAGE} AS pages
WORKDIR /build/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-fund --no-audit
COPY frontend ./
RUN npm run build

# The packages, in a virtual environment at the path where the last stages have it too.
FROM ${PYTHON_IMAGE} AS environment
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/eigenlabel
ENV PATH=/opt/eigenlabel/bin:$PATH
WORKDIR /build
COPY constraints.txt ./

# torch and what else only workers need. They change seldom and are large, so that they come before our own code.
FROM environment AS models
COPY deploy/install_torch.sh ./
# Which build of torch: cpu or cuda; or the address of an index that has the one that is wanted.
ARG TORCH=cpu
ARG TORCH_INDEX_URL=""
RUN sh install_torch.sh "$TORCH" "$TORCH_INDEX_URL"

FROM environment AS api-packages
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY LICENSES LICENSES
COPY app app
COPY worker worker
COPY ml ml
COPY migrations migrations
COPY --from=pages /build/app/static app/static
RUN pip install --constraint constraints.txt '.[postgresql]' && pip uninstall --quiet --yes setuptools pip

FROM models AS worker-packages
COPY --from=api-packages /build /build
RUN pip install --constraint constraints.txt '.[postgresql,worker]' && pip uninstall --quiet --yes pip

# What both images are like, but for their packages.
FROM ${PYTHON_IMAGE} AS runtime
LABEL org.opencontainers.image.title="Eigenlabel" org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 eigenlabel \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin eigenlabel \
    && install -d -o eigenlabel -g eigenlabel /data
ENV PATH=/opt/eigenlabel/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    EIGENLABEL_DATA=/data
USER 10001:10001
VOLUME /data
WORKDIR /data
ENTRYPOINT ["eigenlabel"]

FROM runtime AS api
COPY --from=api-packages /opt/eigenlabel /opt/eigenlabel
EXPOSE 8400
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8400/ready', timeout=4)"]
CMD ["api", "--host", "0.0.0.0"]

# Alone, this image is the whole service: `eigenlabel serve`.
FROM runtime AS worker
COPY --from=worker-packages /opt/eigenlabel /opt/eigenlabel
EXPOSE 8400
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8400/ready', timeout=4)"]
CMD ["serve", "--host", "0.0.0.0"]
