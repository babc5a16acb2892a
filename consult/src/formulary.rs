//! What a clinic may hold: every medicine with a form, to be ticked off in the settings.

use crate::views::subject_name;
use hakim_clinical::{KnowledgeBase, Lang, Medicine, MedicineForm};
use hakim_contract::{FormRow, FormularyList, FormularyRow};
use hakim_i18n::Words;

/// Every medicine that has a form, by its English name.
pub(crate) fn list(base: &KnowledgeBase) -> FormularyList {
    let mut medicines: Vec<FormularyRow> =
        base.medicines.values().filter(|m| !m.forms.is_empty()).map(|m| row(base, m)).collect();
    medicines.sort_by_cached_key(|row| row.name.get(Lang::En).to_lowercase());
    FormularyList { medicines }
}

fn row(base: &KnowledgeBase, medicine: &Medicine) -> FormularyRow {
    let own = medicine.names.0.values().flat_map(|name| std::iter::once(&name.term).chain(&name.lay));
    let more = base.more_names.by_medicine.get(&medicine.id).into_iter().flatten();
    let also = own.chain(medicine.brands.values().flatten()).chain(more).cloned().collect();
    let mut forms: Vec<FormRow> = vec![];
    for form in &medicine.forms {
        // The packs may write one strength twice, once for halves.
        if !forms.iter().any(|known| known.key == form.key()) {
            forms.push(FormRow { key: form.key(), form: form.form.clone(), strength: strength(form) });
        }
    }
    FormularyRow { medicine: medicine.id.clone(), name: subject_name(base, medicine.id.as_str()), also, forms }
}

fn strength(form: &MedicineForm) -> String {
    Words::new(Lang::En).strength(form.strength, form.unit, form.ml)
}
