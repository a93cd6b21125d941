"""The recognizer's network: GLiNER's token-level architecture as a transformers model.

GLiNER (Zaratiana et al., NAACL 2024) scores each word against each label. Here the label set is closed, so the 28 label
embeddings are learned like any weight ("precomputed prompts") and the text carries no label prompt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoConfig, AutoModel, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import ModelOutput

from clinx_hf.phi import LABELS

if TYPE_CHECKING:
    from gliner.config import UniEncoderTokenConfig


class ClinxDeidConfig(PreTrainedConfig):  # type: ignore[misc]
    """Settings of the recognizer: GLiNER's own config as a plain dict, and how its scores are used.

    Args:
        gliner: keyword arguments of `UniEncoderTokenConfig`, `encoder_config` included.
        labels: the closed label set, in the order of the label embeddings.
        threshold: a word is redacted when 1 - prod over labels (1 - p) reaches it (0..1).
        window_words: words read at once.
        overlap_words: words that two neighbouring windows share.
    """

    model_type = "clinx-deid"

    def __init__(
        self,
        gliner: dict[str, Any] | None = None,
        labels: list[str] | None = None,
        threshold: float = 0.05,
        window_words: int = 220,
        overlap_words: int = 40,
        **kwargs: Any,
    ) -> None:
        if not type(self).__module__.startswith("transformers_modules."):
            kwargs.pop("custom_pipelines", None)  # with the package installed, no remote code is asked for
        super().__init__(**kwargs)
        self.gliner = gliner or {}
        self.labels = labels or [label.value for label in LABELS]
        self.threshold = threshold
        self.window_words = window_words
        self.overlap_words = overlap_words

    def gliner_config(self) -> UniEncoderTokenConfig:
        """Build GLiNER's config object (a fresh copy, since GLiNER changes the dict it is given)."""
        from gliner.config import UniEncoderTokenConfig

        settings = dict(self.gliner)
        settings["encoder_config"] = dict(settings["encoder_config"])
        return UniEncoderTokenConfig(**settings, precomputed_prompts_mode=True)


@dataclass
class ClinxDeidOutput(ModelOutput):  # type: ignore[misc]
    """Scores of words against labels.

    Attributes:
        logits: (batch_size, words, labels, 3) float: start, end, inside.
    """

    logits: torch.Tensor | None = None


class ClinxDeidModel(PreTrainedModel):  # type: ignore[misc]
    """GLiNER's token-level network behind transformers' loading, placement and saving."""

    config_class = ClinxDeidConfig
    base_model_prefix = "core"
    main_input_name = "input_ids"
    _no_split_modules = ("BertLayer",)

    def __init__(self, config: ClinxDeidConfig) -> None:
        from gliner.modeling.base import UniEncoderTokenModel  # 5 s, so only where a model is made

        super().__init__(config)
        core_config = config.gliner_config()
        self.core = UniEncoderTokenModel(core_config, False)
        self.core.set_precomputed_prompts(config.labels, torch.zeros(len(config.labels), core_config.hidden_size))
        self.post_init()

    def _init_weights(self, module: torch.nn.Module) -> None:
        """Nothing to draw: weights are loaded, or drawn by GLiNER's constructors."""

    def get_input_embeddings(self) -> torch.nn.Module:
        """Return the word-piece embedding."""
        return self.core.token_rep_layer.get_input_embeddings()  # type: ignore[no-any-return]

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        words_mask: torch.Tensor,
        text_lengths: torch.Tensor,
        **_: Any,
    ) -> ClinxDeidOutput:
        """Score every word against every label.

        Args:
            input_ids: (batch_size, pieces) word pieces, [CLS] and [SEP] included.
            attention_mask: (batch_size, pieces), 1 where a piece stands.
            words_mask: (batch_size, pieces), at the first piece of word n the number n + 1, elsewhere 0.
            text_lengths: (batch_size, 1) number of words.
        """
        states = self.core.get_representations(
            input_ids=input_ids,
            attention_mask=attention_mask,
            text_lengths=text_lengths,
            words_mask=words_mask,
        )
        return ClinxDeidOutput(logits=self.score(states.words_embedding))

    def score(self, words: torch.Tensor) -> torch.Tensor:
        """Score (..., width) words against every label: GLiNER's scorer, factored; (..., labels, 3).

        The first layer reads [token, label, token * label]. Its label parts are the same for all words, so they are
        worked out once: the same numbers at a third of the cost.
        """
        scorer, width = self.core.scorer, words.shape[-1]
        token, token_gate = scorer.proj_token(words).split(width, dim=-1)
        label, label_gate = scorer.proj_label(self.core.precomputed_prompts).split(width, dim=-1)
        first, _, _, last = scorer.out_mlp
        by_token, by_label, by_both = first.weight.split(width, dim=1)
        gated = (label_gate[:, None] * by_both[None]).flatten(0, 1)  # (labels * hidden, width)
        hidden = (token_gate @ gated.T).unflatten(-1, (len(label), -1))
        hidden = hidden + (token @ by_token.T).unsqueeze(-2) + (label @ by_label.T + first.bias)
        return last(torch.relu(scorer.out_mlp[1](hidden)))  # type: ignore[no-any-return]


AutoConfig.register("clinx-deid", ClinxDeidConfig, exist_ok=True)
AutoModel.register(ClinxDeidConfig, ClinxDeidModel, exist_ok=True)
