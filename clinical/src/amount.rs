//! What doses are measured in.

use serde::{Deserialize, Serialize};

/// What a dose is measured in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoseUnit {
    /// of the active substance
    #[default]
    Mg,
    /// of activity: international units and their like
    Units,
    /// of a drip, a vaccine, a drink
    Ml,
    /// whole vials, whatever is in them
    Vials,
    /// of a bottle with a dropper
    Drops,
    /// of an inhaler or spray
    Puffs,
    /// of a fixed combination
    Tablets,
    /// as much as the note says for one place
    Applications,
    /// of a gas, without a break
    LitresPerMinute,
}

impl DoseUnit {
    /// Every unit.
    pub const ALL: [Self; 9] = [
        Self::Mg,
        Self::Units,
        Self::Ml,
        Self::Vials,
        Self::Drops,
        Self::Puffs,
        Self::Tablets,
        Self::Applications,
        Self::LitresPerMinute,
    ];

    /// As keys of the packs end in and messages are named: `mg`, `units`, `litres_per_minute`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Mg => "mg",
            Self::Units => "units",
            Self::Ml => "ml",
            Self::Vials => "vials",
            Self::Drops => "drops",
            Self::Puffs => "puffs",
            Self::Tablets => "tablets",
            Self::Applications => "applications",
            Self::LitresPerMinute => "litres_per_minute",
        }
    }

    /// As it stands in arithmetic. Never `U` or `IU`, which have been read as 0 and as "IV" (ISMP's list of error-prone
    /// abbreviations).
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Ml => "mL",
            Self::LitresPerMinute => "L/min",
            other => other.key(),
        }
    }

    /// Whether the symbol is the same in every language.
    pub fn is_international(self) -> bool {
        matches!(self, Self::Mg | Self::Ml | Self::LitresPerMinute)
    }

    /// Whether only whole ones can be given.
    pub fn is_counted(self) -> bool {
        matches!(self, Self::Vials | Self::Drops | Self::Puffs | Self::Tablets | Self::Applications)
    }
}
