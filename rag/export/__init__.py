"""An answer to take along: Markdown and Word, with a footnote a source."""
