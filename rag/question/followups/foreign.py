"""How follow-up questions are worded in English, Russian, Chinese and Japanese."""

from index.language.cues import Cue
from index.language.words import STOP_WORDS, word_set
from rag.question.followups.cues import Cues

ENGLISH = Cues(
    asks=Cue(
        r"^(?:(?:in|on|at|by|for|to|from|since|with|of|until) )?(?:what|which|who|whom|whose|when|where|why|how)\b"
        r"(?: (?:many|much|long|far|often|old|big|large)\b)?(?:(?: exactly)? (?:is|are|was|were|do|does|did|has|have"
        r"|had|will|would"
        r"|can|could|should)\b)?|^(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should)\b"
        r"|\b(?:what|who|whom|when|where|why|how|did|does)\b"
    ),
    leads=Cue(r"^(?:(?:and|but|so|then|ok|okay|well|also)[\s,]+)+"),
    about=Cue(
        r"^(?P<lead>(?:(?:and|but|so|ok|okay|then)[\s,]+)*(?:what about|how about|what of|as for|and|or)\s+)?"
        r"(?P<x>[^?!]+?)(?P<tail>\s+(?:then|instead|though|too))?\s*[?.!]*$"
    ),
    more=Cue(
        r"^(?:(?:and|please|can you|could you)[\s,]+)*(?:tell me more|more(?: details?| information| about (?:it"
        r"|this|that))?"
        r"|(?:in )?more detail|(?:what|anything|who) else|go on|continue|elaborate|explain(?: more)?|say more|details)"
        r"(?: please| about (?:it|this|that)| in detail)*\s*[?.!]*$"
    ),
    points=(
        ("man", Cue(r"\b(?:he|him|his)\b")),
        ("woman", Cue(r"\b(?:she|hers?)\b")),
        ("country", Cue(r"\b(?:this|that|the same) country\b")),
        (
            "organisation",
            Cue(r"\b(?:this|that|the) (?:company|firm|bank|university|organi[sz]ation|agency|fund)\b(?! of)"),
        ),
        (
            "city",
            Cue(
                r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )\bthere(?=\s*[?.!]*$)|\b(?:this"
                r"|that) (?:city|place|province)\b"
            ),
        ),
        ("date", Cue(r"\b(?:at that time|that (?:year|month|day)|back then)\b")),
        ("people", Cue(r"\b(?:they|them|their)\b")),
        (
            "thing",
            Cue(
                r"\b(?:it(?! (?:takes?|true|possible|necessary|legal|safe|mean|cost to))|its|(?:this|these"
                r"|those) \w+|that(?= ?[?.]|$)"
                r"|that (?:project|plan|deal|agreement|plant|law|case|event|visit|program(?:me)?))\b"
            ),
        ),
    ),
    noun=None,
    attributes=Cue(
        r"^(?:the )?(?:price|cost|costs|budget|salary|fee|fees|deadline|date|place|location|reasons?|results?|goal"
        r"|target"
        r"|conditions?|requirements?|partners?|capacity|size|risks?|purpose)$"
    ),
    self_standing=Cue(
        r"\b(?:weather|gold price|price of (?:gold|oil)|exchange rate|news|what (?:is|are) an?|who are you|hello"
        r"|thanks|thank you)\b"
    ),
    prepositions=Cue(r"(?:^|\s)(?P<p>with|for|to|in|at|from|by|on|of)\s+(?:the\s+)?$"),
    copulas=Cue(r"(?:[\s,]+(?:in|on|at|by|for|to|from|with|of|is|are|was|were))+$"),
    function=STOP_WORDS["en"]
    | word_set(
        "but can could did do does exactly him how i long many me much should so them then us we what when where why"
        " you yes"
    ),
    few=3,
)
RUSSIAN = Cues(
    asks=Cue(
        r"\b(?:во сколько|сколько|когда|где|куда|откуда|кто|кого|кому|кем|что|чего|почему|зачем|как(?:ой|ая|ое|ие|их"
        r"|ом|ого|ую|им)?"
        r"|чей|ли)\b"
    ),
    leads=Cue(r"^(?:(?:ну|а|и|но|так|тогда|хорошо)[\s,]+)+"),
    about=Cue(
        r"^(?P<lead>(?:(?:ну|а|и|но)\s+)*(?:(?:что|как) насч[её]т|что касается|насч[её]т|(?:что|как) (?:с|со)(?=\s)"
        r"|а|и)\s+)?"
        r"(?P<x>[^?!]+?)(?P<tail>\s+(?:тогда|как))?\s*[?.!]*$"
    ),
    more=Cue(
        r"^(?:(?:а|и|ну)\s+)?(?:что ещ[её]|кто ещ[её]|ещ[её]|(?:расскажи(?:те)?|скажи(?:те)?|опиши(?:те)?)(?: мне)?"
        r" (?:ещ[её]|больше|подробнее|дальше)|(?:по)?подробнее|детальнее|дальше|продолжай(?:те)?)(?: об этом"
        r"| пожалуйста)?\s*[?.!]*$"
    ),
    points=(
        ("man", Cue(r"\b(?:он|его|ему|им|него|нему|н[её]м)\b")),
        ("woman", Cue(r"\b(?:она|е[её]|ей|ней|не[её])\b")),
        ("country", Cue(r"\b(?:эт|т)(?:а|ой|у) стран(?:а|е|ы|у|ой)\b")),
        (
            "organisation",
            Cue(
                r"\b(?:эт|т)(?:а|ой|у|от|ого|ом) (?:компани\w+|фирм\w+|банк\w*|организаци\w+|фонд\w*|университет\w*)\b"
            ),
        ),
        ("city", Cue(r"\b(?:там|туда|оттуда)\b")),
        ("date", Cue(r"\b(?:тогда|в то время|в тот момент)\b")),
        ("people", Cue(r"\b(?:они|их|ими|них|ним)\b")),
        ("thing", Cue(r"\b(?:оно|это(?:го|му|т|й)?|этом)\b")),
    ),
    noun=None,
    attributes=Cue(
        r"^(?:цена|стоимость|бюджет|зарплата|сроки?|место|причин[аы]|результаты?|цель|условия|требования"
        r"|партн[её]ры?|мощность)$"
    ),
    self_standing=Cue(r"\b(?:погода|курс (?:доллара|валют)|цена (?:золота|нефти)|что такое|новости|привет|спасибо)\b"),
    prepositions=Cue(r"(?:^|\s)(?P<p>с|со|в|во|на|для|из|у|к|от|о|об|по)\s+$"),
    copulas=Cue(r"(?:[\s,]+(?:с|в|на|для|из|у|к|от|о|об|по|был|была|было|были))+$"),
    function=STOP_WORDS["ru"],
    few=3,
)
CHINESE = Cues(
    asks=Cue(
        "是?(?:多少|什么时候|何时|几(?=[个名次项年月号])|为什么|为何|在?哪里|在?哪儿|哪(?:个|些|一)?|是谁|谁|什么|怎么样|怎样|怎么|如何|多久|多大)|[吗呢]"
    ),
    leads=Cue("^(?:那么|那(?![里个些年时天])|而且|然后|所以|还有(?![哪什谁多]))[,，]?"),
    about=Cue(
        "^(?P<lead>(?:那么|那(?![里个些年时天])|至于|还有)[,，]?)?(?P<x>[^?？]+?)(?P<tail>呢|又?怎么样呢?|又?如何|的话)?[?？。]*$"
    ),
    more=Cue(
        "^(?:请)?(?:还有(?:什么|呢|吗|别的吗|其他的吗)+|(?:说|讲|介绍|说明)?(?:得)?(?:更|再)?详细(?:一点|一些|点|些|地?(?:说|讲|介绍)(?:一下|说)?)?"
        "|继续(?:说)?|多说一点|更多(?:信息|细节)?|具体(?:呢|一点|说说)?)[?？。]*$"
    ),
    points=(
        ("people", Cue("[他她它]们")),
        ("man", Cue("(?<![其吉])他(?![国人们乡])")),
        ("woman", Cue("她(?!们)")),
        ("country", Cue("[这那该]个?国家|该国")),
        ("organisation", Cue("[这那该](?:家|个|所)?(?:公司|企业|银行|大学|机构|基金会|组织)")),
        ("city", Cue("那里|那儿|[那该](?:个|座)?城市|当地")),
        ("date", Cue("那时候?|当时|那一?年")),
        ("thing", Cue("它(?!们)|[这那](?:个|件|项)(?:项目|计划|事|工厂|协议)?|此事|该项目")),
    ),
    noun=None,
    attributes=Cue("^(?:价格|费用|成本|预算|工资|学费|时间|地点|原因|结果|目标|条件|要求|规模)$"),
    self_standing=Cue("^什么是|天气|金价|油价|汇率|新闻|你好|谢谢|你是谁"),
    prepositions=Cue("(?P<p>[与和跟对在从给向为])$"),
    copulas=Cue("[在于是从,，]+$"),
    function=STOP_WORDS["zh"],
    few=4,
    colon="：",
)
JAPANESE = Cues(
    asks=Cue(
        "(?:は|が|を|に|で)?(?:いつから|いつ|いくつ|いくら|どこ|誰|だれ|なぜ|どうして|なんで|何(?:人|件|回|年|月|日|億|万|か国|本|社)?|どの(?:くらい|ような|ように)?"
        "|どれ(?:くらい|だけ)?|どう|いかが|どんな)(?:で|に|を|が|の|と)?|(?:です|ます|でした|ました|でしょう|ません|なの|の)?か(?=[?？。]*$)|ですか"
    ),
    leads=Cue("^(?:では|じゃあ?|それでは|それなら|それで|で|あと|また)[、,]"),
    about=Cue(
        "^(?P<lead>(?:では|じゃあ?|それでは|それなら|あと|また)[、,]?)?(?P<x>[^?？]+?)(?:について|の場合|に関して|に対して)?"
        "(?P<tail>(?:は|なら|だと)(?:どう(?:ですか|でしょうか|なりますか|なんですか|なの|か|だ)?|いかが(?:ですか|でしょうか)?)?)?[?？。]*$"
    ),
    more=Cue(
        "^(?:もっと|もう少し|さらに)?(?:詳しく|くわしく|詳細を?|続きを?|他に(?:は|も)?(?:何か)?(?:ありますか)?|ほかに(?:は|も)?(?:ありますか)?|それから|もっと)(?:教えて"
        "|話して|説明して|お願い)?(?:ください|下さい|します)?[?？。]*$"
    ),
    points=(
        ("people", Cue("彼ら|彼女たち|彼女ら")),
        ("woman", Cue("彼女(?![たら])")),
        ("man", Cue("彼(?![女ら])|同氏")),
        ("country", Cue("[そこあ]の国|同国")),
        ("organisation", Cue("[そこあ]の(?:会社|企業|銀行|大学|機関|団体|財団)|同社")),
        ("city", Cue("そこ(?!から先)|[そこあ]の(?:都市|街|町)|現地")),
        ("date", Cue("その時|そのとき|当時|その年")),
        ("thing", Cue("それ(?!で|なら|から|ぞれ)|これ(?!から|まで)|[そこ]の(?:計画|事業|工場|プロジェクト|件|協定)")),
    ),
    noun=None,
    attributes=Cue("^(?:価格|値段|費用|予算|給料|学費|期間|場所|理由|原因|結果|目標|条件|規模)$"),
    self_standing=Cue("天気|金価格|為替|ニュース|こんにちは|ありがとう|あなたは誰"),
    prepositions=Cue("$^"),
    copulas=Cue("(?:は|が|を|に|で|と|から|まで|の|、)+$"),
    function=STOP_WORDS["ja"],
    few=6,
    colon="：",
)
