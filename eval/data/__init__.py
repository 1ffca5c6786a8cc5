"""What is measured on: suites, SQuAD files, withheld passages, feedback; and the proof of the gold quotes."""
