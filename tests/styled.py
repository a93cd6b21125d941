"""Documents for the tests of styles: a marked-up text becomes a `Document`."""

from clinx_hf.phi import Policy, Span
from clinx_hf.synthesis.notes import parse_markup
from clinx_hf.text.styles.replacing import Document
from clinx_hf.text.styles.surrogate import surrogate

KEY = b"a secret of more than sixteen bytes"


def document(markup, key=KEY, policy=Policy.STRICT, **settings):
    """Return a document of a text in the markup of docs/markup.md."""
    text, mentions = parse_markup(markup)
    spans = tuple(Span(m.start, m.end, m.label) for m in mentions)
    return Document(text, spans, policy, key=key, **settings)


def surrogates(markup, **settings):
    """Return the surrogates of a marked-up text."""
    return surrogate(document(markup, **settings))
