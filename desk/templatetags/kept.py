"""``{% translate %}`` for fixed sentences, looked up once a language: a page has fifty of them."""

from typing import Any

from django import template
from django.template.base import Parser, Token, Variable
from django.template.context import Context
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.translation import get_language

register = template.Library()


class KeptTranslateNode(TranslateNode):
    """A sentence in quotes, without filters, context or ``as``: it differs by language and by escaping only."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.kept: dict[tuple[str | None, bool], str] = {}

    def render(self, context: Context) -> str:
        key = (get_language(), context.autoescape)
        if key not in self.kept:
            self.kept[key] = super().render(context)
        return self.kept[key]


@register.tag
def translate(parser: Parser, token: Token) -> TranslateNode:
    """Django's own tag; fixed sentences are kept."""
    node = do_translate(parser, token)
    said = node.filter_expression
    fixed = isinstance(said.var, Variable) and said.var.literal is not None and not said.filters
    if not fixed or node.noop or node.asvar or node.message_context:
        return node
    return KeptTranslateNode(said, False, None, None)
