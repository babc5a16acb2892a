//! The patient in front of us: age, sex, pregnancy, place, what they take and cannot take.

use crate::{Lang, PatientId, VaccineCard};
use serde::{Deserialize, Serialize};

/// Sex as it matters for likelihoods and doses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// female
    Female,
    /// male
    Male,
}

/// Age in days; at most 130 years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Age(u32);

impl Age {
    /// From days, held to 130 years.
    pub fn from_days(days: u32) -> Self {
        Self(days.min(130 * 366))
    }
    /// From completed months: the first whole day on which [`Self::months`] has reached them.
    pub fn from_months(months: u32) -> Self {
        Self::from_days((f64::from(months.min(2000)) * 30.4375).ceil() as u32)
    }
    /// From completed years: the first whole day on which [`Self::years`] has reached them. Who is said to be five must not fall
    /// into what holds below five.
    pub fn from_years(years: u32) -> Self {
        Self::from_days((f64::from(years.min(200)) * 365.25).ceil() as u32)
    }
    /// In days.
    pub fn days(self) -> u32 {
        self.0
    }
    /// In months of 30.4375 days.
    pub fn months(self) -> f64 {
        f64::from(self.0) / 30.4375
    }
    /// In years of 365.25 days.
    pub fn years(self) -> f64 {
        f64::from(self.0) / 365.25
    }
}

/// Pregnancy as known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Pregnancy {
    /// nobody asked, or the patient does not know
    #[default]
    Unknown,
    /// cannot be or was excluded
    No,
    /// pregnant; weeks since the last period if known
    Yes {
        /// completed weeks
        weeks: Option<u8>,
    },
}

/// Where in the world the clinic is; sets the prior of what is endemic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    /// Pakistan, India, Bangladesh, Nepal, Sri Lanka
    #[default]
    SouthAsia,
    /// Kenya, Uganda, Tanzania, Ethiopia, Malawi ...
    EastAfrica,
    /// Arabian peninsula, Levant, Iran, Iraq, Egypt
    MiddleEast,
    /// none of these: tropical infections count as imported
    Elsewhere,
}

/// Time of the year as it matters for mosquitoes and water.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Season {
    /// not set
    #[default]
    Unknown,
    /// rains and the weeks after
    Rainy,
    /// dry months
    Dry,
}

/// Place and season of the clinic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Place {
    /// region
    pub region: Region,
    /// season
    #[serde(default)]
    pub season: Season,
}

/// What the engine knows of the patient; by default nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PatientFacts {
    /// age; `None` when nobody knows
    pub age: Option<Age>,
    /// sex; `None` when not said
    pub sex: Option<Sex>,
    /// pregnancy
    #[serde(default)]
    pub pregnancy: Pregnancy,
    /// breast-feeding
    #[serde(default)]
    pub lactating: bool,
    /// allergies in the user's words
    #[serde(default)]
    pub allergies: Vec<String>,
    /// medicines and remedies taken, in the user's words
    #[serde(default)]
    pub medicines: Vec<String>,
    /// place and season
    #[serde(default)]
    pub place: Place,
}

/// A person of the local log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Patient {
    /// id in the log
    pub id: PatientId,
    /// name as the user writes it, any script
    pub name: String,
    /// sex; `None` when not said
    pub sex: Option<Sex>,
    /// date of birth or its estimate, ISO 8601 `YYYY-MM-DD`
    pub born: Option<String>,
    /// the birth date was estimated from the age
    pub born_estimated: bool,
    /// village, phone, clinic number: free text to find the patient again
    #[serde(default)]
    pub contact: String,
    /// known allergies
    #[serde(default)]
    pub allergies: Vec<String>,
    /// medicines taken regularly
    #[serde(default)]
    pub medicines: Vec<String>,
    /// language the patient reads
    #[serde(default)]
    pub language: Option<Lang>,
    /// vaccinations
    #[serde(default)]
    pub vaccines: VaccineCard,
}

#[cfg(test)]
mod tests {
    use super::Age;

    #[test]
    fn a_completed_year_or_month_is_reached_and_the_next_is_not() {
        for n in 0..130 {
            let years = Age::from_years(n).years();
            assert!(years >= f64::from(n) && years < f64::from(n) + 0.01, "{n} years are {years}");
        }
        for n in 0..240 {
            let months = Age::from_months(n).months();
            assert!(months >= f64::from(n) && months < f64::from(n) + 0.05, "{n} months are {months}");
            assert!(Age::from_months(n).years() >= f64::from(n / 12), "{n} months in years");
        }
    }
}
