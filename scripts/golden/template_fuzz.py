"""Seeded random templates for comparing engines: statements and expressions over a fixed context.

Used by template.py; each template is wrong now and then on purpose, so that errors are compared too.
"""

import random

CONTEXT = {
    "s": "Hello, World",
    "t": "  a-b c\n<d>'e\"  ",
    "u": "北京 🙂 ÄöüßÇ",
    "empty": "",
    "n": 7,
    "m": -3,
    "z": 0,
    "f": 2.5,
    "g": -0.125,
    "big": 123456789012345678901234567890,
    "yes": True,
    "no": False,
    "nil": None,
    "xs": [3, 1, 2, 3],
    "words": ["pear", "Apple", "fig", "apple"],
    "mixed": [1, "a", None, 2.5, True, [1, 2], {"k": "v"}],
    "d": {"b": 2, "a": "x", "C": [1], "items": "own"},
    "msgs": [
        {"role": "user", "content": "Hi", "n": 2},
        {"role": "assistant", "content": "Yo\nthere", "n": 1, "tool_calls": [{"name": "f", "arguments": {"q": 1}}]},
        {"role": "user", "content": None, "n": 2},
    ],
    "pairs": [["a", 1], ["b", 2]],
    "nested": [1, [2, [3, []]], [4]],
}

