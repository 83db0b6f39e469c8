"""Attack strategies: composable ways to lead a character astray, made from its statements.

```python
from simulators.attacks import Attacking, STRATEGIES, named_strategies
```
"""

from simulators.attacks.attack import Attack, Scene, Strategy
from simulators.attacks.attacking import Attacking
from simulators.attacks.catalog import STRATEGIES, named_strategies

__all__ = ["STRATEGIES", "Attack", "Attacking", "Scene", "Strategy", "named_strategies"]
