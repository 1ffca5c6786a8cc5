"""`hoidap mcp` with a model of its own, over pipes."""

from pathlib import Path

from mcp import Client as McpClient

from tests.support.mcp import QUESTION, asked_and_read, environment, over_pipes, text_of
from tests.support.service import copied


def test_a_model_that_cannot_be_loaded_is_told_in_every_call(tmp_path: Path) -> None:
    environ = environment(HOIDAP_EMBEDDING_MODEL=str(tmp_path / "no-model"))

    async def work(connection: McpClient) -> None:
        assert len((await connection.list_tools()).tools) == 6
        for _ in range(2):
            result = await connection.call_tool("ask", {"question": QUESTION})
            assert result.is_error
            assert "no-model" in text_of(result)

    over_pipes(tmp_path / "data", environ, work)


def test_over_pipes_with_a_service_of_its_own(sample_data: Path, model_folder: Path, tmp_path: Path) -> None:
    data = copied(sample_data, tmp_path / "data")
    over_pipes(data, environment(HOIDAP_EMBEDDING_MODEL=str(model_folder)), asked_and_read)
