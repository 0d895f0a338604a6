"""A small network: two layers of rectified sums, then one sigmoid per type. And Adam, which fits it."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

HIDDEN = (64, 32)
_DECAY, _DECAY_OF_SQUARES, _TINY = np.float32(0.9), np.float32(0.999), np.float32(1e-8)


@dataclass
class Network:
    """Weights of shape (in, out) and biases of shape (out), layer by layer."""

    weights: list[Floats]
    biases: list[Floats]

    @classmethod
    def fresh(cls, *, inputs: int, outputs: int, rng: np.random.Generator) -> "Network":
        sizes = (inputs, *HIDDEN, outputs)
        weights = [
            rng.standard_normal((size, following), dtype=np.float32) * np.float32(np.sqrt(2 / size))
            for size, following in pairwise(sizes)
        ]
        weights[-1] *= np.float32(0.1)
        return cls(weights, [np.zeros(size, np.float32) for size in sizes[1:]])

    def probabilities(self, rows: Floats) -> Floats:
        """Shape (rows, outputs), of rows of shape (rows, inputs)."""
        return sigmoid(self.logits(rows))

    def logits(self, rows: Floats) -> Floats:
        return self._layers(rows)[-1]

    def _layers(self, rows: Floats) -> list[Floats]:
        """What goes into every layer, and last what comes out of the last one."""
        layers = [rows]
        for weights, biases in zip(self.weights[:-1], self.biases[:-1], strict=True):
            layers.append(np.maximum(layers[-1] @ weights + biases, 0))
        layers.append(layers[-1] @ self.weights[-1] + self.biases[-1])
        return layers

    def gradients(
        self, rows: Floats, truth: Floats, weight: Floats, *, over: float
    ) -> tuple[float, list[Floats], list[Floats]]:
        """Loss (summed where there is weight, over `over`) and its gradients by weights and biases.

        `truth` and `weight` have shape (rows, outputs); a weight of 0 leaves that answer out.
        """
        layers = self._layers(rows)
        loss = float((losses(layers[-1], truth) * weight).sum()) / over
        slope = (sigmoid(layers[-1]) - truth) * weight / np.float32(over)
        by_weights, by_biases = [], []
        for at in range(len(self.weights) - 1, -1, -1):
            by_weights.append(layers[at].T @ slope)
            by_biases.append(slope.sum(axis=0))
            if at:
                slope = (slope @ self.weights[at].T) * (layers[at] > 0)
        return loss, by_weights[::-1], by_biases[::-1]


class Gradients:
    """Loss and gradients of a batch, summed up part by part: the largest batches would take hundreds of megabytes."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.loss = 0.0
        self.values: list[Floats] = []  # in the order of `Adam`

    def add(self, rows: Floats, truth: Floats, weight: Floats, *, over: float) -> None:
        """A part of a batch in which `over` answers count."""
        loss, by_weights, by_biases = self._network.gradients(rows, truth, weight, over=over)
        values = [*by_weights, *by_biases]
        self.loss += loss
        if self.values:
            values = [total + value for total, value in zip(self.values, values, strict=True)]
        self.values = values


class Adam:
    """Moves a network's weights, in place."""

    def __init__(self, network: Network) -> None:
        self._values = [*network.weights, *network.biases]
        self._means = [np.zeros_like(value) for value in self._values]
        self._squares = [np.zeros_like(value) for value in self._values]
        self._steps = 0

    def step(self, gradients: list[Floats], *, rate: float) -> None:
        self._steps += 1
        bias, bias_of_squares = 1 - _DECAY**self._steps, 1 - _DECAY_OF_SQUARES**self._steps
        size = np.float32(rate * np.sqrt(bias_of_squares) / bias)
        for value, mean, square, gradient in zip(self._values, self._means, self._squares, gradients, strict=True):
            mean += (1 - _DECAY) * (gradient - mean)
            square += (1 - _DECAY_OF_SQUARES) * (gradient * gradient - square)
            value -= size * mean / (np.sqrt(square) + _TINY)


def sigmoid(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), np.float32)


def losses(logits: Floats, truth: Floats) -> Floats:
    """Cross entropy of every answer."""
    return np.asarray(np.maximum(logits, 0) - logits * truth + np.log1p(np.exp(-np.abs(logits))), np.float32)
