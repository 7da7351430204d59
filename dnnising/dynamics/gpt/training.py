"""Train a GPT on the characters of a text, and watch its weights on the way."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from dnnising.dynamics.gpt.checkpoint import Checkpoint, Loss
from dnnising.dynamics.gpt.model import GPT, GPTConfig, build_gpt
from dnnising.progress import Report, _unheard as unheard
from dnnising.randomness import Rng, generator_of, torch_generator

_HELD_BACK = 0.1  # share of the text, at its end, that is never trained on
_WINDOWS = 2048  # on which a loss is measured: 65,536 characters at a context of 32
_AT_ONCE = 256  # of them
_MOMENTS = {"mean": "exp_avg", "square": "exp_avg_sq"}  # our names and torch's


def train_gpt(
    config: GPTConfig,
    text: str,
    *,
    rng: Rng | None = None,
    resume: Checkpoint | None = None,
    at: Sequence[int] = (0, 1000, 5000),
    progress: Report | None = None,
) -> Iterator[Checkpoint]:
    """Train by AdamW on random windows of a text, yielding a checkpoint at each iteration of `at`.

    The last tenth of the text is held back. Losses are measured on 2048 windows spaced evenly over either
    part: that draws no random number, so training does not depend on where it is looked at. A run that is
    resumed equals an unbroken one bit for bit, on one machine and with as many threads.

    Args:
        config: shape, start and training of the network.
        text: its set of characters is the vocabulary.
        rng: a numpy Generator, or an integer seed for one. It starts a new run: it seeds the torch generator
            that draws initial weights and batches.
        resume: go on from this checkpoint instead, with its generator.
        at: increasing iterations, the last of which ends the training. Those that a resumed run has already
            passed are left out.
        progress: called with the updates made, the last of `at`, and {}, like `progress_bar()`.

    Returns:
        An iterator over `Checkpoint` objects, one for each of `at`; the updates are made as it is asked for
        them.

    Raises:
        ValueError: neither or both of rng and resume, a checkpoint of another config or text, iterations that
            do not increase, or a text so short that its tenth has no window.

    A text that repeats itself can be learnt by heart, from a guess among 8 characters, ln 8 = 2.08 nats:

    >>> tiny = GPTConfig(blocks=1, heads=2, width=8, context=8, learning_rate=1e-2)
    >>> text = "to be or not to be, " * 50
    >>> first, last = train_gpt(tiny, text, rng=np.random.default_rng(0), at=(0, 200))
    >>> last.loss.validation < 0.5 < 2.0 < first.loss.validation
    True
    """
    if rng is not None:
        rng = generator_of(rng)
    if (rng is None) == (resume is None):
        raise ValueError("give either rng= to start a run or resume= to go on with one")
    if not at or at[0] < 0 or any(later <= sooner for sooner, later in pairwise(at)):
        raise ValueError(f"at must be increasing iterations, 0 or more, got {tuple(at)}")
    if len(text) * _HELD_BACK < config.context + 1:
        raise ValueError(
            f"the text has {len(text)} characters; with a context of {config.context} it needs "
            f"{round((config.context + 1) / _HELD_BACK)}, so that a tenth can be held back"
        )
    corpus = _corpus(text)
    if resume is not None and (resume.config, resume.text_sha256) != (config, corpus.sha256):
        raise ValueError("the checkpoint to resume has another config or text; start a new run with rng=")
    run = _restored(resume) if rng is None else _started(config, corpus, rng)  # type: ignore[arg-type]
    passed = -1 if resume is None else resume.iteration
    return _checkpoints(run, corpus, [stop for stop in at if stop > passed], progress or unheard)


@dataclass(frozen=True, eq=False)
class _Corpus:
    """A text as tokens: the part to learn from, and the part that is held back."""

    characters: str
    learnt: Tensor
    held_back: Tensor
    sha256: str


@dataclass(eq=False)
class _Run:
    """What changes while training."""

    config: GPTConfig
    model: GPT
    optimiser: torch.optim.Optimizer
    generator: torch.Generator
    iteration: int


def _corpus(text: str) -> _Corpus:
    codes, tokens = np.unique(np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32), return_inverse=True)
    split = len(tokens) - int(_HELD_BACK * len(tokens))
    learnt, held_back = torch.from_numpy(tokens[:split]), torch.from_numpy(tokens[split:])
    return _Corpus("".join(map(chr, codes)), learnt, held_back, hashlib.sha256(text.encode()).hexdigest())


def _started(config: GPTConfig, corpus: _Corpus, rng: np.random.Generator) -> _Run:
    generator = torch_generator(rng)
    model = build_gpt(config, len(corpus.characters), generator)
    return _Run(config, model, _adamw(model, config), generator, iteration=0)


def _restored(checkpoint: Checkpoint) -> _Run:
    generator = torch.Generator()
    generator.set_state(torch.tensor(checkpoint.generator))
    model = checkpoint.model()
    optimiser = _adamw(model, checkpoint.config)
    if checkpoint.moments:
        for name, parameter in model.named_parameters():
            kept = {
                theirs: torch.tensor(checkpoint.moments[f"{ours}/{name}"])
                for ours, theirs in _MOMENTS.items()
            }
            optimiser.state[parameter] = {"step": torch.tensor(float(checkpoint.iteration)), **kept}
    return _Run(checkpoint.config, model, optimiser, generator, checkpoint.iteration)


def _adamw(model: GPT, config: GPTConfig) -> torch.optim.Optimizer:
    return torch.optim.AdamW(model.parameters(), lr=config.learning_rate, fused=True)


def _checkpoints(run: _Run, corpus: _Corpus, stops: Sequence[int], progress: Report) -> Iterator[Checkpoint]:
    total = stops[-1] if stops else run.iteration
    progress(run.iteration, total, {})
    for stop in stops:
        while run.iteration < stop:
            _update(run, corpus.learnt)
            progress(run.iteration, total, {})
        yield _checkpoint(run, corpus)


def _update(run: _Run, tokens: Tensor) -> None:
    context = run.config.context
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


def _checkpoint(run: _Run, corpus: _Corpus) -> Checkpoint:
    """A copy of the run as it is."""
    parts = (corpus.learnt, corpus.held_back)
    train, validation = (_loss(run.model, part, run.config.context) for part in parts)
    moments = {
        f"{ours}/{name}": run.optimiser.state[parameter][theirs].numpy().copy()
        for name, parameter in run.model.named_parameters()
        for ours, theirs in _MOMENTS.items()
        if parameter in run.optimiser.state
    }
    return Checkpoint(
        config=run.config,
        characters=corpus.characters,
        iteration=run.iteration,
        loss=Loss(train, validation),
        state={name: tensor.numpy().copy() for name, tensor in run.model.state_dict().items()},
        moments=moments,
        generator=run.generator.get_state().numpy().copy(),
        text_sha256=corpus.sha256,
    )
