//! One patient's case, closed under what follows: values become findings, findings imply their parents.

use crate::Taken;
use hakim_clinical::*;
use std::collections::BTreeMap;

/// A value that no living patient has.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseError {
    /// the vital sign
    pub vital: Vital,
    /// the value as given
    pub value: f64,
}

/// What is known of a patient, ready to reason over.
#[derive(Debug, Clone)]
pub struct Case<'k> {
    /// the knowledge base
    pub base: &'k KnowledgeBase,
    /// who
    pub patient: &'k PatientFacts,
    /// medicines and remedies the patient takes, recognised
    pub taken: Vec<Taken>,
    /// how close the words of the story are to what the packs write of a condition, 0..=1; not there: 0
    pub wording: BTreeMap<ConditionId, f64>,
    /// what the clinic has on its shelf
    pub formulary: Formulary,
    known: BTreeMap<FindingId, Observed>,
    values: BTreeMap<Vital, f64>,
}

impl<'k> Case<'k> {
    /// Gathers the case. Findings that the vocabulary does not have are left out; of two statements about one finding the
    /// later counts, but a measured value outranks words.
    ///
    /// # Errors
    /// The first value outside [`Vital::possible`].
    pub fn new(
        base: &'k KnowledgeBase,
        patient: &'k PatientFacts,
        observed: &[Observed],
        measurements: &[Measurement],
        taken: Vec<Taken>,
    ) -> Result<Self, CaseError> {
        let mut values = BTreeMap::new();
        for m in measurements {
            if !m.vital.possible().contains(&m.value) {
                return Err(CaseError { vital: m.vital, value: m.value });
            }
            values.insert(m.vital, m.value);
        }
        let mut said: BTreeMap<FindingId, Observed> = BTreeMap::new();
        for o in observed.iter().filter(|o| base.findings.contains_key(&o.finding)) {
            said.insert(o.finding.clone(), o.clone());
        }
        let mut case = Self {
            base,
            patient,
            taken,
            wording: BTreeMap::new(),
            formulary: Formulary::default(),
            known: said,
            values,
        };
        case.add_measured();
        case.add_pregnancy();
        case.close();
        if case.add_lasting() {
            case.close();
        }
        Ok(case)
    }

    /// The same case with the closeness of its words to each condition.
    #[must_use]
    pub fn with_wording(self, wording: BTreeMap<ConditionId, f64>) -> Self {
        Self { wording, ..self }
    }

    /// The same case in a clinic with this list.
    #[must_use]
    pub fn with_formulary(self, formulary: Formulary) -> Self {
        Self { formulary, ..self }
    }

    fn add_measured(&mut self) {
        for finding in self.base.findings.values() {
            let verdicts: Vec<bool> = finding.measured_by.iter().filter_map(|m| self.measured(m)).collect();
            if verdicts.is_empty() {
                continue;
            }
            let presence = if verdicts.contains(&true) { Presence::Present } else { Presence::Absent };
            let entry = self
                .known
                .entry(finding.id.clone())
                .or_insert_with(|| Observed::present(finding.id.clone(), Origin::Measured));
            // A normal temperature now does not undo the fever the patient tells of; an abnormal value always counts.
            let history = finding.kind == FindingKind::Symptom
                && presence == Presence::Absent
                && entry.origin != Origin::Measured;
            if !history {
                entry.presence = presence;
                entry.origin = Origin::Measured;
            }
        }
    }

    fn measured(&self, m: &MeasuredBy) -> Option<bool> {
        let value = *self.values.get(&m.vital)?;
        if m.from_years.is_some() || m.to_years.is_some() {
            let years = self.patient.age?.years();
            if m.from_years.is_some_and(|from| years < from) || m.to_years.is_some_and(|to| years >= to) {
                return None;
            }
        }
        Some(m.at_least.is_none_or(|limit| value >= limit) && m.below.is_none_or(|limit| value < limit))
    }

