"""The network of the reader: lower layers read question and passage apart, upper layers read both together.

After DeFormer (Cao et al. 2020, arXiv:2005.00697) and PreTTR (MacAvaney et al. 2020, arXiv:2004.14255): what the lower
layers make of a passage does not depend on the question, so that it can be computed once and kept. The lower layers
are those of the bundled multilingual-e5-small, as they are; the upper ones are trained, with heads for the first and
last token of the answer and for whether the passage answers at all.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import BertConfig
from transformers.models.bert.modeling_bert import BertLayer

# Of a token's kept state; 8 bits each.
KEPT_WIDTH = 64


@dataclass(frozen=True, slots=True)
class Heads:
    """What the heads say of a batch: `start` and `end`, (n, tokens), with "no answer" at 0; `relevance`, (n,)."""

    start: Tensor
    end: Tensor
    relevance: Tensor


class UpperLayers(nn.Module):
    """The trained part: it takes the states of question and passage that the lower layers give."""

    def __init__(self, config: BertConfig, depth: int) -> None:
        super().__init__()
        width = config.hidden_size
        self.segment = nn.Embedding(2, width)
        self.layers = nn.ModuleList(BertLayer(config) for _ in range(depth))  # type: ignore[no-untyped-call]
        self.squeeze = nn.Linear(width, KEPT_WIDTH)
        self.expand = nn.Linear(KEPT_WIDTH, width)
        self.span = nn.Linear(width, 2)
        self.rank = nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1))

    def forward(self, question: Tensor, passage: Tensor, real_question: Tensor, real_passage: Tensor) -> Heads:
        """Read states (n, tokens, width) together; `real_*`, (n, tokens), are false where a token only pads.

        In the result position 0 is the question's first token, and position 1 + i the passage's token i.
        """
        asked = question.shape[1]
        states = torch.cat([question + self.segment.weight[0], passage + self.segment.weight[1]], 1)
        padding = ~torch.cat([real_question, real_passage], 1)[:, None, None, :]
        mask = torch.zeros_like(padding, dtype=question.dtype).masked_fill_(padding, -1e4)
        for layer in self.layers:
            states = layer(states, mask)
        places = torch.cat([states[:, :1], states[:, asked:]], 1)
        logits = self.span(places).float()
        none = torch.ones_like(real_passage[:, :1])
        logits = logits.masked_fill(~torch.cat([none, real_passage], 1)[:, :, None], -1e4)
        return Heads(logits[..., 0], logits[..., 1], self.rank(states[:, 0]).float().squeeze(-1))
