"""The text of a mail, without the heads of mails that were passed on and without its recipients."""

from email.message import EmailMessage
from typing import Final

from pipeline import patterns
from pipeline.connectors.inbound.mail.message import parts, words
from pipeline.text.markup import text_of_html

#: Headings that name whom a mail was sent to.
_RECIPIENTS: Final = frozenset({"to", "cc", "delivered-to", "x-original-to"})

#: A mail address as it stands among others or in words.
_ADDRESS: Final = patterns.compile(r"(?<![\w.+-])[\w.+-]{1,64}+@[\w-]{1,63}+(?:\.[\w-]{1,63}+){0,8}+")
#: The head of a mail that was passed on, as mail programs set it into the text.
_PASSED_ON: Final = patterns.compile(
    r"\A[>\s*]*+(?:From|Von|De|Da|Sent|Gesendet|Envoyé|Enviado|Date|Datum|To|An|À|Para|Subject|Betreff|Objet|Asunto|Cc|Reply-To)\s*+:"
)
_FORWARDED: Final = patterns.compile(
    r"\A[>\s-]*+(?:begin forwarded message|forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado)\b",
    patterns.IGNORECASE,
)


def letter(mail: EmailMessage) -> str:
    """What a mail says to its readers."""
    return _without_recipients(_text(mail), mail)


def _text(mail: EmailMessage) -> str:
    """The text of a mail: its HTML, which keeps links with their words, else its plain text. Heads of mails
    that were passed on are left out."""
    html = next((text for part in parts(mail, "text/html") if (text := words(part)).strip()), "")
    plain = next((text for part in parts(mail, "text/plain") if (text := words(part)).strip()), "")
    text = text_of_html(html) if html else plain
    if not any(map(_FORWARDED.match, text.split("\n"))):
        return text.strip()
    return _without_lines(_without_lines(text, _FORWARDED, "> \t\r-"), _PASSED_ON, "> \t\r*").strip()


def _without_lines(text: str, pattern: patterns.Pattern[str], marks: str) -> str:
    """The text with nothing in the place of the lines that begin as `pattern` says, and of those before them
    that hold nothing but `marks`."""
    kept: list[str] = []
    waiting: list[str] = []
    for line in text.split("\n"):
        if not line.strip(marks):
            waiting.append(line)
            continue
        begun = pattern.match(line)
        kept += [""] if begun else [*waiting, line]
        waiting.clear()
    return "\n".join([*kept, *waiting])


def _without_recipients(text: str, mail: EmailMessage) -> str:
    """The text without the addresses that it was sent to, which letters repeat beside "unsubscribe"."""
    headings = [str(value) for name, value in mail.raw_items() if name.lower() in _RECIPIENTS]
    recipients = {address.casefold() for heading in headings for address in _ADDRESS.findall(heading)}
    return (
        _ADDRESS.sub(lambda found: "" if found.group().casefold() in recipients else found.group(), text)
        if recipients
        else text
    )
