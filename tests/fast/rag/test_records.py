from index.records import Chunk, Hit, Metadata
from rag.records.search import Passage


def test_a_passage_is_cut_into_sentences_once_with_places_in_the_article() -> None:
    text = "Trời mưa. Sông lên. Phà nghỉ."
    passage = Passage(Hit(Chunk(1, "bai", 50, 50 + len(text), text), Metadata()), 0.5, 0.5)

    assert [(item.start, item.end, item.text) for item in passage.sentences] == [
        (50, 59, "Trời mưa."),
        (60, 69, "Sông lên."),
        (70, 79, "Phà nghỉ."),
    ]
    assert passage.sentences is passage.sentences
