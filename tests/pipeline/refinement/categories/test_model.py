import json
from pathlib import Path

import numpy as np
import pytest

from pipeline import encoder
from pipeline.refinement.categories import model
from pipeline.refinement.categories.features import EventText, matrices
from pipeline.refinement.categories.lexicon import lexicon
from pipeline.taxonomy import OTHER, SLUGS
from pipeline.text.words import bucket, folded, plain, words


def test_all_artefacts_together_stay_below_five_megabytes_and_hold_no_pickle():
    folder = model.PATH.parent
    assert sum(path.stat().st_size for path in folder.iterdir()) < 5 * 1024 * 1024
    for path in folder.glob("*.npz"):
        with np.load(path, allow_pickle=False) as data:
            assert all(data[name].dtype.kind in "iufU" for name in data.files)


def test_the_shipped_figures_beat_the_plain_model_and_say_their_data():
    metadata = json.loads(model.PATH.with_suffix(".json").read_text())
    assert metadata == model.categorizer().metadata
    assert metadata["figures"]["within"]["mean"] > 0.80
    assert metadata["figures"]["unseen"]["mean"] > 0.70
    assert metadata["figures"]["alone"]["mean"] > 0.63
    assert metadata["figures"]["unseen"]["several"] >= 0.60
    assert max(metadata["figures"][way]["ece"] for way in ("within", "unseen")) < 0.05
    assert len(metadata["data"]) == 64


def test_the_confidence_of_texts_that_come_alone_is_calibrated_on_sources_held_out():
    figures = model.categorizer().metadata["figures"]
    assert figures["alone"]["ece"] < 0.06
    assert figures["unseen"]["ece"] < 0.045


def test_equal_sentences_are_encoded_once_and_every_one_gets_its_own_vector(monkeypatch):
    asked = []
    shipped = encoder._encoder()

    class Encoder:
        def encode(self, sentences):
            asked.extend(sentences)
            return shipped.encode(sentences)

    monkeypatch.setattr(encoder, "_encoder", Encoder)
    sentences = [
        "A night of jazz by the lake.",
        "Bread for beginners",
        "A night of jazz by the lake.",
        "Chess",
        "Bread for beginners",
    ]
    vectors = encoder.encode_sentences(sentences)
    assert sorted(asked) == sorted(set(sentences))
    for sentence, vector in zip(sentences, vectors, strict=True):
        assert np.allclose(vector, shipped.encode([sentence])[0], atol=1e-5)
    assert encoder.encode_sentences([]).shape == (0, 512)


def test_sentences_are_asked_only_where_the_words_are_unsure():
    asked = []
    shipped = model.categorizer()

    def encode(sentences):
        asked.extend(sentences)
        return np.zeros((len(sentences), 512), np.float32)

    one = model.Categorizer(shipped.parts, shipped.mixing, {}, encode)
    answers = one.answers([EventText("JavaScript developer conference"), EventText("Zzyzx qwrt")])
    assert answers[0].category == "tech"
    assert asked == ["Zzyzx qwrt"]


def test_an_unfamiliar_kind_of_source_is_unsure_sooner():
    chances = np.array([[0.6, 0.4], [0.6, 0.4], [0.45, 0.55]])
    familiar = np.array([1.0, 0.0, 0.0])
    assert model.are_unsure(
        chances, familiar, model.Mixing(unsure_below=0.5, unsure_unfamiliar=0.7)
    ).tolist() == [False, True, True]


def test_the_answer_does_not_depend_on_its_company():
    texts = [EventText(f"Concert {n} of the year", description="x " * n) for n in range(300)]
    together = model.categorizer().answers(texts)
    alone = [model.categorizer().answers([text])[0] for text in texts[::97]]
    assert [one.category for one in together[::97]] == [one.category for one in alone]
    assert [one.confidence for one in together[::97]] == pytest.approx(
        [one.confidence for one in alone], abs=1e-3
    )


def test_other_is_never_guessed_and_scores_sum_to_one():
    for answer in model.categorizer().answers([EventText(""), EventText("…"), EventText("12345")]):
        assert answer.category != OTHER
        assert answer.scores[OTHER] == 0
        assert sum(answer.scores.values()) == pytest.approx(1, abs=0.01)
        assert 0 <= answer.confidence <= 1


def test_an_artefact_for_another_taxonomy_is_refused(monkeypatch):
    content = model.PATH.read_bytes()
    monkeypatch.setattr(model, "SLUGS", (*SLUGS[:-1], "misc"))
    with pytest.raises(ValueError, match="taxonomy"):
        model.read(content)


def test_an_artefact_that_is_none_is_refused():
    with pytest.raises(ValueError, match="pickle"):
        model.read(b"nothing of the kind")


def test_reading_is_the_same_in_every_process():
    read = matrices([EventText("Jazz in the park", "<p>With <b>friends</b></p>", "Town Hall", "Bengaluru")])
    assert read.words.shape == (1, 2**17)
    assert read.evidence.shape == (1, 6 * 22)
    assert bucket("t:jazz", 2**17) == 61821
    assert read.words[0, 61821] > 0


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        (EventText("Zzyzx Qwrtl and the Vmbls", venue="Blue Room"), 1),
        (EventText("boygenius", venue="Blue Room"), 1),
        (EventText("Zzyzx Qwrtl"), 0),
        (EventText("Zzyzx Qwrtl", "It is said at length what this will be.", "Blue Room"), 0),
        (EventText("The quiet vmbls of the zzyzx", venue="Blue Room"), 0),
        (EventText("Chess Tournament", venue="Blue Room"), 0),
        (EventText("", venue="Blue Room"), 0),
    ],
)
def test_a_bare_name_at_a_venue_is_told_from_words(text, bare):
    assert matrices([text]).bare.tolist() == [bare]


@pytest.mark.parametrize(
    ("title", "venue", "category"),
    [
        ("Vmblar Zoltanski", "Blue Room", "music"),
        ("Lakers vs. Celtics", "Arena", "sport"),
        ("Taller de cerámica para principiantes", "", "workshop"),
        ("Gottesdienst mit Abendmahl", "", "faith"),
        ("Conseil municipal", "Mairie", "community"),
        ("ಯೋಗ ಶಿಬಿರ", "", "wellness"),
        ("KubeDay: cloud native developers", "", "tech"),
    ],
)
def test_what_no_source_of_the_training_says_is_known_all_the_same(title, venue, category):
    assert model.categorizer().answers([EventText(title, venue=venue)])[0].category == category


def test_words_of_many_scripts():
    assert words("Die Führung’s Café – ಸಂಗೀತ ಕಚೇರಿ https://x.example a@b.example", 9) == [
        "die",
        "fuhrung",
        "cafe",
        "ಸಂಗೀತ",
        "ಕಚೇರಿ",
    ]
    assert folded("ÉTÉ") == "ete"
    assert plain("<p>A &amp; B</p>").split() == ["A", "&", "B"]


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("konzerte", "music"),
        ("kammerkonzert", "music"),
        ("farmers market", "market"),
        ("ಸಂಗೀತ", "music"),
        ("club de lectura", "books"),
    ],
)
def test_telling_words_stems_endings_and_phrases(text, category):
    assert lexicon().counts(words(text, 9))[SLUGS.index(category)] > 0


def test_words_that_tell_nothing():
    assert not lexicon().counts(["zzyzx", "of", "a"]).any()


def test_the_shipped_words_are_our_own_list():
    assert (
        (Path(model.PATH).parent / "category_words.csv")
        .read_text(encoding="utf-8")
        .startswith("category,language,words\n")
    )
