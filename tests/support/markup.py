"""Random texts that nearly are markup, for hypothesis."""

from hypothesis import strategies as st

# Pieces of markup, so that a random text of them nearly makes sense.
BITS = [
    *("[", "]", "(", ")", "1", "2", "12345", "[1]", "[1, 3]", "【1†s】", "(nguồn 1)", "(xem [2])", "［2］", "đoạn "),
    *(" ", "\n", "\n\n", "\r\n", "\t", ". ", ".", "?! ", "… ", "。", "」", '"', "”", "“", ",", ":", "，"),
    *("*", "**", "_", "~", "~~", "~~~", "`", "``", "```", "\\", "#", "- ", "1. ", "> ", "| ", "!", "![", "](", "://"),
    *("<", "</", ">", "<b>", "</p>", "<br/>", "<think>", "</think>", "<!--", "-->", "<code>", "</code>", "u.vn/a", "@"),
    *("&", "&amp;", "&lt;", "&gt;", "&#91;", "&#97;", "lt;", "amp;", ";", "a@b.vn", "www.", "http"),
    *("Câu", "một", "PGS.", "TS.", "Ông", "A.", "1.500", "Nguyễn Văn ", "价", "的", "ﬁ", "x" * 30),
    *("\u0301", "e\u0302", "\u0316", "\u200b", "\ufe0f", "\u1fef", "\ud800", "\ue000"),
]
MARKUP = st.lists(st.sampled_from(BITS), max_size=60).map("".join)
