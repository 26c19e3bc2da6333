"""The whole training with small data: sixty events of three sources."""

import csv
import io

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from pipeline.refinement.categories import model
from training.examples import balanced, family_of, labelled_examples
from training.known import OwnExamples, examples, fit_belief, own_examples
from training.scorecard import compared

KINDS = {
    "music": ("Jazz concert by the {} quartet", "An evening of live music"),
    "food": ("Wine tasting at {}", "Cheese, bread and six glasses"),
    "sport": ("{} half marathon", "Ten kilometres along the river"),
    "art": ("Exhibition of {} at the gallery", "Paintings and sculptures"),
}
WORDS = ("Arno", "Basil", "Cedar", "Delta", "Ember", "Fjord")


@pytest.fixture
def small(tmp_path):
    """(labelled file, label map): three sources, four kinds, six events each."""
    file, labels = tmp_path / "events.csv", tmp_path / "map.csv"
    names = ["source", "id", "title", "description", "venue", "city", "lang", "labels"]
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, names, restval="")
        writer.writeheader()
        for source in ("harbour-a", "harbour-b", "hill"):
            for kind, (title, description) in KINDS.items():
                for number, word in enumerate(WORDS):
                    writer.writerow(
                        {
                            "source": source,
                            "id": f"{kind}{number}",
                            "title": title.format(word),
                            "description": description,
                            "labels": kind,
                        }
                    )
    labels.write_text(
        "source,label,acceptable\n"
        + "".join(f"{s},{k},{k}\n" for s in ("harbour-a", "harbour-b", "hill") for k in KINDS)
    )
    return file, labels


@pytest.fixture
def train(small, tmp_path, monkeypatch):
    """Run the command with a cheap replacement of the sentence encoder and few category words.

    Returns its output.
    """
    file, labels = small
    directions = np.random.default_rng(0).standard_normal((256, 512)).astype(np.float32)

    def vectors(sentences):
        return np.array(
            [directions[[ord(letter) % 256 for letter in text]].mean(axis=0) for text in sentences],
            np.float32,
        )

    def few():
        every = own_examples()
        return OwnExamples(every.texts[::25], every.acceptable[::25], every.weight[::25])

    monkeypatch.setattr("training.categorizer.encode_sentences", vectors)
    monkeypatch.setattr("training.plain.encode_sentences", vectors)
    monkeypatch.setattr("training.categorizer.own_examples", few)

    def run(*more, output=tmp_path / "model.npz"):
        out = io.StringIO()
        call_command(
            "train_categorizer", str(file), "--labels", str(labels), "--output", str(output), "--rounds=6", "--folds=2", *more,
            stdout=out, stderr=io.StringIO(),
        )  # fmt: skip
        return out.getvalue()

    return run


def test_it_prints_its_score_card_and_installs_a_model_without_pickle(train, tmp_path):
    printed = train("--pictures", str(tmp_path / "drawn"))
    assert "harbour-a" in printed
    assert len(list((tmp_path / "drawn").rglob("*.svg"))) == 4
    assert "expected mean over 17 sources" in printed
    content = (tmp_path / "model.npz").read_bytes()
    assert len(content) < 4 * 1024 * 1024
    held = model.read(content)
    assert held.metadata["figures"]["within"]["mean"] > 0.9
    answer = held.answers([model.EventText("Jazz concert by the Zephyr quartet")])[0]
    assert answer.category == "music"


def test_a_worse_model_is_refused_unless_forced(train, tmp_path):
    train()
    path = tmp_path / "model.npz"
    held = model.read(path.read_bytes())
    for way in ("within", "unseen"):
        held.metadata["figures"][way]["by_source"] = dict.fromkeys(
            held.metadata["figures"][way]["by_source"], 1.5
        )
    better = model.dump(held.parts, held.mixing, held.metadata)
    path.write_bytes(better)
    with pytest.raises(CommandError, match="worse"):
        train()
    assert path.read_bytes() == better
    train("--force")
    assert path.read_bytes() != better


def card(**by_source):
    """Scores with these figures, the same held out by title and by source."""
    return {way: {"by_source": dict(by_source)} for way in ("within", "unseen")}


def test_two_cards_are_compared_over_the_sources_of_both():
    assert compared(card(a=0.8, b=0.6), card(a=0.8, b=0.6)) == (0.7, 0.7)
    assert compared(card(a=0.7, b=0.5, easy=1.0, corrections=1.0), card(a=0.8, b=0.6)) == (0.6, 0.7), (
        "an easy new source hides no loss"
    )
    assert compared(card(a=0.8, b=0.6, hard=0.1, corrections=0.2), card(a=0.8, b=0.6)) == (0.7, 0.7), (
        "a hard new source is no loss"
    )
    assert compared(card(a=0.8), card(a=0.7, corrections=1.0)) == (0.8, 0.7)
    assert compared(card(a=0.8, corrections=1.0), card(b=0.7, corrections=0.5)) is None
    assert compared(card(a=0.8), {}) is None


