//! What a clinic has on its shelf. What it says nothing of counts as held: an empty list changes no dose.

use crate::{Medicine, MedicineForm, MedicineId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is held of one medicine, where that is not everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// nothing
    None,
    /// these forms and strengths, by [`MedicineForm::key`]
    Forms(BTreeSet<String>),
}

/// The list of a clinic.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Formulary(pub BTreeMap<MedicineId, Held>);

impl Formulary {
    /// Whether a form is on the shelf.
    pub fn holds_form(&self, medicine: &MedicineId, form: &MedicineForm) -> bool {
        match self.0.get(medicine) {
            None => true,
            Some(Held::None) => false,
            Some(Held::Forms(keys)) => keys.contains(&form.key()),
        }
    }
    /// Whether any form of a medicine is on the shelf. A list of strengths that the packs no longer have holds nothing.
    pub fn holds(&self, medicine: &Medicine) -> bool {
        match self.0.get(&medicine.id) {
            None => true,
            Some(Held::None) => false,
            Some(Held::Forms(_)) => medicine.forms.iter().any(|f| self.holds_form(&medicine.id, f)),
        }
    }
    /// Takes a form off the shelf or puts it back. All forms held is the same as no entry, none held the same as not held.
    pub fn set_form(&mut self, id: &MedicineId, all: &[String], key: &str, held: bool) {
        let mut keys: BTreeSet<String> = match self.0.remove(id) {
            None => all.iter().cloned().collect(),
            Some(Held::None) => BTreeSet::new(),
            Some(Held::Forms(keys)) => keys.into_iter().filter(|k| all.contains(k)).collect(),
        };
        if held {
            keys.insert(key.to_owned());
        } else {
            keys.remove(key);
        }
        if keys.is_empty() {
            self.0.insert(id.clone(), Held::None);
        } else if !all.iter().all(|k| keys.contains(k)) {
            self.0.insert(id.clone(), Held::Forms(keys));
        }
    }
    /// Takes a medicine off the shelf or puts it back in every form.
    pub fn set(&mut self, id: &MedicineId, held: bool) {
        if held {
            self.0.remove(id);
        } else {
            self.0.insert(id.clone(), Held::None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DoseUnit;

    fn all() -> Vec<String> {
        vec!["tablet 250".into(), "syrup 125/5".into()]
    }

    #[test]
    fn a_form_is_named_by_what_it_is_and_not_by_its_place() {
        let in_unit =
            |form: &str, strength, unit, ml| MedicineForm { form: form.into(), strength, unit, ml, step: 1.0 }.key();
        let form = |form: &str, mg, ml| in_unit(form, mg, DoseUnit::Mg, ml);
        assert_eq!(form("tablet", 250.0, None), "tablet 250");
        assert_eq!(form("syrup", 62.5, Some(5.0)), "syrup 62.5/5");
        assert_eq!(in_unit("injection", 10.0, DoseUnit::Units, Some(1.0)), "injection 10units/1");
    }

    #[test]
    fn what_is_taken_off_and_put_back_leaves_no_entry() {
        let (id, mut list) = (MedicineId::new("a"), Formulary::default());
        list.set_form(&id, &all(), "tablet 250", false);
        assert_eq!(list.0.get(&id), Some(&Held::Forms(["syrup 125/5".to_owned()].into())));
        list.set_form(&id, &all(), "syrup 125/5", false);
        assert_eq!(list.0.get(&id), Some(&Held::None), "no form is left");
        list.set_form(&id, &all(), "tablet 250", true);
        assert_eq!(list.0.get(&id), Some(&Held::Forms(["tablet 250".to_owned()].into())));
        list.set_form(&id, &all(), "syrup 125/5", true);
        assert_eq!(list.0.get(&id), None, "all forms are held again");
        list.set(&id, false);
        assert_eq!(list.0.get(&id), Some(&Held::None));
        list.set(&id, true);
        assert!(list.0.is_empty());
    }

    #[test]
    fn a_strength_that_the_packs_no_longer_have_is_forgotten_at_the_next_change() {
        let (id, mut list) = (MedicineId::new("a"), Formulary::default());
        list.0.insert(id.clone(), Held::Forms(["tablet 40".to_owned()].into()));
        list.set_form(&id, &all(), "tablet 250", true);
        assert_eq!(list.0.get(&id), Some(&Held::Forms(["tablet 250".to_owned()].into())));
    }
}