STRINGS = ["''", "'a'", '"b c"', "'Hello'", "', '", "'\\n'", "'o'", "'你好'", "'%s'", "'{}-{0}'", "'%d|%5.2f|%-4s|'", "'3'", "'0x1f'", "' 42 '", "'1e3'", "'é\\u4e2d\\x41\\101'", "'a' 'b'", "'role'", "'n'", "'x y  z'", "'<b>&'"]
NUMBERS = ["0", "1", "2", "3", "-1", "10", "1.5", "0.1", "1e16", "100000", "2.675", "1_000", "1e-5", "7.0"]
NAMES = list(CONTEXT) + ["undef", "x", "y", "ns.v", "loop"]
BINARY = ["+", "-", "*", "/", "//", "%", "**", "~", "and", "or", "==", "!=", "<", ">", "<=", ">=", "in", "not in"]
FILTERS = [
    "abs", "attr('role')", "batch(2)|list", "batch(3, 'x')|list", "capitalize", "center(12)", "count", "d('dflt')", "default('dd', true)",
    "dictsort", "dictsort(true)", "dictsort(by='value')", "dictsort(reverse=true)", "e", "escape", "filesizeformat", "filesizeformat(true)", "first",
    "float", "float(1.5)", "forceescape", "format(n)", "format(s, 1, 2)", "groupby('role')", "groupby('n')", "indent", "indent(2)", "indent(3, true)", "indent(width='> ')",
    "indent(2, blank=true)", "int", "int(5)", "int(0, 16)", "items|list", "join", "join(', ')", "join('-', attribute='role')", "last", "length", "list", "lower",
    "map('upper')|list", "map(attribute='role')|list", "map(attribute='n')|sum", "map('length')|list", "map(attribute='zz', default='?')|join(',')", "max", "min", "max(attribute='n')", "pprint",
    "reject('none')|list", "reject('odd')|list", "rejectattr('n', 'eq', 2)|list", "replace('a', 'b')", "replace('', '.')", "replace('l', 'LL', 1)", "reverse|list", "reverse",
    "round", "round(1)", "round(2, 'floor')", "round(0, 'ceil')", "safe", "select|list", "select('string')|list", "select('gt', 1)|list", "selectattr('content')|list", "selectattr('role', 'equalto', 'user')|list",
    "selectattr('tool_calls', 'defined')|list|length", "slice(2)|list", "slice(3, 0)|list", "sort", "sort(reverse=true)", "sort(case_sensitive=true)", "sort(attribute='n')", "sort(attribute='role,n')", "string", "striptags", "sum", "sum(attribute='n')",
    "sum(start=10)", "title", "tojson", "tojson(indent=2)", "tojson(ensure_ascii=true)", "tojson(sort_keys=true)", "tojson(separators=(',', ':'))", "trim", "trim('H ')", "truncate(5)", "truncate(8, true)", "truncate(6, end='', leeway=0)", "unique|list",
    "unique(attribute='n')|list|length", "upper", "urlencode", "wordcount", "wordwrap(5)", "wordwrap(9, false)", "xmlattr", "list|last", "list|first", "string|length",
]
TESTS = [
    "odd", "even", "divisibleby(2)", "divisibleby 3", "defined", "undefined", "none", "boolean", "false", "true", "integer", "float", "lower", "upper", "string", "mapping",
    "number", "sequence", "iterable", "callable", "sameas(none)", "sameas true", "escaped", "in [1, 2]", "in('Hello')", "eq 7", "ne(1)", "gt 2", "ge(2)", "lt 3", "le 3", "equalto 'a'", "filter", "test",
]
METHODS = [
    "upper()", "lower()", "strip()", "strip('H d')", "lstrip()", "rstrip('\\n ')", "split()", "split(' ')", "split('l', 1)", "rsplit(None, 1)", "rsplit('o', 1)", "splitlines()", "splitlines(true)",
    "startswith('H')", "startswith(('a', 'H'))", "endswith('d')", "endswith('l', 0, 4)", "replace('l', 'L')", "replace('l', 'L', 1)", "find('o')", "find('o', 5)", "rfind('o')", "index('l')", "count('l')", "count('')", "title()", "capitalize()", "casefold()",
    "swapcase()", "join(words)", "join(['x', s])", "format(1, 2)", "zfill(5)", "center(9)", "center(10, '*')", "ljust(9)", "rjust(9, '.')", "isdigit()", "isalpha()", "isalnum()", "isspace()", "isupper()", "islower()", "istitle()", "isidentifier()", "isnumeric()", "isdecimal()", "isascii()", "isprintable()",
    "partition(',')", "rpartition('l')", "removeprefix('He')", "removesuffix('ld')", "expandtabs(4)", "keys()|list", "values()|list", "items()|list", "get('a')", "get('zz', 9)", "copy()", "append(1)", "pop()", "update({})", "index(3)", "count(3)",
    "role", "content", "items", "a", "__class__", "_private", "upper", "real", "bit_length()", "is_integer()", "0", "1", "index0", "keys()", "values()", "first", "index",
]
FORMATS = ["'{:>8}'", "'{:*^9}'", "'{:05d}'", "'{:,}'", "'{:.2f}'", "'{!r}'", "'{0[0]}'", "'{:x}'", "'{:e}'", "'{:g}'", "'{:%}'", "'{:+}'", "'{:<6}|'", "'{{}}{}'", "'{:#x}'", "'{:_}'", "'{:.3}'", "'{:08.3f}'"]
PERCENTS = ["'%s'", "'%r'", "'%d'", "'%5d|'", "'%-5d|'", "'%05d'", "'%+d'", "'%x'", "'%.2f'", "'%8.3f'", "'%e'", "'%g'", "'%%%s'", "'%c'", "'%10s|'", "'%-10s|'", "'%.3s'", "'%(a)s'", "'%i'", "'%o'", "'%G'", "'%#x'"]


CALM = [
    "x", "y", "n", "s", "t", "u", "d", "xs", "msgs", "mixed", "nested", "undef", "ns.v", "x is defined", "y is string", "x|default('?')", "x|string|upper", "t|trim", "u|length", "xs|length", "d|tojson", "mixed|tojson", "x ~ y",
    "n + 1", "n % 4", "n > m", "yes and x", "no or y", "'a' if yes else 'b'", "s[1:4]", "s.split(', ')", "u[::-1]", "x == n", "x in xs", "msgs[0].role", "msgs[-1]['content']", "d.a", "d.get('zz', 4)", "words|join('+')", "words|map('upper')|list", "msgs|map(attribute='role')|join",
    "xs|sort", "words|sort|first", "x is none", "x is mapping", "x|list if x is iterable else x", "loop.index if loop is defined else '-'", "(x|string).replace('a', 'é')", "'%s!' % s", "'{}?'.format(n)", "[x, y]", "{'k': x}", "(x, 1)", "range(3)|list", "t|indent", "t.splitlines()", "x|string|length > 3",
]