def test_corrections_have_no_part_in_the_means_over_sources(train, tmp_path):
    corrections = tmp_path / "corrections.csv"
    with corrections.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["source", "id", "title", "labels"])
        writer.writerows(
            ["corrections", str(number), f"Jazz concert by the {word} quartet", "sport"]
            for number, word in enumerate(WORDS)
        )
    train("--corrections", str(corrections))
    figures = model.read((tmp_path / "model.npz").read_bytes()).metadata["figures"]
    sources = ("harbour-a", "harbour-b", "hill")
    for way in ("within", "unseen"):
        assert set(figures[way]["by_source"]) == {*sources, "corrections"}
        assert figures[way]["mean"] == pytest.approx(
            sum(figures[way]["by_source"][name] for name in sources) / 3, abs=1e-4
        )


def test_a_model_that_cannot_be_compared_is_refused(train, tmp_path):
    train()
    path = tmp_path / "model.npz"
    held = model.read(path.read_bytes())
    for way in ("within", "unseen"):
        held.metadata["figures"][way]["by_source"] = {"elsewhere": 0.1}
    path.write_bytes(model.dump(held.parts, held.mixing, held.metadata))
    with pytest.raises(CommandError, match="cannot be compared"):
        train()
    train("--force")


def test_the_same_data_gives_the_same_artefact(train, tmp_path):
    first, second = tmp_path / "first.npz", tmp_path / "second.npz"
    train(output=first)
    train(output=second)
    one, other = model.read(first.read_bytes()), model.read(second.read_bytes())
    assert one.mixing == other.mixing
    assert np.array_equal(one.parts.words, other.parts.words)


def test_examples_are_balanced_and_families_told(small):
    file, labels = small
    examples = labelled_examples(file, labels, folds=2)
    assert len(examples) == 72
    assert set(examples.family.tolist()) == {"harbour", "hill"}
    assert len(examples.digest) == 64
    assert family_of("burningman2014") == family_of("burningman2025") == "burningman"
    assert family_of("2014") == "2014"


def test_repeated_titles_share_one_weight():
    weight = balanced(np.array(["a", "a", "a"]), ["x", "x", "y"])
    assert weight[0] == weight[1] == pytest.approx(weight[2] / 2)


def test_what_cannot_be_read_is_said(tmp_path, small):
    with pytest.raises(CommandError) as failure:
        call_command("train_categorizer", str(tmp_path / "nothing.csv"), "--labels", str(small[1]))
    assert failure.value.returncode == 2
    empty = tmp_path / "empty.csv"
    empty.write_text("source,id,title,labels\n")
    with pytest.raises(CommandError, match="no event"):
        call_command("train_categorizer", str(empty), "--labels", str(small[1]))


def test_our_examples_cover_every_category_in_many_languages():
    found = list(examples())
    assert {category for _, category in found} == set(range(21))
    assert len(set(found)) > 1000


def test_what_we_told_is_balanced_over_the_categories():
    every = own_examples()
    assert every.weight.sum() == pytest.approx(1)
    shares = (every.weight[:, None] * every.acceptable / every.acceptable.sum(axis=1, keepdims=True)).sum(
        axis=0
    )
    assert shares[:21].max() < 2 * shares[:21].min()


def test_a_piece_of_knowledge_that_is_right_is_believed_and_noise_is_not():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 21, 200)
    right = np.eye(22, dtype=np.float32)[truth]
    noise = rng.standard_normal((200, 22)).astype(np.float32)
    belief = fit_belief([right, noise], right, np.ones(200))
    assert belief[0] > 3
    assert abs(belief[1]) < 0.3


def test_plain_models_are_measured_in_the_same_ways_and_nothing_is_installed(train, tmp_path):
    rows = [line.split() for line in train("--plain").splitlines()]
    assert [row[:2] for row in rows[:3]] == [
        ["titles", "tf-idf"],
        ["titles", "sentences"],
        ["titles", "average"],
    ]
    assert {row[0] for row in rows} == {"titles", "events", "sources"}
    assert all(0.0 <= float(row[2]) <= 1.0 for row in rows)
    assert float(rows[3][2]) > 0.9  # the same few words come in every quarter
    assert not (tmp_path / "model.npz").exists()
