from pipeline import encoder
from pipeline.preload import warm
from pipeline.refinement.categories import model
from pipeline.refinement.checks.spam import spam_filter


def test_every_model_is_loaded_once():
    warm()
    loaded = model.categorizer(), spam_filter(), encoder._encoder()
    warm()
    assert (model.categorizer(), spam_filter(), encoder._encoder()) == loaded
    assert encoder._encoder.cache_info().misses == 1