class Generator:
    """calm: the share of expressions that cannot fail."""

    def __init__(self, seed, calm=0.0):
        self.calm = calm
        self.r = random.Random(seed)
        self.macros = []
        self.loops = 0

    def pick(self, items):
        return self.r.choice(items)

    def atom(self):
        k = self.r.random()
        if k < 0.2:
            return self.pick(STRINGS)
        if k < 0.4:
            return self.pick(NUMBERS)
        if k < 0.46:
            return self.pick(["true", "False", "none", "None", "True", "false"])
        return self.pick(NAMES[:-5] if self.r.random() < 0.85 else NAMES)

    def expr(self, depth=2):
        if self.r.random() < self.calm:
            return self.pick(CALM)
        r = self.r.random()
        if depth <= 0 or r < 0.2:
            return self.atom()
        e = lambda: self.expr(depth - 1)
        if r < 0.36:
            sign = self.pick(BINARY)
            # Python would compute a huge power for minutes.
            right = self.pick(["2", "3", "0", "-1", "0.5", "yes", "nil"]) if sign == "**" else e()
            return f"{e()} {sign} {right}"
        if r < 0.50:
            return f"{e()}|{self.pick(FILTERS)}" if self.r.random() < 0.7 else f"({e()})|{self.pick(FILTERS)}"
        if r < 0.58:
            return f"{e()} is {self.pick(['', 'not '])}{self.pick(TESTS)}"
        if r < 0.68:
            return f"{self.pick(NAMES)}.{self.pick(METHODS)}" if self.r.random() < 0.8 else f"({e()}).{self.pick(METHODS)}"
        if r < 0.72:
            return f"{self.pick(NAMES)}[{e()}]"
        if r < 0.77:
            b = lambda: self.pick(["", "", "1", "-1", "2", "-2", "n", "10", "none"])
            return f"{self.pick(NAMES)}[{b()}:{b()}{self.pick(['', ':' + b()])}]"
        if r < 0.80:
            return f"({e()})"
        if r < 0.83:
            return f"({e()} if {e()}{self.pick(['', ' else ' + e()])})"
        if r < 0.86:
            return f"[{', '.join(e() for _ in range(self.r.randint(0, 3)))}]"
        if r < 0.88:
            return f"({', '.join(e() for _ in range(self.r.randint(0, 3)))},)"
        if r < 0.90:
            return "{" + ", ".join(f"{self.pick(STRINGS[:4] + NUMBERS[:4])}: {e()}" for _ in range(self.r.randint(0, 3))) + "}"
        if r < 0.92:
            return f"{self.pick(['-', '+', 'not '])}{e()}"
        if r < 0.94:
            return f"{self.pick(FORMATS)}.format({e()})"
        if r < 0.96:
            return f"{self.pick(PERCENTS)} % {self.pick([self.atom(), f'({e()},)', 'd'])}"
        if r < 0.98:
            return self.pick(["range(3)|list", "range(1, 8, 3)|list", "range(5, 0, -2)", "dict(a=1, b=s)", "dict(pairs)", "namespace(a=1).a", "cycler('a', 'b').next()", "strftime_now('%Y-%m-%d %H:%M')", "joiner('|')()", "range(n)", "dict(a=1)|tojson", "loop.index", "raise_exception('no')"])
        if self.macros:
            return f"{self.pick(self.macros)}({', '.join(e() for _ in range(self.r.randint(0, 3)))}{self.pick(['', '', ', b=1' ])})"
        return self.atom()

    def tag(self, inside):
        l = self.pick(["", "", "", "", "-", "+"])
        r = self.pick(["", "", "", "", "-"])
        return "{%" + l + " " + inside + " " + r + "%}"

    def text(self):
        return self.pick(["", " ", "\n", "  \n", "a", "a\n", "\n  ", "x: ", "\n\n\t", "end.\n", "{", "}", "%", "#}", " {# note #}", "{#- c -#} ", "\n  {# c #}\n", "{% raw %} {{ x }} {% endraw %}\n"])

    def body(self, depth):
        return "".join(self.text() + self.statement(depth) for _ in range(self.r.randint(1, 3))) + self.text()

    def output(self):
        return "{{" + self.pick(["", "", "-"]) + " " + self.expr(self.r.randint(1, 3)) + " " + self.pick(["", "", "-"]) + "}}"

    def statement(self, depth):
        r = self.r.random()
        if depth <= 0 or r < 0.45:
            return self.output()
        if r < 0.55:
            return self.tag(f"if {self.expr()}") + self.body(depth - 1) + self.pick(["", self.tag(f"elif {self.expr(1)}") + self.body(depth - 1)]) + self.pick(["", self.tag("else") + self.body(depth - 1)]) + self.tag("endif")
        if r < 0.70:
            target = self.pick(["x", "x", "x", "x, y", "m", "(x, y)"])
            source = self.pick(["xs", "words", "msgs", "d", "d.items()", "pairs", "range(3)", "s", "mixed", "undef", "d|dictsort", "[]", self.expr(1), "nested", "msgs|selectattr('content')"])
            self.loops += 1
            body = self.body(depth - 1)
            if self.r.random() < 0.5:
                body += "{{ loop." + self.pick(["index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "previtem", "nextitem", "cycle('a', 'b')", "changed(x)"]) + " }}"
            if self.r.random() < 0.15:
                body += self.tag(f"if {self.expr(1)}") + self.tag(self.pick(["break", "continue"])) + self.tag("endif") + "."
            self.loops -= 1
            recursive = self.r.random() < 0.06
            if recursive:
                body += "{% if x is sequence and x is not string %}{{ loop(x) }}{% endif %}"
            return self.tag(f"for {target} in {source}{self.pick(['', '', '', ' if ' + self.expr(1)])}{' recursive' if recursive else ''}") + body + self.pick(["", "", self.tag("else") + self.body(0)]) + self.tag("endfor")
        if r < 0.82:
            target = self.pick(["x", "y", "n", "s", "x, y", "ns.v", "xs"])
            if self.r.random() < 0.2:
                return self.tag(f"set {target}{self.pick(['', '', '|upper', '|trim|length'])}") + self.body(depth - 1) + self.tag("endset")
            return self.tag(f"set {target} = {self.expr()}{', ' + self.expr(1) if ',' in target else ''}")
        if r < 0.86:
            name = f"mac{len(self.macros)}"
            macro = self.tag(f"macro {name}({self.pick(['', 'a', 'a, b=2', 'x, y=x', 'a=s, b=n'])})") + self.body(depth - 1) + self.pick(["", "{{ a }}{{ b }}", "{{ caller() if caller }}", "{{ varargs }}{{ kwargs }}"]) + self.tag("endmacro")
            self.macros.append(name)
            return macro
        if r < 0.89 and self.macros:
            return self.tag(f"call{self.pick(['', '', '(q)'])} {self.pick(self.macros)}({self.expr(1)})") + self.body(depth - 1) + self.tag("endcall")
        if r < 0.92:
            chain = self.pick(["upper", "trim", "replace('a', 'b')|lower", "indent(2)", "length"])
            return self.tag("filter " + chain) + self.body(depth - 1) + self.tag("endfilter")
        if r < 0.95:
            return self.tag(f"with {self.pick(['', 'x = ' + self.expr(1), 'x = 1, y = x'])}") + self.body(depth - 1) + self.tag("endwith")
        if r < 0.97:
            return self.tag("generation") + self.body(depth - 1) + self.tag("endgeneration")
        if r < 0.98:
            return self.tag(f"block b{self.r.randint(0, 99)}") + self.body(depth - 1) + self.tag("endblock")
        return self.output()

    def template(self):
        start = "{% set ns = namespace(v=0) %}" if self.r.random() < 0.7 else ""
        return start + "".join(self.body(self.r.randint(0, 3)) for _ in range(self.r.randint(1, 2)))


def template(seed):
    return Generator(seed, 0.97).template()


def expression(seed):
    return "{{ " + Generator(seed).expr(3) + " }}"
