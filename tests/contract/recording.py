"""A plan that notes which answers are looked at."""

from typing import Any

from engine.steps import STEPS, Plan


class Recording:
    """Stands in for a plan; `touched` holds the paths that were looked at."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.touched: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        part = getattr(self._plan, name)
        return _Section(part, name, self.touched) if name in STEPS else part


class _Section:
    def __init__(self, section: Any, name: str, touched: set[str]) -> None:
        self._section, self._name, self._touched = section, name, touched

    def __getattr__(self, name: str) -> Any:
        self._touched.add(f"{self._name}.{name}")
        return getattr(self._section, name)
