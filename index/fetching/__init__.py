"""Articles from the web: addresses that may be reached, pages fetched politely, feeds that are watched."""
