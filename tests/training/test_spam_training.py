import io
import json

import pytest
from django.core.management import CommandError, call_command

from pipeline.refinement.checks.spam import spam_filter


@pytest.fixture
def data(tmp_path):
    messages, events, labels, hosts = (
        tmp_path / name for name in ("sms.tsv", "events.csv", "map.csv", "hosts.txt")
    )
    spam = [f"spam\tWINNER claim your £{n}00 cash prize now call 0906{n}701461" for n in range(10, 40)]
    ham = [f"ham\tsee you at {n} then, bring the keys" for n in range(30)]
    messages.write_text("\n".join(spam + ham) + "\n", encoding="utf-8")
    rows = "".join(f"a,{n},Concert in the park number {n},with the town band,Music\n" for n in range(40))
    events.write_text("source,id,title,description,labels\n" + rows)
    labels.write_text("source,label,acceptable\na,Music,music\n")
    hosts.write_text("spam.example\nwww.other.example\n")
    return [
        str(messages),
        "--events",
        str(events),
        "--labels",
        str(labels),
        "--hosts",
        str(hosts),
        "--output",
        str(tmp_path / "spam.npz"),
    ]


def test_it_learns_prints_its_figures_and_installs(data, tmp_path):
    out = io.StringIO()
    call_command("train_spam", *data, stdout=out)
    printed = out.getvalue()
    assert json.loads(printed[: printed.rindex("}") + 1])["events_called_spam"] <= 0.005
    judge = spam_filter(tmp_path / "spam.npz")
    assert judge.is_spam("WINNER claim your £900 cash prize now call 09061701461")
    assert not judge.is_spam("Concert in the park with the town band")
    assert len(judge.bad_hosts) == 2


def test_a_filter_that_calls_real_events_spam_is_refused(data, tmp_path, monkeypatch):
    monkeypatch.setattr("sources.management.commands.train_spam.MOST_FALSE", -1)
    with pytest.raises(CommandError, match="real events"):
        call_command("train_spam", *data, stdout=io.StringIO())
    assert not (tmp_path / "spam.npz").exists()


def test_missing_files_are_said(data):
    with pytest.raises(CommandError) as failure:
        call_command("train_spam", "nowhere.tsv", *data[1:], stdout=io.StringIO())
    assert failure.value.returncode == 2
