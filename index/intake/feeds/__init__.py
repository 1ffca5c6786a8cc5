"""RSS, Atom and JSON feeds and sitemaps, read into entries: from a site, or as files."""
