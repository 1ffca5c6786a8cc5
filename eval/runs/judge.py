"""A language model's opinion of the answers of a run, beside the scores and never among them.

Any endpoint that speaks OpenAI's chat protocol will do. It is sent questions, answers, gold and cited words, so choose
one that may see them.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import openai
from openai.types.chat import ChatCompletion
from pydantic import BaseModel, ConfigDict, HttpUrl, JsonValue, SecretStr, TypeAdapter, ValidationError

from eval.data.files import parsed
from eval.records import Result
from eval.runs.compare import read_results, suites_of
from prompts import Prompts
from rag.errors import AnsweringError

SECONDS = 60.0
RETRIES = 3
# So many cases in a row without a verdict, and the rest are not tried.
_PATIENCE = 5
_NO_KEY = "none"

# Told the suite, how many of its answered cases are done, and how many there are.
Progress = Callable[[str, int, int], None]


class JudgeError(AnsweringError):
    """The endpoint cannot be used, or gives no verdicts. What was judged before stays."""


@dataclass(frozen=True, slots=True)
class JudgeEndpoint:
    """Where the judge is: the base URL (ends in `/v1` mostly), the model, and the key if it needs one."""

    url: str
    model: str
    key: SecretStr | None = None


class Verdict(BaseModel):
    """What a model said of one answer: whether it is right, and whether its citations bear it out."""

    model_config = ConfigDict(frozen=True, strict=True)

    reason: str = ""
    right: bool
    supported: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """One line of `<suite>.judged.jsonl`. `prompt` is the SHA-256 of what the model was told to do."""

    id: str
    model: str
    prompt: str
    right: bool
    supported: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the judge made of one suite.

    `failed` names the cases without a verdict, with the reason; they are asked again the next time. `right` and
    `supported` are shares of the judged, None without any. `kappa` is Cohen's, between `right` and the score
    `contained`, over the `compared` cases that have it; None where both always say the same one thing.
    """

    suite: str
    judged: int
    failed: Mapping[str, str]
    right: float | None
    supported: float | None
    compared: int
    kappa: float | None


_JUDGED = TypeAdapter(Judged)
_ADDRESS = TypeAdapter(HttpUrl)


def endpoint_of(url: str | None, model: str | None, environ: Mapping[str, str] = os.environ) -> JudgeEndpoint:
    """The endpoint, from flags or else `HOIDAP_JUDGE_URL`, `HOIDAP_JUDGE_MODEL`; the key from `HOIDAP_JUDGE_KEY` alone.

    JudgeError names what is missing, or is no address.
    """
    where = url or environ.get("HOIDAP_JUDGE_URL")
    which = model or environ.get("HOIDAP_JUDGE_MODEL")
    if not where or not which:
        missing = "HOIDAP_JUDGE_MODEL" if where else "HOIDAP_JUDGE_URL"
        raise JudgeError(f"no judge is known: {missing} is not set; set it, or give the flag of that name")
    try:
        _ADDRESS.validate_python(where)
    except ValidationError:
        raise JudgeError("HOIDAP_JUDGE_URL is no http or https address; correct it, or the flag of that name") from None
    key = environ.get("HOIDAP_JUDGE_KEY")
    return JudgeEndpoint(where, which, SecretStr(key) if key else None)


def judge_run(
    run: Path,
    endpoint: JudgeEndpoint,
    *,
    seconds: float = SECONDS,
    retries: int = RETRIES,
    progress: Progress | None = None,
) -> list[Opinion]:
    """Ask about every answered case of a run that this model has not judged yet, suite by suite.

    `seconds` is how long one reply may take; no reply, 429 and 5xx are tried again `retries` times. JudgeError where
    the endpoint refuses, cannot be reached, or fails five cases in a row; Refused where the folder is no run.
    """
    key = endpoint.key.get_secret_value() if endpoint.key else _NO_KEY
    with openai.OpenAI(base_url=endpoint.url, api_key=key, timeout=seconds, max_retries=retries) as client:
        judge = _Judge(client, endpoint.model, Prompts().text("judge", "en"))
        return [_judge_suite(run, suite, judge, progress) for suite in suites_of(run)]


