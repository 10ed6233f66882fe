"""``{% translate %}`` for fixed sentences and ``{% url %}``, looked up once: a page has fifty of each."""

import re
from contextlib import suppress
from typing import Any
from uuid import UUID

from django import template
from django.template.base import Parser, Token, Variable
from django.template.context import Context
from django.template.defaulttags import URLNode, url
from django.templatetags.i18n import TranslateNode, do_translate
from django.urls import NoReverseMatch, get_urlconf
from django.utils.translation import get_language

from accounts.addresses import address

register = template.Library()

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")  # needs no quoting in an address


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


class KeptURLNode(URLNode):
    """The address of a page with one part that differs, or with none. No address depends on the language."""

    def __init__(self, node: URLNode) -> None:
        super().__init__(node.view_name, node.args, node.kwargs, node.asvar)
        self.name = str(node.view_name.var.literal)
        self.kept: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        urlconf = get_urlconf()
        if self.args:
            part = self.args[0].resolve(context)
            if urlconf is None and (type(part) is UUID or type(part) is str and _PLAIN.fullmatch(part)):
                with suppress(NoReverseMatch):  # Django knows more ways to write a part
                    return address(self.name, part)
            return super().render(context)
        if urlconf not in self.kept:
            self.kept[urlconf] = super().render(context)
        return self.kept[urlconf]


@register.tag(name="url")
def kept_url(parser: Parser, token: Token) -> URLNode:
    """Django's own tag; addresses that differ in one part at most are kept."""
    node = url(parser, token)
    name = node.view_name
    fixed = isinstance(name.var, Variable) and name.var.literal is not None and not name.filters
    if not fixed or node.asvar or node.kwargs or len(node.args) > 1:
        return node
    return KeptURLNode(node)
