"""TeX formulas as a line of plain text, for where nothing can typeset them."""

import re

_SIGNS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "epsilon": "ε", "lambda": "λ", "mu": "μ", "phi": "φ", "pi": "π",
    "sum": "Σ", "partial": "∂", "infty": "∞", "pm": "±", "cdot": "·", "times": "×", "ge": "≥", "le": "≤",
    "langle": "⟨", "rangle": "⟩", "|": "‖", "top": "ᵀ", "ln": "ln ", "log": "log", " ": " ",
}  # fmt: skip
_GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
_NAMES = re.compile(rf"\\(?:mathrm|operatorname){_GROUP}")
_ROOT = re.compile(rf"\\sqrt(?:{_GROUP}|(\w))")
_FRACTION = re.compile(rf"\\t?frac(?:{_GROUP}|(\w)|(\\[A-Za-z]+ ?))(?:{_GROUP}|(\w))")
_HAT = re.compile(r"\\hat\s*(\\?\w+)")
_RAISED = dict(zip("0123456789-+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"))
_LOWERED = dict(zip("0123456789-+", "₀₁₂₃₄₅₆₇₈₉₋₊"))
_SIGN = re.compile(r"\\([A-Za-z]+|[| ]) ?")


def readable(formula: str) -> str:
    r"""What one would type: `\tfrac12\beta^2\sum J^2` becomes ½β²ΣJ².

    Raises:
        KeyError: a command that is not known here.
    """
    text = _NAMES.sub(r"{\1}", formula)
    text = _HAT.sub("\\1\N{COMBINING CIRCUMFLEX ACCENT}", text)
    text = _ROOT.sub(lambda m: f"√({m[1]})" if m[1] else f"√{m[2]}", text)
    text = _FRACTION.sub(lambda m: _fraction(m[1] or m[2] or m[3], m[4] or m[5]), text)
    text = _SIGN.sub(lambda m: _SIGNS[m[1]], text)
    text = _scripts(text)
    text = re.sub(r"(?<=\w)(?=(ln|log) ?)", " ", text)
    return re.sub(r" *([=≤≥]) *", r" \1 ", text).strip().replace("{", "").replace("}", "")


def _scripts(text: str) -> str:
    """Without braces; what follows a subscript of letters keeps its distance."""
    text = re.sub(rf"_(?:{_GROUP}|(.))(?=(\w)?)", _below, text)
    return re.sub(rf"\^(?:{_GROUP}|(.))", lambda m: _placed(m[1] or m[2], _RAISED, "^"), text)


def _below(found: re.Match) -> str:
    return _placed(found[1] or found[2], _LOWERED, "_") + " " * bool(found[3])


def _fraction(above: str, below: str) -> str:
    return {("1", "2"): "½"}.get((above, below), f"({above}/{below})")


def _placed(text: str, signs: dict[str, str], mark: str) -> str:
    """Raised or lowered, where Unicode can."""
    if text == "ᵀ":
        return text
    if all(sign in signs for sign in text):
        return "".join(signs[sign] for sign in text)
    text = _scripts(text)
    return mark + (text if len(text) == 1 or text.isalnum() else f"({text})")
