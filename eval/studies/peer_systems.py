"""Run by `eval.studies.peers` in an environment with one of txtai, LlamaIndex and Haystack: a job in, figures out.

    python peer_systems.py JOB FIGURES

Nothing of this project is there. Each system embeds the texts with the weights in the job's folder and the prefixes
that they were trained with, and is set up as its documentation shows hybrid search, but without English stemming and
stop words.
"""

import copy
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Search = Callable[[str], list[int]]  # a question to positions of texts, best first
Searches = dict[str, Search]
Build = Callable[[Sequence[str]], Searches]  # texts to an index, and the ways to search it

PASSAGE, QUERY = "passage: ", "query: "
WARM_UP = 16  # texts and questions before the clock runs


def txtai(job: dict[str, Any]) -> Build:
    """FAISS and BM25, scores fused; "onnx-int8" is its own export, quantised as it offers it."""
    from txtai import Embeddings
    from txtai.pipeline import HFOnnx

    settings = {"path": job["model"], "instructions": {"query": QUERY, "data": PASSAGE}, "maxlength": 512}
    if job["backend"] == "onnx-int8":
        settings["path"] = HFOnnx()(job["model"], "pooling", str(Path(job["folder"]) / "model.onnx"), quantize=True)
        settings["tokenizer"] = str(Path(job["model"]) / "tokenizer.json")
    models: dict[str, Any] = {}

    def build(texts: Sequence[str]) -> Searches:
        hybrid = Embeddings(settings, models=models, hybrid=True)
        hybrid.index(texts)
        dense = copy.copy(hybrid)
        dense.scoring = None  # the same vectors without the lexical index, as `hybrid=False` makes it
        return {
            "hybrid": lambda question: [found for found, _ in hybrid.search(question, job["k"])],
            "dense": lambda question: [found for found, _ in dense.search(question, job["k"])],
        }

    return build


def llamaindex(job: dict[str, Any]) -> Build:
    """FAISS and bm25s, ranks fused."""
    import faiss
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.retrievers.bm25 import BM25Retriever
    from llama_index.vector_stores.faiss import FaissVectorStore

    weights, settings = _sentence_transformers(job)
    model = HuggingFaceEmbedding(weights, device="cpu", text_instruction=PASSAGE, query_instruction=QUERY, **settings)

    def build(texts: Sequence[str]) -> Searches:
        nodes = [TextNode(id_=str(number), text=text) for number, text in enumerate(texts)]
        vectors = FaissVectorStore(faiss.IndexFlatIP(len(model.get_query_embedding(texts[0]))))
        index = VectorStoreIndex(
            nodes, storage_context=StorageContext.from_defaults(vector_store=vectors), embed_model=model
        )
        dense = index.as_retriever(similarity_top_k=job["k"])
        words = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=job["k"], skip_stemming=True, language=[])
        hybrid = QueryFusionRetriever(
            [dense, words],
            llm=MockLLM(),
            similarity_top_k=job["k"],
            num_queries=1,  # the question alone, none made by a language model
            mode="reciprocal_rerank",
            use_async=False,
        )
        return {
            "hybrid": lambda question: [int(hit.node.node_id) for hit in hybrid.retrieve(question)],
            "dense": lambda question: [int(hit.node.node_id) for hit in dense.retrieve(question)],
        }

    return build


