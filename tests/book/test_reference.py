"""The reference says all that the package offers, once, in the words of its docstrings."""

import importlib
import inspect
import pkgutil
import re
from types import ModuleType

import pytest
from docutils.core import publish_doctree

import dnnising
from book._extensions import links, terms
from book.tools.reference import docstrings, pages, public, signatures, tex

ENTRY = re.compile(r"^\.\. (?:autoclass|autofunction|py:data):: (\S+)$", re.MULTILINE)
SECTION = re.compile(r"(Args|Attributes|Raises|Returns|Warns):$")
STRICT = {"halt_level": 2, "report_level": 5, "file_insertion_enabled": False}  # a warning is an error


def listed(room):
    module = importlib.import_module(room)
    return {name: getattr(module, name) for name in module.__all__}


def test_every_room_has_a_page():
    rooms = public.rooms()
    top = {name for name in dnnising.__all__ if isinstance(getattr(dnnising, name), ModuleType)}
    assert {f"dnnising.{name}" for name in top} <= set(rooms)
    found = pages.pages()
    assert len(found) == 1 + len(rooms)
    assert all(f".. py:module:: {room}\n" in "".join(found.values()) for room in ("dnnising", *rooms))


def test_every_public_name_has_one_entry():
    printed, rooms = pages.pages(), public.rooms()
    found = [entry.rpartition(".")[2] for page in printed.values() for entry in ENTRY.findall(page)]
    offered = {(name, id(value)) for room in ("dnnising", *rooms) for name, value in listed(room).items()
               if not isinstance(value, ModuleType)}  # fmt: skip
    assert sorted(found) == sorted(name for name, _ in offered)


def test_entries_lead_to_what_rooms_list():
    for name in public.names():
        room, _, last = name.path.rpartition(".")
        assert listed(room)[last] is name.value
        assert last in vars(importlib.import_module(name.module))


def test_a_name_in_two_rooms_apart_is_refused():
    assert public._name(["dnnising.spectra.laws.x", "dnnising.spectra.x"]).path == "dnnising.spectra.laws.x"
    with pytest.raises(ValueError, match="list it in one"):
        public._name(["dnnising.exact.x", "dnnising.spectra.laws.x"])


def test_a_name_belongs_to_the_innermost_room():
    found = {name.path: name for name in public.names()}
    name = found["dnnising.spectra.laws.wigner_surmise_cdf"]
    assert name.paths[0] == "dnnising.spectra.wigner_surmise_cdf"
    assert "dnnising.spectra.wigner_surmise_cdf" not in found
    assert found["dnnising.sampling.wang_landau"].called == "di.wang_landau"
    assert found["dnnising.spectra.laws.semicircle_pdf"].called == "di.spectra.laws.semicircle_pdf"


def test_every_summary_is_a_whole_sentence():
    sentence = docstrings.first_sentence
    for name in public.names():
        summary = sentence("\n".join(pages.documentation(name)))
        assert re.fullmatch(r"\S.{9,}[.?]", summary), (name.path, summary)
        assert summary.count("(") == summary.count(")"), (name.path, summary)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One.  Two.", "One."),
        ("Like e.g. one (Phys. Rev. 76), and\nthat. More.", "Like e.g. one (Phys. Rev. 76), and that."),
        ("At T = 2.5 it is so.", "At T = 2.5 it is so."),
        ("The rule:\n\n    x = y\n\nwhere it holds.", "The rule."),
        ("Is it? Yes.", "Is it?"),
        ("A rate, at level\n\nMore.", "A rate, at level"),
    ],
)  # fmt: skip
def test_first_sentences(text, first):
    assert docstrings.first_sentence(text) == first


def parsed(lines):
    return publish_doctree("\n".join(lines), settings_overrides=STRICT)


def documented():
    """Every module, class and function of the package with a docstring."""
    for info in pkgutil.walk_packages(dnnising.__path__, "dnnising."):
        module = importlib.import_module(info.name)
        yield module
        for value in vars(module).values():
            own = getattr(value, "__module__", None) == info.name
            if own and (inspect.isclass(value) or inspect.isfunction(inspect.unwrap(value))):
                yield value


@pytest.mark.slow
def test_docstrings_are_shown_as_they_are_written():
    """No character is lost: the text that is left after mark-up is that of the docstring."""
    marked_up, escaped = docstrings.marked_up, docstrings.escaped
    for thing in documented():
        text = inspect.getdoc(thing) if not inspect.isclass(thing) else vars(thing).get("__doc__")
        lines = inspect.cleandoc(text or "").splitlines()
        first = next((k for k, line in enumerate(lines) if SECTION.match(line)), len(lines))
        sections = " ".join(line.strip() for line in lines[first:])
        assert words(parsed(marked_up(lines[:first]))) == words(lines[:first]), thing
        assert words(parsed([escaped(f"Sections: {sections}")])) == words([f"Sections: {sections}"]), thing


def words(text):
    """Without spaces, the quotes of code and the marks of lists."""
    if isinstance(text, list):
        return "".join(line.removeprefix("- ").replace("`", "") for line in text).replace(" ", "")
    return "".join(text.astext().split())


def test_what_restructuredtext_would_act_upon_is_escaped():
    text = "The norm |J_l J_lᵀ|² of x* and y_ in `a_b*`; see `load`.\n\n    E = |x_|\n\n>>> 2 * 3\n6"
    document = parsed(docstrings.marked_up(text.splitlines()))
    assert document[0].astext() == "The norm |J_l J_lᵀ|² of x* and y_ in a_b*; see load."
    assert [node.astext() for node in document[0] if node.tagname == "literal"] == ["a_b*", "load"]
    assert [node.tagname for node in document] == ["paragraph", "literal_block", "doctest_block"]


