"""What every part of a params file is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """What every part of a params file shares: unknown keys are errors, values are final."""

    model_config = ConfigDict(extra="forbid", frozen=True, regex_engine="python-re")
