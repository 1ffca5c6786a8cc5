"""Files and SQLite databases: what writes them safely, and the errors of `index`."""
