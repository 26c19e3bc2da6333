"""The categorizer learns from moderators' corrections."""

import pytest

from accounts.rights import PIPELINE
from events.services.editing import edit
from pipeline.refinement.categories import model
from tests.factories import make_event
from tests.training.test_categorizer_training import small, train  # noqa: F401
from training.corrections import corrected_events
from training.examples import labelled_examples, read_corrections


def test_events_whose_category_a_person_set_are_corrections(db):
    music, other, untouched = (
        make_event(title=title, category_id="food")
        for title in ("Ravi and friends", "Who knows", "Left alone")
    )
    edit(music.id, {"category_id": "music"}, by=PIPELINE)
    edit(other.id, {"category_id": "music"}, by=PIPELINE)
    edit(other.id, {"category_id": "other"}, by=PIPELINE)
    edit(untouched.id, {"title": "Only the title"}, by=PIPELINE)
    (reported,) = corrected_events()
    assert (reported.key, reported.source, reported.title) == (
        f"corrections:{music.id}",
        "corrections",
        "Ravi and friends",
    )
    assert reported.acceptable == {"music"}


def test_corrections_change_the_data_and_count_as_a_source_of_their_own(small, db):  # noqa: F811
    event = make_event(title="Ravi and friends", category_id="food")
    edit(event.id, {"category_id": "music"}, by=PIPELINE)
    plain = labelled_examples(*small, folds=2)
    corrected = labelled_examples(*small, folds=2, corrections=corrected_events())
    assert len(corrected) == len(plain) + 1
    assert "corrections" in corrected.family
    assert corrected.digest != plain.digest


def test_written_corrections_are_read_with_slugs_as_labels(tmp_path):
    file = tmp_path / "corrections.csv"
    file.write_text(
        "source,id,title,labels\ncorrections,1,Ravi and friends,music\ncorrections,2,What,nothing known\n"
    )
    (reported,) = read_corrections(file)
    assert reported.acceptable == {"music"}


@pytest.mark.django_db
def test_the_command_learns_from_the_database_where_asked(train, tmp_path):  # noqa: F811
    for number in range(3):
        edit(
            make_event(title=f"Ravi and friends {number}", category_id="food").id,
            {"category_id": "music"},
            by=PIPELINE,
        )
    train("--corrected")
    held = model.read((tmp_path / "model.npz").read_bytes())
    assert held.metadata["corrections"] == 3
