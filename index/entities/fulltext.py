"""The full-text index over the words of articles: SQLite's FTS5, and the same on PostgreSQL.

On a server a row's tokens are one text, those without diacritics marked, under an inverted index (GIN). The best
first is FTS5's BM25 there too: k1 1.2, b 0.75, the logarithm of the odds that an article lacks a phrase, lengths of all
tokens (https://www.sqlite.org/fts5.html#the_bm25_function).
"""

from dataclasses import dataclass

from index.entities.search import Sought
from index.storage.database import Server, Where, listed

_MARK = "~"


@dataclass(frozen=True, slots=True)
class FullText:
    """The table `browsed_words` (rowid, folded, exact: tokens with spaces between), and how it is asked.

    `holds` is the condition that a row has the phrases; `best` begins a statement with their articles and ranks.
    """

    tables: str
    holds: str
    best: str


_FTS5 = FullText(
    """
CREATE VIRTUAL TABLE IF NOT EXISTS browsed_words USING fts5 (
    folded, exact, content = '', contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc' tokenchars '.,'"
);
""",
    "browsed_words MATCH :match",
    """
WITH best AS MATERIALIZED (
    SELECT article, rank FROM browsed_words JOIN browsed ON number = browsed_words.rowid
    WHERE browsed_words MATCH :match
)
""",
)
_HOLDS = """
string_to_array(words, ' ') @> string_to_array(:held, ' ')
AND NOT EXISTS (SELECT value FROM json_each(:runs) WHERE strpos(words, ' ' || value || ' ') = 0)
"""
_GIN = FullText(
    f"""
CREATE TABLE browsed_words (
    rowid BIGINT PRIMARY KEY, folded TEXT NOT NULL, exact TEXT NOT NULL,
    words TEXT GENERATED ALWAYS AS (' {_MARK}' || replace(folded, ' ', ' {_MARK}') || ' | ' || exact || ' ') STORED,
    size BIGINT GENERATED ALWAYS AS (
        cardinality(string_to_array(folded, ' ')) + cardinality(string_to_array(exact, ' '))
    ) STORED
);
CREATE INDEX browsed_words_by_token ON browsed_words USING gin (string_to_array(words, ' '));
""",
    _HOLDS,
    # A phrase is counted by how much shorter the words are without it, with two spaces between all of them.
    f"""
WITH known AS MATERIALIZED (SELECT count(*) AS rows, avg(size) AS size FROM browsed_words),
weights AS MATERIALIZED (
    SELECT ' ' || replace(value, ' ', '  ') || ' ' AS phrase, (
        SELECT ln(greatest(1.000001, (known.rows - count(*) + 0.5) / (count(*) + 0.5)))
        FROM browsed_words AS any_of
        WHERE string_to_array(any_of.words, ' ') @> string_to_array(value, ' ')
        AND strpos(any_of.words, ' ' || value || ' ') > 0
    ) AS weight FROM known, json_each(:phrases)
),
best AS MATERIALIZED (
    SELECT article, (
        SELECT -sum(weight * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * browsed_words.size / known.size)))
        FROM known, weights, LATERAL (
            SELECT (length(spaced) - length(replace(spaced, phrase, ''))) * 1.0 / length(phrase) AS times
            FROM (SELECT replace(words, ' ', '  ') AS spaced) AS twice
        ) AS counted
    ) AS rank FROM browsed_words JOIN browsed ON number = browsed_words.rowid WHERE {_HOLDS}
)
""",  # noqa: S608 (nothing of it is a value)
)


def full_text(where: Where) -> FullText:
    """The index of a file, or of a server."""
    return _GIN if isinstance(where, Server) else _FTS5


def words_of(wanted: Sought) -> dict[str, str]:
    """The values that `holds` and `best` are bound to."""
    mark = "" if wanted.exact else _MARK
    phrases = [" ".join(mark + token for token in phrase) for phrase in wanted.phrases]
    return {
        "match": wanted.match,
        "held": " ".join(phrases),
        "runs": listed(phrase for phrase in phrases if " " in phrase),
        "phrases": listed(phrases),
    }
