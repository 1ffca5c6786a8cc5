"""The parts put together: what is ingested leaves its states to the questions to come."""

from contextlib import closing
from pathlib import Path

from rag.service.data_folder import kept_states
from rag.service.wiring import opened_ingester
from tests.support.encoders import draft
from tests.support.sample import settings_for


def test_what_is_ingested_is_kept_for_questions(tmp_path: Path, model_folder: Path) -> None:
    settings = settings_for(tmp_path, model_folder, reader="none")
    text = "Cầu Ngọc Hồi\nCầu Ngọc Hồi thông xe sáng nay, sau ba năm thi công."

    with opened_ingester(settings, lambda _: None) as (_, ingester, encoder):
        list(ingester.ingest([draft("a", text.partition("\n")[2], title="Cầu Ngọc Hồi")]))
        fingerprint, tokens = encoder.fingerprint, encoder.passage_tokens([text])[0]

    with closing(kept_states(settings)) as kept:
        # Two bytes for each of the 384 numbers of a token.
        assert len(kept.found(fingerprint, [text])[text]) == len(tokens.states) * 384 * 2
