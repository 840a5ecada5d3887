"""The page's tabs, in their order behind each door: a module here each, the walkthrough a package. One entry adds one.

Around them: `board` is the page and its events, `doors` the bars of tabs, `desk` what stands above and beside them,
`comparison` what the lab is asked and remembers, `link` the permalinks, `endpoint` what programs can call.
"""

from viz.tabs.answers import AnswersTab
from viz.tabs.arena import ArenaTab
from viz.tabs.block import BlockTab
from viz.tabs.budgets import BudgetsTab
from viz.tabs.build import BuildTab
from viz.tabs.choose import ChooseTab
from viz.tabs.comparison import Comparer
from viz.tabs.cost import CostTab
from viz.tabs.evidence import EvidenceTab
from viz.tabs.tab import Tab
from viz.tabs.take import TakeTab
from viz.tabs.teach import TeachTab
from viz.tabs.tokens import TokensTab
from viz.tabs.video import VideoTab
from viz.tabs.walk.tab import WalkTab

TABS = (
    *(AnswersTab, BudgetsTab, ArenaTab, VideoTab, BuildTab),
    *(WalkTab, TokensTab, BlockTab),
    *(EvidenceTab, ChooseTab, CostTab, TeachTab, TakeTab),
)


def tabs(comparer: Comparer) -> list[Tab]:
    """Every tab that the lab can fill."""
    return [kind(comparer) for kind in TABS if kind.suits(comparer.lab)]
