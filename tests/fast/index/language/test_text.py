"""Unicode form, folding, tokens, sentences, language."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.text import (
    detect_language,
    fold,
    folded_tokens,
    has_marks,
    is_syllable,
    nfc,
    same_i,
    sentences,
    token_spans,
    tokens,
)

# --- Folding ---------------------------------------------------------------------------------------------


def test_nfc_joins_letters_and_marks() -> None:
    decomposed = "Vie\u0323\u0302t"
    assert len(decomposed) == 6
    assert nfc(decomposed) == "Việt"
    assert len(nfc(decomposed)) == 4


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đường đến Đắk Lắk", "duong den dak lak"),
        ("THUỶ ĐIỆN Trị An", "thuy dien tri an"),
        ("ưỡn ẹo, ngoằn ngoèo", "uon eo, ngoan ngoeo"),
        ("Kraków, São Paulo", "krakow, sao paulo"),
        ("йод, Йошкар", "йод, йошкар"),
        ("İzmir", "izmir"),
        ("2 × 3 ÷ 4 % H₂O", "2 × 3 ÷ 4 % h₂o"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_fold_keeps_every_code_point_in_its_place(text: str) -> None:
    text = nfc(text)
    assert len(fold(text)) == len(text)


def test_fold_leaves_no_vietnamese_letter_with_a_mark() -> None:
    marks = "\u0300\u0301\u0303\u0309\u0323"
    vowels = "aăâeêioôơuưy"
    marked = {nfc(vowel + mark) for vowel in vowels for mark in marks}
    assert len(marked) == 60
    assert {len(letter) for letter in marked} == {1}
    assert {fold(letter) for letter in marked | set(vowels)} == set("aeiouy")
    assert fold("đĐ") == "dd"


# --- Tokens ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hòa", "hoà"),
        ("khỏe", "khoẻ"),
        ("thủy", "thuỷ"),
        ("Hoá", "hoá"),
        ("LÓA", "loá"),
        ("tọa", "toạ"),
        ("xòe", "xoè"),
        ("ngõa", "ngoã"),
        ("lũy", "luỹ"),
        ("qúy", "quý"),
    ],
)
def test_tokens_place_tones_the_new_way(old: str, new: str) -> None:
    assert tokens(old) == [new]


@pytest.mark.parametrize(
    "word", ["hoàn", "suýt", "quý", "khuỷu", "của", "hoàng", "tuần", "nghĩa", "lúa", "xoèn", "hoà"]
)
def test_tokens_leave_other_syllables_alone(word: str) -> None:
    assert tokens(word) == [word]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Giá tăng 1,5 tỷ đồng", ["giá", "tăng", "1,5", "tỷ", "đồng"]),
        ("hơn 5.600 người", ["hơn", "5.600", "người"]),
        ("1.234.567,89", ["1.234.567,89"]),
        ("ngày 15/10/2025", ["ngày", "15", "10", "2025"]),
        ("cúm H7N9, A/H5N1", ["cúm", "h7n9", "a", "h5n1"]),
        ("VN-Index đạt 1.200.", ["vn", "index", "đạt", "1.200"]),
        ("5G và COVID-19", ["5g", "và", "covid", "19"]),
        ("snake_case", ["snake", "case"]),
        ("越南总理 đến", ["越", "南", "总", "理", "đến"]),
        ("ベトナム", ["ベ", "ト", "ナ", "ム"]),
        ("Нга và Россия", ["нга", "và", "россия"]),
        ("İstanbul", ["istanbul"]),
        ("… — !?", []),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_folded_tokens_are_the_tokens_without_diacritics() -> None:
    assert folded_tokens("Thủy điện Hòa Bình phát 1,5 tỷ kWh") == [
        "thuy",
        "dien",
        "hoa",
        "binh",
        "phat",
        "1,5",
        "ti",
        "kwh",
    ]


@pytest.mark.parametrize(
    ("spellings", "token"),
    [
        (("kỹ", "kĩ"), "kĩ"),
        (("lý", "lí"), "lí"),
        (("mỹ", "mĩ"), "mĩ"),
        (("sỹ", "sĩ"), "sĩ"),
        (("tỷ", "tỉ"), "tỉ"),
        (("hy", "hi"), "hi"),
        (("quý", "quí"), "quí"),
        (("quy", "qui"), "qui"),
    ],
)
def test_i_and_y_are_one_at_the_end(spellings: tuple[str, str], token: str) -> None:
    assert [same_i(spelling) for spelling in spellings] == [token, token]
    assert folded_tokens(spellings[0].upper()) == folded_tokens(spellings[1])


@pytest.mark.parametrize("token", ["vy", "vi", "thuý", "thúi", "tay", "tai", "yêu", "ý", "nguy", "kyiv", "hyle", "7"])
def test_i_and_y_tell_other_syllables_apart(token: str) -> None:
    assert same_i(token) == token


@given(st.text())
def test_tokens_folded_tokens_and_spans_go_together(text: str) -> None:
    text = nfc(text)
    spans = token_spans(text)
    assert len(tokens(text)) == len(folded_tokens(text)) == len(spans)
    assert folded_tokens(text) == [same_i(fold(text[start:end])) for start, end in spans]


def test_every_character_makes_as_many_tokens_in_every_form() -> None:
    letters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    text = " ".join(letter for letter in letters if nfc(letter) == letter)
    assert len(fold(text)) == len(text)
    assert len(tokens(text)) == len(folded_tokens(text)) == len(token_spans(text)) > 100_000


# --- Sentences -------------------------------------------------------------------------------------------

# " | " stands where one sentence ends and the next begins.
SENTENCES = [
    "Mưa lớn kéo dài. | Nước sông dâng cao.",
    "Ai đã đến? | Không ai cả! | Thật vậy sao?!",
    "Cháy lúc nửa đêm… | Không ai bị thương.",
    # Titles and other abbreviations
    "TS. Lê Minh Hà phát biểu. | Hội trường im lặng.",
    "Theo PGS.TS. Trần Thu, giá sẽ giảm.",
    "Theo PGS. TS. Trần Thu, giá sẽ giảm.",
    "Theo GS.TSKH. Đỗ Quang, lũ sẽ rút.",
    "Theo ThS. Mai Lan và Th.S. Vũ Nam, dịch đã qua.",
    "Theo ThS.BS. Mai Lan, dịch đã qua.",
    "Theo BS.CKII. Mai Lan, dịch đã qua.",
    "BS. Hùng khám bệnh. | KTS. Bình vẽ nhà.",
    "Ông sống ở TP. HCM. | Bà sống ở TP. Huế.",
    "Hội nghị họp tại TP.HCM. | Sau đó đoàn ra Hà Nội.",
    "Nhà ở Q. Bình Thạnh, P. Hai, Đ. Lê Lợi. | Giá rất cao.",
    "Đoàn thăm TX. Sơn Tây và TT. Phùng.",
    "Bác sĩ Dr. House và ông Mr. Bean gặp nhau.",
    "Sách của NXB. Trẻ bán chạy.",
    "Nhà ở P. Bến Nghé, Q.1, gần chợ. | Giá cao.",
    "Anh trú tại P. 4, Q. 5. | Vợ anh thì không.",
    "Cháy ở H. Củ Chi và X. Phú Mỹ. | Không ai bị thương.",
    "LS. Hà và NSND. Lan cùng đến.",
    "Tàu mang pháo Mk. 38 ghé quán Bar No. 1 nổi tiếng.",
    # The city alone may end a sentence: what follows is no name
    "Đề án của UBND TP. | Tuy nhiên, vốn chưa có.",
    "Ngân sách do TP. | Phần còn lại do dân góp.",
    "Lễ hội ở TP. Huế kéo dài. | TP. Vinh thì không.",
    "Đoàn đến TP. Tuy Hoà và TP. Bà Rịa.",
    "Họ mua lại Công ty Gió Inc. | Theo đó, giá giảm.",
    # Words that look like abbreviations
    "Đứa bé đã ăn no. | Mẹ nó ru nó ngủ.",
    "Họ nghiên cứu chỉnh sửa gen. | Kết quả rất tốt.",
    "Vé giá 50.000 đ. | Trẻ em được miễn phí.",
    "Tàu ghé châu Á. | Mưa lớn.",
    "Bà uống vitamin C. | Bác sĩ khen.",
    # Initials and withheld names
    "Cầu thủ V. Kalganov ghi bàn. | Khán giả reo hò.",
    "Nhà văn J. K. Rowling đến thăm.",
    "Cảnh sát bắt Nguyễn Văn A. | Sau đó khám nhà.",
    "Bị cáo là Trần Thị Q. | Theo cáo trạng, người này nhận tiền.",
    "Bắt Nguyễn Văn A. (45 tuổi) và Trần B. (SN 1990) tại nhà.",
    "Bà Lê Thị Kh. (30 tuổi) nói vậy. | Cháu Th. thì im.",
    "Nạn nhân là chị N.T. H. (40 tuổi). | Chị T.K. L.M. thoát nạn.",
    "Nạn nhân B. - người bán vé - thoát nạn.",
    "Anh T. 40 tuổi và bé S. 5 tuổi đều khoẻ.",
    "Chủ xe là Lê Văn T. SN 1980, ở Hà Nam.",
    "Họ đọc hồ sơ của T. | Công an vào cuộc.",
    "Họ tìm anh Q. | Bình cũng đi tìm.",
    "Họ ở Q. Bình Tân rồi đến H. | Sau đó họ về.",
    "Ông George H.W. Bush và ông Peter J. Li gặp nhau.",
    "Toà phạt Uber B.V. | Tuy nhiên hãng kháng cáo.",
    "А. С. Пушкин писал стихи. | Он жил в России.",
    # Quotes and brackets
    "“Tôi rất vui.” | Ông nói vậy.",
    '"Đi thôi!" | Cả đoàn lên đường.',
    "“Có đúng không?” anh hỏi. | Không ai đáp.",
    "Giá tăng (gấp đôi.) | Dân lo lắng.",
    "Bà kể: “Nước lên nhanh. | Chúng tôi bỏ chạy.” | Rồi bà khóc.",
    "Trời tối. | “Ai đó?” | Im lặng.",
    "Trời tối. | - Ai đó?",
    "«Xong rồi.» | Anh đứng dậy.",
    "Anh hỏi: “Đi đâu?”. | Chị im lặng.",
    "“Đi đâu?”, “Ai đi?” là những câu hay gặp.",
    "“Đi đâu?”, ông nói. | Không ai đáp.",
    "“Xong rồi!” – Ông Tư nói.",
    "Giá bán (?!) Hà Nội vẫn tăng.",
    'Ông nói "thôi..." rồi đi.',
    'Ông đáp: "Có thể. | Nhưng chưa chắc." | Rồi ông đi.',
    # The same, spaced as a word segmenter leaves it
    "Trời mưa . | Đường trơn .",
    'Bà hỏi: " Ai đó? " | Không ai đáp.',
    '" Ai đó? ", bà hỏi. | Không ai đáp.',
    '" Mưa rồi! " - Bà Lan nói. | Cả nhà chạy ra sân.',
    'Bà bảo: " Chờ đã! " rồi bước đi.',
    'Họ gọi đó là " hạt ngọc... ". | Giá rất cao.',
    'Trời tối. | " Ai đó? | Vào đi ", bà nói. | Không ai đáp.',
    'Gió nổi lên... | " Chạy mau! " | Ai cũng sợ.',
    'Khi bà " mót lúa " thì mưa. | " Tôi chạy về ", bà nói.',
    'Bà chưa " quen. | " Tôi chạy về ", bà nói.',
    # Dots that end nothing
    "Anh ấy nói... rồi thôi.",
    "Anh ấy im lặng... | Cô ấy cũng vậy.",
    "Cửa hàng chỉ còn... 3 người. | Ai cũng buồn.",
    "Sao lại thế? ... | Không ai rõ.",
    "Có táo, cam, v.v. và nhiều thứ khác.",
    "Có táo, cam, v.v. | Chợ rất đông.",
    "GDP tăng 6.5 phần trăm. | Lạm phát là 3,2.",
    "Hạn chót là 15.10.2025. | Đừng quên.",
    "Quỹ có 1.500.000 đồng. | Ai cũng vui.",
    "Lúc 9.30 giờ, đoàn đến. | Lúc 10.15 đoàn về.",
    "Trang VnExpress.net và Zing.vn đưa tin.",
    "Theo VnExpress. | Đây là tin mới.",
    "Xem https://bao.example/tin.html?a=1. | Gửi thư đến toa.soan@bao.example. | Hết.",
    "Viết hết câu.Không cách ra.",
    "Tỷ số là 2. | Trận đấu đã xong.",
    "Yahoo! là một công ty.",
    # Other scripts
    "他来了。| 她走了！| 真的吗？",
    "「行こう。」| と言った。",
    "Он пришёл. | Она ушла.",
    # Lists
    "1. Mở đầu.",
    "12. Mở đầu. | Câu hai.",
    "2.1. Kết quả.",
    "IV. Kết luận.",
    "a. Mục nhỏ.",
    "A. Mục lớn.",
    "  3. Có thụt đầu dòng.",
    "1. Ăn. | 2. Ngủ. | 3. Chơi.",
    "Có ba cách: 1. Ăn nhiều; 2. Ngủ đủ; 3. Chơi vui. | Ai cũng biết.",
    "Nội dung như sau: “7.1. Người dân được nghỉ”.",
]


@pytest.mark.parametrize("marked", SENTENCES)
def test_sentences(marked: str) -> None:
    expected = [part.strip() for part in marked.split("|")]
    text = marked.replace(" | ", " ").replace("| ", "")
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_a_line_is_never_continued_on_the_next() -> None:
    text = "Tiêu đề không có dấu chấm\n\nMột câu, \nbị ngắt dòng. Hết.\r\n1. Mục một.\n2. Mục hai."
    assert [text[start:end] for start, end in sentences(text)] == [
        "Tiêu đề không có dấu chấm",
        "Một câu,",
        "bị ngắt dòng.",
        "Hết.",
        "1. Mục một.",
        "2. Mục hai.",
    ]


def test_an_abbreviation_at_the_end_of_a_line_ends_the_sentence() -> None:
    text = "Ông ấy là TS.\nBà ấy thì không."
    assert [text[start:end] for start, end in sentences(text)] == ["Ông ấy là TS.", "Bà ấy thì không."]


PARTS = [
    "Mưa",
    "lũ",
    "TS.",
    "A.",
    "1.",
    "5.600",
    ".",
    "...",
    "?!",
    "…",
    "“",
    "”",
    '"',
    ")",
    "(",
    " ",
    "  ",
    "\n",
    "。",
    "」",
    "v.v.",
    "\xa0",
    "\t",
    "Nguyễn Văn",
    "- ",
    "đ.",
]
NEWS_LIKE = st.lists(st.sampled_from(PARTS)).map("".join)


@given(st.one_of(st.text(), NEWS_LIKE))
def test_sentences_cover_the_text_in_order(text: str) -> None:
    done = 0
    for start, end in sentences(text):
        assert done <= start < end <= len(text)
        assert text[done:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        done = end
    assert text[done:].strip() == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "." * 1_000_000,
        "a. " * 300_000,
        "A. " * 300_000,
        "\n" * 1_000_000,
        '"' * 1_000_000,
        '."' * 500_000,
        ".”" * 500_000 + "x",
        "?!" * 500_000 + "x",
        "TS." * 300_000,
        "1." * 500_000,
        "1 " * 500_000,
        "。" * 1_000_000,
        "." + " " * 1_000_000,
        " ." * 500_000,
        "ts" * 500_000 + ". A",
        '" ' * 500_000,
        '"\n' * 500_000,
        '? " ' * 250_000,
        '. "A' * 250_000,
        "? " + '" ' * 250_000 + "x" * 500_000,
    ],
    ids=lambda text: f"{text[:3]!r}",
)
def test_a_megabyte_of_anything_takes_seconds(text: str) -> None:
    begun = time.process_time()
    sentences(text)
    tokens(text)
    detect_language(text)
    assert time.process_time() - begun < 8


# --- Language --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thủ tướng đã nói gì về giá điện?", "vi"),
        ("thu tuong da noi gi ve gia dien", "vi"),
        ("Ai là chủ tịch Hà Nội", "vi"),
        ("Ông Volodymyr Zelensky gặp Donald Trump", "vi"),
        ("Bao nhiêu người xem phim Avengers Endgame ở rạp CGV?", "vi"),
        ("lionel messi sinh ra o dau?", "vi"),
        ("blackpink la gi", "vi"),
        ("ai da mua twitter", "vi"),
        ("Did Park Hang-seo win in Dubai?", "en"),
        ("GDP 2025", "vi"),
        ("", "vi"),
        ("Who won the football match yesterday?", "en"),
        ("Who Won The Match", "en"),
        ("Who is Nguyễn Phú Trọng?", "en"),
        ("Where is the café in Hà Nội?", "en"),
        ("Кто выиграл матч?", "ru"),
        ("越南总理是谁？", "zh"),
        ("ベトナムの首相は誰ですか", "ja"),
        ("베트남 총리는 누구입니까", "ko"),
    ],
)
def test_detect_language(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_language_is_judged_from_the_beginning_alone() -> None:
    assert detect_language("Trời hôm nay đẹp quá. " * 200 + "Кто выиграл матч? " * 2000) == "vi"


@pytest.mark.parametrize("word", ["nghiêng", "Đường", "quyển", "khuya", "a", "yêu", "duong", "giêng"])
def test_is_syllable(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["who", "Trump", "street", "Kalganov", "123", "", "hà nội"])
def test_is_no_syllable(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("word", "marked"), [("đi", True), ("hoà", True), ("Anh", False), ("ABC", False), ("5,5", False)]
)
def test_has_marks(word: str, marked: bool) -> None:
    assert has_marks(word) is marked
