import pytest
from lxml import html

from index.intake.extract import mend, mend_all
from index.intake.extract.mending import mend_tree
from index.storage.errors import Refused

RIGHT = "Xã Vạn Sơn mở đường vào chợ, dài 126 mét, với kinh phí 315 triệu đồng."
# The same sentence, written down letter by letter from the code tables of the three.
TCVN3 = "X· V¹n S¬n më ®­êng vµo chî, dµi 126 mÐt, víi kinh phÝ 315 triÖu ®ång."
VNI = "Xaõ Vaïn Sôn môû ñöôøng vaøo chôï, daøi 126 meùt, vôùi kinh phí 315 trieäu ñoàng."
WINDOWS_1258 = "XaÞ Vaòn Sõn mõÒ ðýõÌng vaÌo chõò, daÌi 126 meìt, võìi kinh phiì 315 triêòu ðôÌng."


def again(text: str) -> str:
    """UTF-8 read as windows-1252, and as ISO 8859-1 where that has no letter."""
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte) for byte in text.encode()
    )


@pytest.mark.parametrize("shown", [TCVN3, VNI, WINDOWS_1258])
def test_legacy_encodings(shown: str) -> None:
    assert mend(shown) == RIGHT
    assert mend(again(shown)) == RIGHT


@pytest.mark.parametrize(
    "shown",
    [
        "Xã Vạn Sơn".encode().decode("latin-1"),
        again("Xã Vạn Sơn"),
        again(again("Xã Vạn Sơn")),
        again(again(again("Xã Vạn Sơn"))),
        "XĂ£ Váº¡n SÆ¡n",  # by way of windows-1258
    ],
)
def test_utf8_encoded_again(shown: str) -> None:
    assert mend(shown) == "Xã Vạn Sơn"


@pytest.mark.parametrize(
    "text",
    [
        "Le café d’été a fermé à 20 °C ; l’entrée coûtait 12 €.",
        "Рынок открылся утром в субботу.",
        "市场昨日开业，占地面积三万平方米。",
        "Chợ 👨\u200d👩\u200d👧 mở cửa.",
        "20 °C",
    ],
)
def test_utf8_of_any_language_encoded_again(text: str) -> None:
    assert mend(again(text)) == text


@pytest.mark.parametrize(
    ("shown", "right"),
    [
        ("Mêi häp lóc 7 giê tèi t¹i nhµ v¨n hãa.", "Mời họp lúc 7 giờ tối tại nhà văn hóa."),
        ("UBND HUYÖN V¹N S¥N", "UBND HUYỆN VẠN SƠN"),
        ("¤ng S¸u nãi: “§­îc mïa” – råi c­êi…", "Ông Sáu nói: “Được mùa” – rồi cười…"),
    ],
)
def test_short_texts(shown: str, right: str) -> None:
    assert mend(shown) == right


@pytest.mark.parametrize(
    "text",
    [
        "Chữ “Sở Giao thông” hiện ra thành “Së Giao th«ng”, “Sôû Giao thoâng” hay “Sá»Ÿ Giao thÃ´ng”.",
        "BẢN TIN “THỊ XÃ”\nXÃ… và XÃ” đều có mặt.",
        "XÃ…",
        "MARCHÉ\xa0: PRIX\nCAFÉ” – QUALITÉ »",
        "Où est l’été ? Où sont « les élèves », déjà à l’école ?",
        "O irmão não sabia que a irmã tinha ido à feira de São João.",
        "El niño soñó que la montaña cantó.",
        "Die Bürger hören schöne Lieder über süße Äpfel.",
        "På ön får åtta män köpa färsk fisk så gå dit nu.",
        "Nå må vi gå så du kan nå det.\nSå må vi gå nå.",
        "Så gå må",
        "Żółta łódź płynęła rzeką.",
        "Çocuklar göl kıyısında şarkı söyledi.",
        "Țăranii au vândut pâine în piață.",
        "Město leží u řeky, kde žijí dobří lidé.",
        "Рынок открылся утром.",
        "市场昨日开业。",
        "Bà Hà có cá và cà phê ở chợ.",
        "Adobe® Photoshop®, § 5, 12 m² · 3 µm, 20 °C, ½ và ¼ ly «sữa»",
        "",
    ],
)
def test_good_text_stays(text: str) -> None:
    assert mend(text) == text


def test_punctuation_encoded_again_inside_right_text() -> None:
    assert mend("Ông nói: â€œĐược mùaâ€\x9d vào 12/3â€“13/3.") == "Ông nói: “Được mùa” vào 12/3–13/3."


def test_each_line_is_judged_by_itself() -> None:
    menu = "Trang chủ\nThời sự\nĐời sống"
    assert mend(f"{menu}\n{TCVN3}\nSè hé") == f"{menu}\n{RIGHT}\nSố hộ"
    assert mend(f"{menu}\nHà Lan\n{VNI}") == f"{menu}\nHà Lan\n{RIGHT}"


def test_the_strings_of_an_article_are_judged_together() -> None:
    assert mend_all(["V¹n S¬n", TCVN3]) == ["Vạn Sơn", RIGHT]
    assert mend_all(["V¹n S¬n më chî", RIGHT]) == ["Vạn Sơn mở chợ", RIGHT]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TCVN3.replace("\xad", ""), "letter ư is lost"),
        (again(f"{RIGHT} Nhà nước").replace("\xa0", " ").replace("\x9d", ""), "encoded twice"),
        (RIGHT.encode("latin-1", "replace").decode("latin-1"), "letters are lost"),
        (RIGHT.replace("ờ", "\ufffd").replace("ạ", "\ufffd").replace("ợ", "\ufffd").replace("ớ", "\ufffd")
         .replace("ệ", "\ufffd").replace("ồ", "\ufffd"), "letters are lost"),
    ],
)  # fmt: skip
def test_what_cannot_be_put_right_is_refused(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        mend(text)


def test_few_lost_letters_cost_themselves() -> None:
    text = f"{RIGHT} Ch\ufffd họp l\ufffdc 5 giờ."
    assert mend(text) == text


def test_a_page_is_put_right_in_its_places() -> None:
    tree = html.document_fromstring(
        f"<title>{TCVN3}</title><meta name='description' content='V¹n S¬n më chî'>"
        '<script type="application/ld+json">{"headline": "V\\u00b9n S\\u00acn"}</script><script>a?b:c</script>'
        "<ul><li>Trang chủ</li></ul><p>X· V¹n S¬n <b>më ®&#173;&ecirc;ng</b> vµo chî, <!-- . -->dµi 126&#150;130 mÐt"
    )
    mend_tree(tree)
    assert tree.findtext("head/title") == RIGHT
    assert tree.xpath("string(//meta/@content)") == "Vạn Sơn mở chợ"
    assert [script.text for script in tree.iter("script")] == ['{"headline": "Vạn Sơn"}', "a?b:c"]
    assert tree.findtext(".//li") == "Trang chủ"
    assert tree.xpath("string(//p)") == "Xã Vạn Sơn mở đường vào chợ, dài 126–130 mét"