def test_signatures_name_what_can_be_passed():
    signature = signatures.signature
    for name in public.names():
        if inspect.isfunction(inspect.unwrap(name.value)) or hasattr(name.value, "__dataclass_fields__"):
            arguments, _ = signature(name.value)
            names = list(inspect.signature(name.value).parameters)
            assert re.findall(r"(?:^\(|, )\**(\w+)(?=: )", _flat(arguments)) == names, name.path


def _flat(arguments):
    """Without what stands in brackets or quotes."""
    while (inner := re.sub(r"\[[^\[\]]*\]|(?<=.)\([^()]*\)|'[^']*'", "", arguments)) != arguments:
        arguments = inner
    return arguments


def test_annotations_keep_the_words_of_the_source():
    signature = signatures.signature
    arguments, answer = signature(dnnising.thermodynamics)
    assert arguments == "(dos: ~dnnising.density.DensityOfStates, temperatures: ArrayLike)"
    assert answer == "~dnnising.thermo.Thermodynamics"
    arguments, _ = signature(dnnising.DensityOfStates)
    assert arguments.startswith(
        "(energies: NDArray[np.float64], log_g: NDArray[np.float64], n_spins: int, log_g_error"
    )
    assert signature(dnnising.NotConvergedError) == ("(message: str, run: Any)", None)
    assert signature(dnnising.models.Model) == ("", None)
    arguments, answer = signature(dnnising.progress.tracked)  # names of type variables, not what they are
    assert (arguments.partition(",")[0], answer) == ("(steps: Sequence[T]", "Iterator[T]")
    values = [name.value for name in public.names()]
    written = " ".join(
        str(signature(value)) for value in values if inspect.isclass(value) or inspect.isfunction(value)
    )
    assert not re.search(r"PhaseName|Shapes|=_[A-Z]", written)  # aliases and private numbers are spelled out


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("di.wang_landau", "dnnising.sampling.wang_landau"),
        ("dnnising.sampling.wang_landau", "dnnising.sampling.wang_landau"),
        ("sampling.wang_landau", "dnnising.sampling.wang_landau"),
        ("wang_landau", "dnnising.sampling.wang_landau"),
        ("quench", "dnnising.sampling.quench"),
        ("WangLandauRun.dos", "dnnising.sampling.WangLandauRun.dos"),
        ("spectra.laws", "dnnising.spectra.laws"),
        ("store.load", "dnnising.store.load"),
        ("load", None),  # a word
        ("weights", None),
        ("di.quench(network, rng=rng)", None),
        ("WangLandauRun.bins", None),  # a field
        ("minilm", None),
        ("", None),
    ],
)
def test_what_code_in_a_sentence_means(text, path):
    assert links.meaning(text) == path


def test_what_is_ambiguous_means_nothing():
    last = [name.path.rpartition(".")[2] for name in public.names()]
    for name in public.names():
        word = name.path.rpartition(".")[2]
        if last.count(word) > 1 and f"dnnising.{word}" not in public.spellings():
            assert word not in public.spellings()
        assert public.spellings()[name.path] == name.path


def test_code_that_uses_names_is_read():
    used = public.used
    assert used(["import dnnising as di", "%matplotlib inline\ndi.quench", "x = di.quench(y).energy"]) == {
        "dnnising.sampling.quench"
    }
    assert used(["from dnnising import figures as f, store\n", "f.draw_density(store.load(p))"]) == {
        "dnnising.figures.draw_density",
        "dnnising.store.load",
    }
    assert used(["from dnnising.students import LearningPhase", "LearningPhase.JAMMED"]) == {
        "dnnising.students.LearningPhase"
    }
    assert used(["2 / di.ONSAGER_TEMPERATURE", "energy = other.quench()"]) == {
        "dnnising.exact.ONSAGER_TEMPERATURE"
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a heat\nbath in a spin glass", "heat\nbath"),
        ("Spin glasses and spin glass", "spin glass"),
        ("The Coulomb gas", "Coulomb gas"),
        ("Heat baths", "Heat baths"),
        ("a spin glass-like state, a superspin glass", None),
        ("a coulomb gas", "coulomb gas"),
        ("spherical spin glass", "spherical spin glass"),  # the longer of two
    ],
)
def test_first_uses_of_terms(text, found):
    glossary = {"heat bath", "spin glass", "Coulomb gas", "spherical spin glass"}
    use = terms.first_use(text, glossary)
    assert (use and text[use[1] : use[2]]) == found


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (r"\ln Z=N\ln2+\tfrac12\beta^2\sum J^2", "ln Z = N ln 2+½β²ΣJ²"),
        (r"h_i=\sum_jJ_{ij}S_j", "h_i = Σ_j J_ij S_j"),
        (r"\|W\|_F^2/\|W\|_2^2", "‖W‖_F²/‖W‖₂²"),
        (r"W=E_\mathrm{max}", "W = E_max"),
        (r"\operatorname{Var}(E)/T^2", "Var(E)/T²"),
        (r"\sqrt{\langle h^2\rangle\langle\phi^2\rangle}", "√(⟨h²⟩⟨φ²⟩)"),
        (r"\frac\pi2se^{-\pi s^2/4}", "(π/2)se^(-πs²/4)"),
        (r"1/\sum_iv_i^4", "1/Σ_i v_i⁴"),
        (r"W^\top W/N", "WᵀW/N"),
    ],
)
def test_formulas_as_text(formula, text):
    assert tex.readable(formula) == text


def test_an_unknown_command_is_an_error():
    with pytest.raises(KeyError):
        tex.readable(r"\unknown x")
