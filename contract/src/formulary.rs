//! What may stand on a clinic's shelf: medicines that the packs dose, with their forms.

use hakim_clinical::{MedicineId, Text};
use serde::{Deserialize, Serialize};

/// A form and strength.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormRow {
    /// names it in the settings: [`hakim_clinical::MedicineForm::key`]
    pub key: String,
    /// `tablet` ...
    pub form: String,
    /// `250 mg`, `125 mg / 5 mL`
    pub strength: String,
}

/// A medicine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormularyRow {
    /// id
    pub medicine: MedicineId,
    /// name
    pub name: Text,
    /// every name in every language, to be searched
    pub also: Vec<String>,
    /// forms
    pub forms: Vec<FormRow>,
}

/// Every medicine that has a form in the packs, by its English name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FormularyList {
    /// rows
    pub medicines: Vec<FormularyRow>,
}
