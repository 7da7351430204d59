"""Train a GPT on the characters of a text, and watch its weights on the way."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from dnnising.dynamics.gpt.checkpoint import Checkpoint, Loss, checkpoints_of, save_checkpoints
from dnnising.dynamics.gpt.model import GPT, GPTConfig, build_gpt
from dnnising.progress import Report, ShowProgress, reporter
from dnnising.randomness import Rng, fingerprint, generator_of, torch_generator
from dnnising.resuming import identity, keep, resumed

_HELD_BACK = 0.1  # share of the text, at its end, that is never trained on
_WINDOWS = 2048  # on which a loss is measured: 65,536 characters at a context of 32
_AT_ONCE = 256  # of them
_MOMENTS = {"mean": "exp_avg", "square": "exp_avg_sq"}  # our names and torch's


def train_gpt(
    config: GPTConfig,
    text: str,
    *,
    rng: Rng,
    iterations: Sequence[int] = (0, 1000, 5000),
    path: str | os.PathLike | None = None,
    progress: ShowProgress = None,
) -> Iterator[Checkpoint]:
    """Train by AdamW on random windows of a text, yielding a checkpoint at each of `iterations`.

    The last tenth of the text is held back. Losses are measured on 2048 windows spaced evenly over either
    part: that draws no random number, so training does not depend on where it is looked at.

    Args:
        config: shape, start and training of the network.
        text: its set of characters is the vocabulary.
        rng: a numpy Generator, or an integer seed for one. It seeds the torch generator that draws initial
            weights and batches.
        iterations: when to yield one, increasing; the last ends the training.
        path: where to keep the training, its checkpoints included, every half minute and at the end. If the
            file is there, the training goes on from it, bit for bit as if it had never stopped, on one
            machine and with as many threads; with more iterations also after it has ended.
        progress: called with the updates made, the last of `iterations`, and {}; None shows a bar in
            notebooks and terminals, False nothing.

    Returns:
        An iterator over `Checkpoint` objects, one for each of `iterations`; the updates are made as it is
        asked for them.

    Raises:
        ValueError: iterations that do not increase; a text so short that its tenth has no window; or the file
            at path holds a training of another config, text or rng, or one that has passed one of
            `iterations` without keeping its checkpoint.
        DataFormatError: the file at path is damaged.

    A text that repeats itself can be learnt by heart, from a guess among 8 characters, ln 8 = 2.08 nats:

    >>> tiny = GPTConfig(blocks=1, heads=2, width=8, context=8, learning_rate=1e-2)
    >>> text = "to be or not to be, " * 50
    >>> first, last = train_gpt(tiny, text, rng=np.random.default_rng(0), iterations=(0, 200))
    >>> last.loss.validation < 0.5 < 2.0 < first.loss.validation
    True
    """
    rng = generator_of(rng)
    if not iterations or iterations[0] < 0 or any(b <= a for a, b in pairwise(iterations)):
        raise ValueError(f"iterations must increase from 0 or more, got {tuple(iterations)}")
    if len(text) * _HELD_BACK < config.context + 1:
        raise ValueError(
            f"the text has {len(text)} characters; with a context of {config.context} it needs "
            f"{round((config.context + 1) / _HELD_BACK)}, so that a tenth can be held back"
        )
    corpus = _corpus(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    asked = identity(config=config, text=digest, rng=fingerprint(rng))
    generator = torch_generator(rng)  # also where the training goes on: what is drawn next is the same
    there = resumed(path, "checkpoint of a GPT", checkpoints_of, asked)
    run = _restored(there, corpus, iterations) if there else _started(config, corpus, generator, asked)
    missed = sorted(set(iterations) - run.kept.keys() - set(range(run.iteration, iterations[-1] + 1)))
    if missed:
        raise ValueError(
            f"the training at {path} is at iteration {run.iteration} and has not kept {missed}: leave "
            "them out of iterations, or take another path to start anew"
        )
    return _checkpoints(run, iterations, path, reporter(progress, "train_gpt"))


@dataclass(frozen=True, eq=False)
class _Corpus:
    """A text as tokens: the part to learn from, and the part that is held back."""

    characters: str
    learnt: Tensor
    held_back: Tensor


@dataclass(eq=False)
class _Run:
    """What changes while training, and by their iterations the checkpoints that were passed."""

    config: GPTConfig
    corpus: _Corpus
    asked: Mapping[str, str]
    model: GPT
    optimiser: torch.optim.Optimizer
    generator: torch.Generator
    iteration: int
    kept: dict[int, Checkpoint]

    def save(self, path: str | os.PathLike) -> None:
        """Write the checkpoints that were passed and the run as it is, from which it goes on."""
        kept = self.kept if self.iteration in self.kept else self.kept | {self.iteration: _checkpoint(self)}
        save_checkpoints(path, list(kept.values()))


def _corpus(text: str) -> _Corpus:
    codes, tokens = np.unique(np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32), return_inverse=True)
    split = len(tokens) - int(_HELD_BACK * len(tokens))
    learnt, held_back = torch.from_numpy(tokens[:split]), torch.from_numpy(tokens[split:])
    return _Corpus("".join(map(chr, codes)), learnt, held_back)


def _started(
    config: GPTConfig, corpus: _Corpus, generator: torch.Generator, asked: Mapping[str, str]
) -> _Run:
    model = build_gpt(config, len(corpus.characters), generator)
    return _Run(config, corpus, asked, model, _adamw(model, config), generator, iteration=0, kept={})


def _restored(checkpoints: list[Checkpoint], corpus: _Corpus, iterations: Sequence[int]) -> _Run:
    """The run at its last checkpoint, which is kept for longer only if it was asked for."""
    last = checkpoints[-1]
    generator = torch.Generator()
    generator.set_state(torch.tensor(last.generator))
    model = last.model()
    optimiser = _adamw(model, last.config)
    if last.moments:
        for name, parameter in model.named_parameters():
            kept = {theirs: torch.tensor(last.moments[f"{ours}/{name}"]) for ours, theirs in _MOMENTS.items()}
            optimiser.state[parameter] = {"step": torch.tensor(float(last.iteration)), **kept}
    passed = {one.iteration: one for one in checkpoints if one is not last or one.iteration in iterations}
    return _Run(last.config, corpus, last.asked, model, optimiser, generator, last.iteration, passed)


def _adamw(model: GPT, config: GPTConfig) -> torch.optim.Optimizer:
    return torch.optim.AdamW(model.parameters(), lr=config.learning_rate, fused=True)


def _checkpoints(
    run: _Run, iterations: Sequence[int], path: str | os.PathLike | None, report: Report
) -> Iterator[Checkpoint]:
    """The checkpoints that are kept already, and those on the way to the last of `iterations`."""
    behind = [stop for stop in iterations if stop in run.kept]
    yield from (run.kept[stop] for stop in behind)
    for _ in keep(_trained(run, iterations), path):
        report(run.iteration, max(run.iteration, iterations[-1]), {})
        if run.iteration in iterations and run.iteration not in behind:
            yield run.kept[run.iteration] if path is not None else run.kept.pop(run.iteration)


def _trained(run: _Run, iterations: Sequence[int]) -> Iterator[_Run]:
    """The run as it is and after each update."""
    for stop in range(run.iteration, iterations[-1] + 1):
        while run.iteration < stop:
            _update(run)
        if stop in iterations and stop not in run.kept:
            run.kept[stop] = _checkpoint(run)
        yield run


def _update(run: _Run) -> None:
    tokens, context = run.corpus.learnt, run.config.context
    starts = torch.randint(len(tokens) - context, (run.config.batch,), generator=run.generator)
    run.optimiser.zero_grad()
    _cross_entropy(run.model, _windows(tokens, starts, context)).backward()
    run.optimiser.step()
    run.iteration += 1


def _windows(tokens: Tensor, starts: Tensor, context: int) -> Tensor:
    """Windows of a context and the character after it, (windows, context + 1)."""
    return tokens[starts[:, None] + torch.arange(context + 1)]


def _cross_entropy(model: GPT, windows: Tensor) -> Tensor:
    """Of each character given those before it in its window, the mean, in nats."""
    return F.cross_entropy(model(windows[:, :-1]).flatten(0, 1), windows[:, 1:].flatten())


@torch.no_grad()
def _loss(model: GPT, tokens: Tensor, context: int) -> float:
    starts = torch.linspace(0, len(tokens) - context - 1, _WINDOWS, dtype=torch.float64).long()
    parts = [_cross_entropy(model, _windows(tokens, part, context)) for part in starts.split(_AT_ONCE)]
    return float(torch.stack(parts).mean())


def _checkpoint(run: _Run) -> Checkpoint:
    """A copy of the run as it is."""
    parts = (run.corpus.learnt, run.corpus.held_back)
    train, validation = (_loss(run.model, part, run.config.context) for part in parts)
    moments = {
        f"{ours}/{name}": run.optimiser.state[parameter][theirs].numpy().copy()
        for name, parameter in run.model.named_parameters()
        for ours, theirs in _MOMENTS.items()
        if parameter in run.optimiser.state
    }
    return Checkpoint(
        config=run.config,
        characters=run.corpus.characters,
        iteration=run.iteration,
        loss=Loss(train, validation),
        state={name: tensor.numpy().copy() for name, tensor in run.model.state_dict().items()},
        moments=moments,
        generator=run.generator.get_state().numpy().copy(),
        asked=run.asked,
    )
