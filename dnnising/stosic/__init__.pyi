from .heat import EnergyRange as EnergyRange, energy_range as energy_range, source_heat as source_heat
from .networks import (
    PublishedNetwork as PublishedNetwork,
    build_on_meta as build_on_meta,
    published_networks as published_networks,
)
from .released import (
    Architecture as Architecture,
    SumRuleError as SumRuleError,
    architecture_of as architecture_of,
    read_released as read_released,
)
