"""Workbooks that several tests read, each made once; which tests run; what they lack."""

import os
import signal
from collections.abc import Callable, Iterator

# Bytes are those without lxml, which a validator brings; for this process and all that it starts.
os.environ.setdefault("OPENPYXL_LXML", "False")

import pytest
import selection
import wanting
from programs import NOW, running
from workbooks import Made, make


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sample", type=int, default=0, help="add one of so many exhaustive tests")
    parser.addoption("--seed", default="", help="what draws them")


def pytest_configure(config: pytest.Config) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of some shells;
        signal.signal(
            signal.SIGINT, signal.default_int_handler
        )  # what tests start would inherit it
    for line in (
        "exhaustive(quick=0, ways=0): met over time; see selection.py",
        "spreadsheet(*programs, why): starts these spreadsheet programs",
        "xdist_group(name): tests that run in one process",
    ):
        config.addinivalue_line("markers", line)
    selection.choose(config)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    selection.prepare(items)
    _keep_together(items)
    if config.option.markexpr or any("::" in asked for asked in config.args):
        return  # somebody says which tests are meant
    sample, seed = config.option.sample, config.option.seed
    wanted, others = [], []
    for item in items:
        runs = selection.is_quick(item) or (sample and selection.drawn(item, sample, seed))
        (wanted if runs else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = wanted


def _keep_together(items: list[pytest.Item]) -> None:
    """Tests of a file run in one process, and those that start a program all in one, first."""
    for item in items:
        program = bool(item.get_closest_marker("spreadsheet"))
        group = "programs" if program else item.path.name
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: not item.get_closest_marker("spreadsheet"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Remember which test runs: it has to say why it starts a spreadsheet program."""
    NOW[:] = [item]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Say as the last line what the run did not test."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and not hasattr(session.config, "workerinput"):
        skipped = reporter.stats.get("skipped", [])
        reporter.write_line(wanting.told(str(report.longrepr[2]) for report in skipped))


@pytest.fixture(scope="session", autouse=True)
def _programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Each spreadsheet program starts once for all files."""
    with running(tmp_path_factory.mktemp("programs")):
        yield


@pytest.fixture(scope="session")
def xor(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Exclusive or, 8 epochs."""
    return make(tmp_path_factory.mktemp("xor"), "xor", epochs=8)


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The example by hand: one training example, fixed biases."""
    return make(tmp_path_factory.mktemp("example"), "worked-example")


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The images of 0 and 1, 3 epochs."""
    return make(tmp_path_factory.mktemp("images"), "backprop", epochs=3)


@pytest.fixture(scope="session")
def need() -> Callable[[str], None]:
    """Go on only with an engine: where all must be there, a missing one is a failure."""
    return wanting.program
