"""The page's tabs, in their order: each is a module here, the walkthrough a package. One entry adds one.

Around them: `board` is the page and its events, `desk` what stands above and beside all tabs, `comparison` what the lab
is asked and remembers, `link` the permalinks, `endpoint` what programs can call.
"""

from viz.tabs.answers import AnswersTab
from viz.tabs.bands import BandsTab
from viz.tabs.budgets import BudgetsTab
from viz.tabs.build import BuildTab
from viz.tabs.comparison import Comparer
from viz.tabs.cost import CostTab
from viz.tabs.evidence import EvidenceTab
from viz.tabs.knobs import KnobsTab
from viz.tabs.tab import Tab
from viz.tabs.take import TakeTab
from viz.tabs.teach import TeachTab
from viz.tabs.tokens import TokensTab
from viz.tabs.walk.tab import WalkTab

TABS = (
    *(AnswersTab, BudgetsTab, TokensTab, BandsTab, KnobsTab, BuildTab),
    *(CostTab, EvidenceTab, WalkTab, TeachTab, TakeTab),
)


def tabs(comparer: Comparer) -> list[Tab]:
    """Every tab that the lab can fill."""
    return [kind(comparer) for kind in TABS if kind.suits(comparer.lab)]