    /// Pregnancy is a fact of the patient and a finding of the vocabulary at once: keep them the same.
    fn add_pregnancy(&mut self) {
        let id = FindingId::new("pregnant.known");
        if !self.base.findings.contains_key(&id) {
            return;
        }
        match self.patient.pregnancy {
            Pregnancy::Yes { weeks } => {
                self.known.insert(id.clone(), Observed::present(id, Origin::Picked));
                for (trimester, is_now) in
                    [("pregnancy.early", weeks.map(|w| w < 14)), ("pregnancy.late", weeks.map(|w| w >= 28))]
                {
                    let id = FindingId::new(trimester);
                    if let (Some(now), true) = (is_now, self.base.findings.contains_key(&id)) {
                        let observed = if now { Observed::present } else { Observed::absent };
                        self.known.insert(id.clone(), observed(id, Origin::Picked));
                    }
                }
            }
            Pregnancy::No => {
                self.known.insert(id.clone(), Observed::absent(id, Origin::Picked));
            }
            Pregnancy::Unknown => {}
        }
    }

    /// "Cough for three weeks" is "cough for over two weeks": a duration decides the findings that are a matter of time.
    /// What was said of them in words stands.
    fn add_lasting(&mut self) -> bool {
        let mut added = false;
        for finding in self.base.findings.values() {
            let (Some(limit), Some(parent)) = (finding.lasts_days, &finding.parent) else { continue };
            let Some(days) = self.known.get(parent).filter(|o| o.presence == Presence::Present).and_then(|o| o.days)
            else {
                continue;
            };
            if self.known.contains_key(&finding.id) {
                continue;
            }
            let lasting = if days >= limit {
                Observed::present(finding.id.clone(), Origin::Measured)
            } else {
                Observed::absent(finding.id.clone(), Origin::Measured)
            };
            self.known.insert(finding.id.clone(), lasting);
            added = true;
        }
        added
    }

    /// Present findings make their parents present; absent ones make their children absent.
    fn close(&mut self) {
        let present: Vec<Observed> = self.known.values().filter(|o| o.presence == Presence::Present).cloned().collect();
        for o in present {
            for ancestor in self.base.with_ancestors(&o.finding).skip(1) {
                let entry = self
                    .known
                    .entry(ancestor.id.clone())
                    .or_insert_with(|| Observed::present(ancestor.id.clone(), Origin::Implied));
                if entry.presence != Presence::Present {
                    *entry = Observed::present(ancestor.id.clone(), Origin::Implied);
                }
                entry.days = entry.days.or(o.days);
            }
        }
        for finding in self.base.findings.values() {
            let absent_ancestor =
                self.base.with_ancestors(&finding.id).skip(1).any(|a| self.presence(&a.id) == Presence::Absent);
            if absent_ancestor && !self.known.contains_key(&finding.id) {
                self.known.insert(finding.id.clone(), Observed::absent(finding.id.clone(), Origin::Implied));
            }
        }
    }

    /// Whether a finding is there.
    pub fn presence(&self, finding: &FindingId) -> Presence {
        self.known.get(finding).map_or(Presence::Unknown, |o| o.presence)
    }

    /// What is known of a finding.
    pub fn observed(&self, finding: &FindingId) -> Option<&Observed> {
        self.known.get(finding)
    }

    /// Findings that were said, picked, measured or answered: not those that merely follow.
    pub fn stated(&self) -> impl Iterator<Item = &Observed> {
        self.known.values().filter(|o| o.origin != Origin::Implied && o.presence != Presence::Unknown)
    }

    /// A measured value in the vital's unit.
    pub fn value(&self, vital: Vital) -> Option<f64> {
        self.values.get(&vital).copied()
    }

    /// All values.
    pub fn values(&self) -> &BTreeMap<Vital, f64> {
        &self.values
    }

    /// The same case with one more answer.
    #[must_use]
    pub fn with_answer(&self, finding: &FindingId, presence: Presence) -> Self {
        let mut case = self.clone();
        case.known.retain(|_, o| o.origin != Origin::Implied);
        case.known
            .insert(finding.clone(), Observed { presence, ..Observed::present(finding.clone(), Origin::Answered) });
        case.close();
        case
    }
}
