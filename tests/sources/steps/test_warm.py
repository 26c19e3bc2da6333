from events import encoder
from sources.categorizer import model
from sources.checks.spam import spam_filter
from sources.steps.warm import warm


def test_every_model_is_loaded_once():
    warm()
    loaded = model.categorizer(), spam_filter(), encoder._encoder()
    warm()
    assert (model.categorizer(), spam_filter(), encoder._encoder()) == loaded
    assert encoder._encoder.cache_info().misses == 1
