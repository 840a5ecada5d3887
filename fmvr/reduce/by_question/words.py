"""The words of a question as the language model takes them in."""

import torch

from fmvr.reduce.reducer import Reducer


class Worded(Reducer):
    """A reducer that holds patches against the words of the question, by the language model's embeddings."""

    needs = frozenset({"question"})

    def __init__(self, model, processor):
        super().__init__(model, processor)
        self.embeddings, self.tokenizer = model.get_input_embeddings(), processor.tokenizer

    def words(self, question: str) -> torch.Tensor:
        """The embedding of every token of a question, [m, D]."""
        ids = self.tokenizer(question, add_special_tokens=False)["input_ids"]
        return self.embeddings(torch.tensor(ids, device=self.embeddings.weight.device))