def haystack(job: dict[str, Any]) -> Build:
    """Hybrid: its store in memory, BM25 and vectors, ranks fused; dense: its FAISS store."""
    from haystack import Document, Pipeline
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.utils import ComponentDevice
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
        SentenceTransformersTextEmbedder,
    )
    from haystack_integrations.components.retrievers.faiss import FAISSEmbeddingRetriever
    from haystack_integrations.document_stores.faiss import FAISSDocumentStore

    weights, settings = _sentence_transformers(job)
    settings |= {"device": ComponentDevice.from_str("cpu"), "progress_bar": False}
    embedder = SentenceTransformersDocumentEmbedder(model=weights, prefix=PASSAGE, **settings)
    embedder.warm_up()

    def build(texts: Sequence[str]) -> Searches:
        documents = [Document(id=str(number), content=text) for number, text in enumerate(texts)]
        embedded = embedder.run(documents)["documents"]
        memory = InMemoryDocumentStore()
        memory.write_documents(embedded)
        flat = FAISSDocumentStore(embedding_dim=len(embedded[0].embedding))
        flat.write_documents(embedded)

        dense = Pipeline()
        dense.add_component("embedder", SentenceTransformersTextEmbedder(model=weights, prefix=QUERY, **settings))
        dense.add_component("last", FAISSEmbeddingRetriever(document_store=flat, top_k=job["k"]))
        dense.connect("embedder.embedding", "last.query_embedding")

        hybrid = Pipeline()
        hybrid.add_component("embedder", SentenceTransformersTextEmbedder(model=weights, prefix=QUERY, **settings))
        hybrid.add_component("vectors", InMemoryEmbeddingRetriever(document_store=memory, top_k=job["k"]))
        hybrid.add_component("words", InMemoryBM25Retriever(document_store=memory, top_k=job["k"]))
        hybrid.add_component("last", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=job["k"]))
        hybrid.connect("embedder.embedding", "vectors.query_embedding")
        hybrid.connect("vectors", "last")
        hybrid.connect("words", "last")

        def found(ran: dict[str, Any]) -> list[int]:
            return [int(document.id) for document in ran["last"]["documents"]]

        return {
            "hybrid": lambda asked: found(hybrid.run({"embedder": {"text": asked}, "words": {"query": asked}})),
            "dense": lambda asked: found(dense.run({"embedder": {"text": asked}})),
        }

    return build


def _sentence_transformers(job: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The model, and what LlamaIndex and Haystack hand on to sentence-transformers; its page on speed is theirs too."""
    if job["backend"] == "torch":
        return job["model"], {}
    options: dict[str, Any] = {"ov_config": {"INFERENCE_NUM_THREADS": job["threads"], "PERFORMANCE_HINT": "LATENCY"}}
    if job["backend"] == "openvino":
        return job["model"], {"backend": "openvino", "model_kwargs": options}
    options["file_name"] = "openvino_model_qint8_quantized.xml"
    return _quantised(job), {"backend": "openvino", "model_kwargs": options}


def _quantised(job: dict[str, Any]) -> str:
    """A copy of the model in 8 bits, calibrated on the first texts, which takes minutes; kept for all systems."""
    from sentence_transformers import SentenceTransformer, export_static_quantized_openvino_model

    folder = Path(job["folder"]).parent / "openvino-int8"
    if not folder.exists():
        partial, sample = Path(job["folder"]) / "partial", Path(job["folder"]) / "sample"
        model = SentenceTransformer(job["model"], backend="openvino", device="cpu")
        model.save_pretrained(str(partial))
        sample.mkdir(exist_ok=True)
        lines = [json.dumps({"text": PASSAGE + text}) for text in job["texts"][:300]]
        (sample / "train.jsonl").write_text("\n".join(lines), "utf-8")
        export_static_quantized_openvino_model(model, None, str(partial), str(sample), "default", "train", "text")
        partial.rename(folder)
    return str(folder)


def measured(items: Sequence[T], questions: Sequence[str], build: Callable[[Sequence[T]], Searches]) -> dict[str, Any]:
    """Seconds from items to an index, by the clock and of the processor; milliseconds and hits of each question."""
    build(items[:WARM_UP])
    started, used = time.perf_counter(), time.process_time()
    searches = build(items)
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    return {
        "seconds": seconds,
        "processor": processor,
        "searches": {name: _asked(questions, search) for name, search in searches.items()},
    }


def _asked(questions: Sequence[str], search: Search) -> dict[str, Any]:
    for question in questions[:WARM_UP]:
        search(question)
    milliseconds, processor, found = [], [], []
    for question in questions:
        started, used = time.perf_counter(), time.process_time()
        found.append(search(question))
        milliseconds.append((time.perf_counter() - started) * 1000)
        processor.append((time.process_time() - used) * 1000)
    return {"milliseconds": milliseconds, "processor": processor, "found": found}


def main(job_file: str, figures: str) -> None:
    """Read the job, run it, write the figures as a whole."""
    import torch

    job = json.loads(Path(job_file).read_text("utf-8"))
    torch.set_num_threads(job["threads"])
    build = {"txtai": txtai, "LlamaIndex": llamaindex, "Haystack": haystack}[job["system"]](job)
    versions = {each.name: each.version for each in distributions()}
    partial = Path(f"{figures}.tmp")
    partial.write_text(json.dumps({**measured(job["texts"], job["questions"], build), "versions": versions}), "utf-8")
    partial.rename(figures)
    os._exit(0)  # threads of telemetry would be waited for


if __name__ == "__main__":
    main(*sys.argv[1:])
