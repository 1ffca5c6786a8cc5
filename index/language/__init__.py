"""What is known of languages, Vietnamese first: characters, sentences, numbers, dates, names, diacritics."""
