import numpy as np
import pytest
from scipy import sparse

from training.fit import Block, fit, softmax


def test_what_separates_is_learned_from_dense_and_sparse_alike():
    features = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], np.float32)
    right = np.array([[1, 0], [1, 0], [0, 1], [0, 1]])
    for matrix in (features, sparse.csr_matrix(features)):
        fitted = fit([Block(matrix, 1e-3)], right, np.ones(4))
        assert softmax(fitted.logits([matrix])).argmax(axis=1).tolist() == [0, 0, 1, 1]


def test_a_set_lets_the_model_choose_and_the_spread_keeps_both_alive():
    features = np.ones((3, 1), np.float32)
    sets = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 0]])
    chances = {
        spread: softmax(fit([Block(features, 1e-3)], sets, np.ones(3), spread=spread).logits([features]))[0]
        for spread in (0.0, 0.5)
    }
    assert chances[0.0][0] > 0.9
    assert chances[0.5][1] > 0.15
    assert chances[0.5][2] < 0.1


def test_with_no_evidence_the_weights_stay_at_their_prior():
    prior = np.array([[2.0, 0.0]])
    fitted = fit([Block(np.zeros((2, 1), np.float32), 1.0, prior)], np.array([[1, 0], [0, 1]]), np.ones(2))
    assert fitted.weights[0] == pytest.approx(prior)


def test_it_is_the_same_every_time():
    chance = np.random.default_rng(1)
    features, right = chance.random((30, 5)), np.eye(3)[chance.integers(0, 3, 30)]
    first, second = (fit([Block(features, 1e-2)], right, np.ones(30)) for _ in range(2))
    assert np.array_equal(first.weights[0], second.weights[0])
