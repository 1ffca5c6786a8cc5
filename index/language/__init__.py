"""What is known of languages, Vietnamese first: text, sentences, words, numbers, units, dates, names, diacritics."""
