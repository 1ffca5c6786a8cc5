import base64

import pytest

from index.fetching.addresses import Addresses
from index.storage.errors import Refused
from rag.delivery.channels import Email, SlackChannel, Webhook, from_json, new_webhook, signing_key, to_json

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


@pytest.mark.parametrize("address", ["an@bao.example", "a.b+tin'x@mail.bao.example", "x@localhost"])
def test_addresses_of_mail(address: str) -> None:
    assert Email(address).address == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "an",
        "an@",
        "@bao.example",
        "an@bao.example\r\nBcc: binh@bao.example",
        "an@bao.example\n",
        "an@bao.example, binh@bao.example",
        "An <an@bao.example>",
        "an@bao..example",
        "an@-bao.example",
        ".an@bao.example",
        "ấn@bao.example",
        "an\u202e@bao.example",
        '"an an"@bao.example',
        "a" * 65 + "@bao.example",
        "a@" + "b." * 130 + "example",
    ],
)
def test_what_is_no_address_of_mail(address: str) -> None:
    with pytest.raises(Refused, match="no e-mail address"):
        Email(address)


@pytest.mark.parametrize("channel", ["C0NEWS123", "U0ANH4567", "#tin-tức"])
def test_slack_channels(channel: str) -> None:
    assert SlackChannel(channel).shown == channel


@pytest.mark.parametrize(
    "channel", ["", "tin", "#", "#tin tuc", "c0news123", "<!channel>", "#" + "a" * 81, "C0NEWS123\n"]
)
def test_what_is_no_slack_channel(channel: str) -> None:
    with pytest.raises(Refused, match="no Slack channel"):
        SlackChannel(channel)


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("ftp://nhan.example/", "no web address"),
        ("javascript:alert(1)", "no web address"),
        ("https://an:mat@nhan.example/", "user name"),
        ("https://nhan.example/\nx", "control character"),
        ("https://nhan.example/" + "a" * 2000, "more than 2000"),
    ],
)
def test_what_is_no_webhook(url: str, complaint: str) -> None:
    with pytest.raises(Refused, match=complaint):
        Webhook(url, SECRET)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_MTIz", "whsec_!!!!", SECRET[6:], "whsec_" + "A" * 100])
def test_what_is_no_secret(secret: str) -> None:
    with pytest.raises(Refused, match="whsec_"):
        Webhook("https://nhan.example/", secret)


def test_a_new_webhook_has_a_secret_of_its_own() -> None:
    addresses = Addresses(resolve=lambda *_: ["93.184.216.34"])
    made = [new_webhook("https://nhan.example/a", addresses) for _ in range(2)]

    assert len(signing_key(made[0].secret)) == 32
    assert made[0].secret != made[1].secret
    assert made[0].secret not in repr(made[0])


def test_a_new_webhook_may_be_reached() -> None:
    with pytest.raises(Refused, match="not public"):
        new_webhook("https://nhan.example/", Addresses(resolve=lambda *_: ["10.0.0.1"]))

    def unknown(*_: object) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(Refused, match="cannot be found"):
        new_webhook("https://nhan.example/", Addresses(resolve=unknown))
    assert new_webhook("http://127.0.0.1:8080/", Addresses(["127.0.0.1"])).url == "http://127.0.0.1:8080/"


def test_others_see_only_the_host_of_a_webhook() -> None:
    assert Webhook("https://nhan.example/bi-mat?khoa=1", SECRET).shown == "https://nhan.example/…"
    assert Webhook("https://nhan.example?khoa=1", SECRET).shown == "https://nhan.example/…"
    assert Email("an.le@bao.example").shown == "a…@bao.example"


@pytest.mark.parametrize(
    "channel", [Email("an@bao.example"), SlackChannel("#tin"), Webhook("https://nhan.example/", SECRET)], ids=str
)
def test_kept_and_read_again(channel: Email | SlackChannel | Webhook) -> None:
    assert from_json(to_json(channel)) == channel
