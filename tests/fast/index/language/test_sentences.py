"""Where sentences end."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.detection import detect_language
from index.language.sentences import sentences
from index.language.text import tokens

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


@pytest.mark.parametrize(
    "text",
    [
        "x" * 200_000,
        "." * 200_000,
        "a. " * 60_000,
        "A. " * 60_000,
        "\n" * 200_000,
        '"' * 200_000,
        '."' * 100_000,
        ".”" * 100_000 + "x",
        "?!" * 100_000 + "x",
        "TS." * 60_000,
        "1." * 100_000,
        "1 " * 100_000,
        "。" * 200_000,
        "." + " " * 200_000,
        " ." * 100_000,
        "ts" * 100_000 + ". A",
        '" ' * 100_000,
        '"\n' * 100_000,
        '? " ' * 50_000,
        '. "A' * 50_000,
        "? " + '" ' * 50_000 + "x" * 100_000,
    ],
    ids=lambda text: f"{text[:3]!r}",
)
def test_a_long_run_of_anything_takes_no_time_to_speak_of(text: str) -> None:
    begun = time.process_time()
    sentences(text)
    tokens(text)
    detect_language(text)
    assert time.process_time() - begun < 8