class _Judge:
    """One model behind a client, with what it is told to do."""

    def __init__(self, client: openai.OpenAI, model: str, task: str) -> None:
        self._client = client
        self._task = task
        self.model = model
        self.prompt = sha256(task.encode()).hexdigest()

    def said(self, judged: Judged) -> bool:
        """Whether this model said so, told the same."""
        return (judged.model, judged.prompt) == (self.model, self.prompt)

    def verdict(self, result: Result) -> Verdict | str:
        """The verdict, or why there is none this time."""
        try:
            completion = self._client.chat.completions.create(
                model=self.model,
                messages=[
                    {"role": "system", "content": self._task},
                    {"role": "user", "content": json.dumps(material(result), ensure_ascii=False)},
                ],
                temperature=0,
            )
        except (openai.APITimeoutError, openai.RateLimitError, openai.InternalServerError) as error:
            return type(error).__name__
        except openai.APIStatusError as error:
            # The body may repeat the key, and is not shown.
            raise JudgeError(
                f"the judge answered {error.status_code} for the model {self.model!r}; check URL, model and key"
            ) from None
        except openai.APIConnectionError:
            raise JudgeError("the judge cannot be reached; check HOIDAP_JUDGE_URL and that it is running") from None
        except (openai.APIError, ValueError) as error:
            return type(error).__name__
        return _read(_content(completion))


def material(result: Result) -> dict[str, JsonValue]:
    """What the judge is shown of an answered case."""
    assert result.answer is not None
    return {
        "history": list(result.history),
        "question": result.question,
        "answerable": result.answerable,
        "gold_answers": list(result.gold.answers),
        "gold_quotes": [quote.text for quote in result.gold.quotes],
        "answer": result.answer.text,
        "citations": [
            {"number": citation.index, "words": [source.cited_text for source in citation.sources]}
            for citation in result.answer.citations
        ],
    }


def cohen_kappa(ours: Sequence[bool], theirs: Sequence[bool]) -> float | None:
    """Agreement beyond chance (Cohen 1960); None where chance alone would agree always, or there is nothing."""
    if not ours:
        return None
    agreed = sum(a == b for a, b in zip(ours, theirs, strict=True)) / len(ours)
    a, b = sum(ours) / len(ours), sum(theirs) / len(theirs)
    by_chance = a * b + (1 - a) * (1 - b)
    return (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else None


def _judge_suite(run: Path, suite: str, judge: _Judge, progress: Progress | None) -> Opinion:
    results = read_results(run, suite).values()
    answered = [result for result in results if result.answer and not result.answer.abstained]
    path = run / f"{suite}.judged.jsonl"
    found = {judged.id: judged for judged in _kept(path) if judge.said(judged)}
    failed: dict[str, str] = {}
    in_a_row = 0
    with path.open("a", encoding="utf-8") as lines:
        for result in answered:
            if result.id in found:
                continue
            verdict = judge.verdict(result)
            if isinstance(verdict, str):
                failed[result.id] = verdict
                in_a_row += 1
                if in_a_row == _PATIENCE:
                    raise JudgeError(
                        f"the judge gave no verdict {_PATIENCE} times in a row ({verdict}); try again later"
                    )
            else:
                in_a_row = 0
                found[result.id] = _judged(result, verdict, judge)
                lines.write(_JUDGED.dump_json(found[result.id]).decode() + "\n")
                lines.flush()
            if progress:
                progress(suite, len(found) + len(failed), len(answered))
    return _opinion(suite, [(result, found[result.id]) for result in answered if result.id in found], failed)


def _judged(result: Result, verdict: Verdict, judge: _Judge) -> Judged:
    return Judged(result.id, judge.model, judge.prompt, verdict.right, verdict.supported, verdict.reason)


def _kept(path: Path) -> Iterator[Judged]:
    """What was judged before. A last line without its end was torn when that was stopped, and is cut off."""
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        os.truncate(path, len(whole))
    for number, line in enumerate(whole.splitlines(), start=1):
        yield parsed(line, _JUDGED, f"{path}, line {number}")


def _opinion(suite: str, judged: Sequence[tuple[Result, Judged]], failed: Mapping[str, str]) -> Opinion:
    count = len(judged)
    compared = [
        (verdict.right, result.scores["contained"] == 1) for result, verdict in judged if "contained" in result.scores
    ]
    return Opinion(
        suite,
        count,
        failed,
        sum(verdict.right for _, verdict in judged) / count if count else None,
        sum(verdict.supported for _, verdict in judged) / count if count else None,
        len(compared),
        cohen_kappa([ours for ours, _ in compared], [theirs for _, theirs in compared]),
    )


def _content(completion: object) -> str:
    """The words of a reply, none where it is not of the protocol's form, which the client does not check."""
    if not isinstance(completion, ChatCompletion) or not completion.choices:
        return ""
    message = completion.choices[0].message
    return (message.content or "") if message else ""


def _read(content: str) -> Verdict | str:
    """The verdict, which stands last: models put thoughts, words or a code fence around it."""
    try:
        return Verdict.model_validate_json(content[content.rfind("{") : content.rfind("}") + 1])
    except ValidationError:
        return "the reply is no verdict"
