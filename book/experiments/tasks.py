"""Three transformers with a task each: what they are worth, as trained and after their weights are shuffled.

- `passages`: the embedded model finds the second half of a passage of Shakespeare's by its first half.
- `characters`: a GPT trained here continues the plays.
- `digits`: a vision transformer trained here reads scikit-learn's handwritten digits.

A task is a model of the transformers package and a function that gives its score, a figure named after what
it is; of a perplexity less is better, of the others more.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.nn import functional as F
from transformers import AutoTokenizer, PreTrainedModel, ViTConfig, ViTForImageClassification

from dnnising.dynamics import GPTConfig, as_gpt2, shakespeare, train_gpt
from dnnising.randomness import torch_seeded
from dnnising.weights.checkpoints import read_checkpoint
from dnnising.weights.installed.networks import installed_files

PASSAGES = 200
HALF = 60  # words


class Task(NamedTuple):
    model: PreTrainedModel
    scores: Callable[[Any], dict[str, float]]


def passage_task(rng: np.random.Generator) -> Task:
    """The embedded model matches the halves of 200 passages of 120 words from the plays.

    accuracy: how often the nearest of the second halves is the right one; agreement: how often it is the one
    that the trained model takes.
    """
    (weights,) = installed_files("minilm")
    folder = weights.parent
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    words = shakespeare().split()
    starts = HALF * 2 * rng.choice(len(words) // (2 * HALF), PASSAGES, replace=False)
    halves = [" ".join(words[i : i + HALF]) for shift in (0, HALF) for i in (starts + shift).tolist()]
    tokens = tokenizer(halves, padding=True, return_tensors="pt")
    batches = list(zip(tokens["input_ids"].split(100), tokens["attention_mask"].split(100)))
    mask = tokens["attention_mask"][:, :, None]

    @torch.no_grad()
    def nearest(model: PreTrainedModel) -> torch.Tensor:
        states = torch.cat(
            [model(input_ids=ids, attention_mask=seen).last_hidden_state for ids, seen in batches]
        )
        vectors = F.normalize((states * mask).sum(1) / mask.sum(1), dim=1)  # mean over words, as in training
        return (vectors[:PASSAGES] @ vectors[PASSAGES:].T).argmax(1)

    trained = read_checkpoint(folder).eval()
    taken = nearest(trained)

    def scores(model: PreTrainedModel) -> dict[str, float]:
        now = nearest(model)
        right = now == torch.arange(PASSAGES)
        return {"accuracy": float(right.float().mean()), "agreement": float((now == taken).float().mean())}

    return Task(trained, scores)


def character_task(rng: np.random.Generator, updates: int = 5000) -> Task:
    """A GPT on the plays; perplexity of the next character in the tenth of the text that is held back."""
    text = shakespeare()
    config = GPTConfig()
    *_, last = train_gpt(config, text, rng=rng, iterations=(updates,))
    place = {character: i for i, character in enumerate(last.characters)}
    held_back = torch.tensor([place[character] for character in text[-len(text) // 10 :]])
    starts = torch.linspace(0, len(held_back) - config.context - 1, 1024).long()
    windows = held_back[starts[:, None] + torch.arange(config.context + 1)]

    @torch.no_grad()
    def scores(model: PreTrainedModel) -> dict[str, float]:
        logits = model(input_ids=windows[:, :-1]).logits
        return {"perplexity": float(F.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten()).exp())}

    return Task(as_gpt2(last), scores)


def digit_task(rng: np.random.Generator, epochs: int = 40) -> Task:
    """A vision transformer on 8×8 digits in patches of 2×2; accuracy on the 540 images that are held back."""
    images, labels = load_digits(return_X_y=True)
    images = torch.tensor(images / 8 - 1, dtype=torch.float32).reshape(-1, 1, 8, 8)
    split = train_test_split(images, torch.tensor(labels), test_size=540, random_state=0, stratify=labels)
    learnt, held_back, truth, answers = split
    inherited: dict[str, Any] = {"num_labels": 10, "attn_implementation": "eager"}  # from PreTrainedConfig
    config = ViTConfig(
        hidden_size=64,
        num_hidden_layers=4,
        num_attention_heads=4,
        intermediate_size=256,
        image_size=8,
        patch_size=2,
        num_channels=1,
        **inherited,
    )
    with torch_seeded(rng):
        model = ViTForImageClassification(config)
        optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
        for _ in range(epochs):
            for batch in torch.randperm(len(learnt)).split(64):
                optimiser.zero_grad()
                F.cross_entropy(model(learnt[batch]).logits, truth[batch]).backward()
                optimiser.step()

    @torch.no_grad()
    def scores(model: PreTrainedModel) -> dict[str, float]:
        return {"accuracy": float((model(held_back).logits.argmax(1) == answers).float().mean())}

    return Task(model.eval(), scores)
