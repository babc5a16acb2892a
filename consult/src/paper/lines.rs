//! What documents say of a visit, line by line, in one language.

use super::Part;
use crate::explain::{LEAST_DECIBANS, capital, contribution_fact};
use hakim_clinical::{
    Decision, FindingKind, Lang, Lasted, Observed, Patient, Pregnancy, Presence, Severity, Sex, TriageLevel, decimal,
};
use hakim_contract::*;
use hakim_i18n::{Value, Words};

/// Candidates named.
const NAMED: usize = 5;
/// Findings on each side that give the reasons.
const REASONS: usize = 3;

/// Years from which somebody is called a woman or a man.
const GROWN: f64 = 18.0;

/// To be filled in by hand.
pub(super) const BLANK: &str = "____________________";

/// What is said in one line.
#[derive(PartialEq)]
struct Group {
    /// of the past, the family, habits and surroundings
    around: bool,
    lasted: Option<Lasted>,
}

/// Speaks of one visit.
pub(super) struct Lines<'a> {
    words: Words,
    lang: Lang,
    record: &'a VisitRecord,
    /// as the log knows the patient; `None`: the log is closed
    patient: Option<&'a Patient>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(record: &'a VisitRecord, patient: Option<&'a Patient>, lang: Lang) -> Self {
        Self { words: Words::new(lang), lang, record, patient }
    }

    pub(super) fn say(&self, key: &str) -> String {
        self.words.say_plain(key, &[])
    }

    fn say_with(&self, key: &str, args: &[(&str, Value)]) -> String {
        self.words.say_plain(key, args)
    }

    fn list(&self, parts: Vec<String>) -> String {
        parts.join(&self.say("list-comma"))
    }

    /// A part under a heading; without lines it is left out.
    pub(super) fn part(&self, heading: &str, lines: Vec<DocumentLine>) -> Option<Part> {
        let lines: Vec<DocumentLine> = lines.into_iter().filter(|l| !l.text.trim().is_empty()).collect();
        (!lines.is_empty()).then(|| {
            let section = DocumentSection { heading: self.say(heading), beside: None, numbered: false, lines };
            Part { section, asked: None }
        })
    }

    /// The story as typed.
    pub(super) fn story(&self) -> Vec<DocumentLine> {
        self.record.intake.text.lines().map(DocumentLine::plain).collect()
    }

    /// The practitioner's own words.
    pub(super) fn remark(&self) -> Vec<DocumentLine> {
        self.record.remark.lines().map(DocumentLine::plain).collect()
    }

    pub(super) fn pictures(&self) -> Vec<DocumentLine> {
        self.record.pictures.iter().map(|p| DocumentLine::plain(&p.name)).collect()
    }

    /// Who it is, as far as the case knows: age, sex, pregnancy.
    pub(super) fn person(&self) -> DocumentLine {
        let facts = &self.record.intake.patient;
        let grown = facts.age.map(|age| age.years() >= GROWN);
        let sex = self.say(match (facts.sex, grown) {
            (Some(Sex::Female), None) => "sex-female",
            (Some(Sex::Female), Some(true)) => "person-woman",
            (Some(Sex::Female), Some(false)) => "person-girl",
            (Some(Sex::Male), None) => "sex-male",
            (Some(Sex::Male), Some(true)) => "person-man",
            (Some(Sex::Male), Some(false)) => "person-boy",
            (None, _) => "sex-unknown",
        });
        let age = match facts.age {
            None => self.say("age-unknown"),
            Some(age) if age.months() < 2.0 => self.counted("age-days", f64::from(age.days())),
            Some(age) if age.months() < 24.0 => self.counted("age-months", age.months().floor()),
            Some(age) => self.counted("age-years", age.years().floor()),
        };
        let pregnancy = match facts.pregnancy {
            Pregnancy::Yes { weeks: Some(weeks) } => Some(self.counted("doc-pregnant-weeks", f64::from(weeks))),
            Pregnancy::Yes { weeks: None } => Some(self.say("pregnancy")),
            Pregnancy::No | Pregnancy::Unknown => None,
        };
        let person = [Some(capital(&sex)), Some(age), pregnancy].into_iter().flatten();
        DocumentLine::plain(self.list(person.collect()))
    }

    fn counted(&self, key: &str, n: f64) -> String {
        self.say_with(key, &[("n", Value::from(n))])
    }

    /// Name, contact and who it is; the name is a line to fill in where the log is closed.
    pub(super) fn identity(&self) -> Vec<DocumentLine> {
        let name = self.patient.map_or_else(|| BLANK.to_owned(), |p| p.name.clone());
        let contact = self.patient.map(|p| p.contact.clone()).unwrap_or_default();
        let named = self.say_with("doc-letter-name", &[("name", Value::from(name))]);
        vec![DocumentLine::plain(named), self.person(), DocumentLine::plain(contact)]
    }

    /// What was told, or what was found on examining: present, those of one duration together, what lies in the past or
    /// around the patient apart, then what is denied.
    pub(super) fn findings(&self, wanted: fn(FindingKind) -> bool) -> Vec<DocumentLine> {
        let labels = self.record.assessment.as_ref().map(|a| a.findings_used.as_slice()).unwrap_or_default();
        let label_of = |o: &Observed| labels.iter().find(|l| l.finding == o.finding);
        // What has no label was not used: it counts as told.
        let kind = |o: &Observed| label_of(o).map_or(FindingKind::Symptom, |l| l.kind);
        let name = |o: &Observed| label_of(o).map_or(o.finding.as_str(), |l| l.name.get(self.lang)).to_owned();
        let with = |presence: Presence| {
            self.record.intake.observed.iter().filter(move |o| o.presence == presence && wanted(kind(o)))
        };
        let mut together: Vec<(Group, Vec<String>)> = vec![];
        for o in with(Presence::Present) {
            let group =
                Group { around: matches!(kind(o), FindingKind::History | FindingKind::Exposure), lasted: o.lasted() };
            let severe = (o.severity_beside_name() == Some(Severity::Severe)).then(|| self.say("doc-severe"));
            let said = self.list([Some(name(o)), severe].into_iter().flatten().collect());
            match together.iter_mut().find(|(known, _)| *known == group) {
                Some((_, names)) => names.push(said),
                None => together.push((group, vec![said])),
            }
        }
        together.sort_by_key(|(group, _)| group.around);
        let semicolon = self.say("list-semicolon");
        let present = together.into_iter().map(|(group, names)| {
            let names = capital(&names.join(&semicolon));
            match group.lasted {
                None => names,
                Some(lasted) => {
                    let span = self.counted(&format!("chip-{}", lasted.unit), lasted.n);
                    self.say_with("doc-for", &[("findings", Value::from(names)), ("span", Value::from(span))])
                }
            }
        });
        let denied: Vec<String> =
            with(Presence::Absent).map(|o| self.say_with("doc-denied", &[("finding", Value::from(name(o)))])).collect();
        let within = |(at, text): (usize, &String)| if at == 0 { text.clone() } else { small(text) };
        let denied =
            (!denied.is_empty()).then(|| denied.iter().enumerate().map(within).collect::<Vec<_>>().join(&semicolon));
        present.chain(denied).map(DocumentLine::plain).collect()
    }

    pub(super) fn values(&self) -> Vec<DocumentLine> {
        let name = |key: &str| self.say(&format!("vital-name-{key}"));
        let values = self.record.intake.measurements.iter();
        values
            .map(|m| DocumentLine::plain(format!("{}: {}", name(m.vital.key()), measure(m.value, m.vital.unit()))))
            .collect()
    }

    pub(super) fn medicines(&self) -> Vec<DocumentLine> {
        self.or_none(&self.record.intake.patient.medicines)
    }

    pub(super) fn allergies(&self) -> Vec<DocumentLine> {
        self.or_none(&self.record.intake.patient.allergies)
    }

    fn or_none(&self, list: &[String]) -> Vec<DocumentLine> {
        match list {
            [] => vec![DocumentLine::plain(self.say("doc-none"))],
            list => list.iter().map(DocumentLine::plain).collect(),
        }
    }

    /// The level, what makes it so, and every danger sign.
    pub(super) fn dangers(&self) -> Vec<DocumentLine> {
        let Some(assessment) = &self.record.assessment else { return vec![] };
        let level = self.say(match assessment.triage.level {
            TriageLevel::Emergency => "doc-triage-emergency",
            TriageLevel::Urgent => "doc-triage-urgent",
            TriageLevel::Soon => "doc-triage-soon",
            TriageLevel::Routine => "doc-triage-routine",
            TriageLevel::SelfCare => "doc-triage-self-care",
        });
        let likely = assessment.triage.likely.as_ref().map(|l| {
            let key = match assessment.triage.level {
                TriageLevel::SelfCare => "doc-likely-self-care",
                TriageLevel::Soon => "doc-likely-soon",
                _ => "doc-likely-urgent",
            };
            self.say_with(key, &[("name", Value::from(l.name.get(self.lang)))])
        });
        let signs = assessment.triage.dangers.iter().map(|d| DocumentLine::cited(d.say.get(self.lang), &d.citation));
        let none = assessment.triage.dangers.is_empty().then(|| DocumentLine::plain(self.say("doc-no-danger")));
        std::iter::once(level).chain(likely).map(DocumentLine::plain).chain(signs).chain(none).collect()
    }

    pub(super) fn differential(&self) -> Vec<DocumentLine> {
        let Some(assessment) = &self.record.assessment else { return vec![] };
        let named = assessment.candidates.iter().take(NAMED).map(|c| {
            let code = c.icd10.first().map(|c| format!(" ({c})")).unwrap_or_default();
            format!("{}{code}: {} %", capital(c.name.get(self.lang)), percent(c.probability.p))
        });
        let none = self.say_with("doc-none-of-these", &[("percent", Value::from(percent(assessment.none_of_these)))]);
        named.chain([none]).map(DocumentLine::plain).collect()
    }

    /// What speaks for and against the conditions worked with, or against the likeliest where none was chosen.
    pub(super) fn reasons(&self) -> Vec<DocumentLine> {
        let Some(assessment) = &self.record.assessment else { return vec![] };
        let working = |c: &&CandidateView| self.record.working.contains(&c.condition);
        let mut chosen: Vec<&CandidateView> = assessment.candidates.iter().filter(working).collect();
        if chosen.is_empty() {
            chosen.extend(assessment.candidates.first());
        }
        let mut lines = vec![];
        for candidate in chosen {
            let name = Value::from(candidate.name.get(self.lang));
            for way in [1.0, -1.0] {
                let strong = candidate.contributions.iter().filter(|c| c.decibans * way >= LEAST_DECIBANS);
                lines.extend(strong.take(REASONS).map(|c| {
                    let fact = contribution_fact(&self.words, c, &name, self.lang);
                    DocumentLine { citations: fact.citation.into_iter().collect(), ..DocumentLine::plain(fact.text) }
                }));
            }
        }
        lines
    }

    /// Accepted lines of the plan of these groups, and with what they were changed to.
    pub(super) fn accepted_of(&self, groups: &[PlanGroup]) -> Vec<DocumentLine> {
        let lines = self.record.plan.iter().flat_map(|p| &p.lines).filter(|l| groups.contains(&l.group));
        let text = |l: &PlanLineView| Some(format!("{}{}", self.text_of(l), self.choice(self.accepted(&l.id)?)));
        lines.filter_map(|l| Some(DocumentLine::cited(text(l)?, &l.citation))).collect()
    }

    fn accepted(&self, line: &str) -> Option<&Decision> {
        let barred = || self.record.plan.as_ref().is_some_and(|plan| plan.is_barred(line));
        self.record.decisions.get(line).filter(|decision| match decision {
            Decision::Accepted => !barred(),
            Decision::Changed { .. } => true,
            _ => false,
        })
    }

    /// Lines of the plan by what was decided of them.
    pub(super) fn decided(&self, wanted: impl Fn(&Decision) -> bool) -> Vec<DocumentLine> {
        let Some(plan) = &self.record.plan else { return vec![] };
        let line = |l: &PlanLineView| {
            let decision = self.record.decisions.get(&l.id)?;
            let text = || format!("{}{}", self.text_of(l), self.choice(decision));
            wanted(decision).then(|| DocumentLine::cited(text(), &l.citation))
        };
        plan.lines.iter().filter_map(line).collect()
    }

    pub(super) fn undecided(&self) -> Vec<DocumentLine> {
        let Some(plan) = &self.record.plan else { return vec![] };
        let open = |l: &&PlanLineView| matches!(self.record.decisions.get(&l.id), None | Some(Decision::Undecided));
        // The title of a medicine is its name; others say only what kind of line it is.
        let named = |l: &PlanLineView| match l.medicine {
            Some(_) => l.title.get(self.lang).to_owned(),
            None => self.text_of(l),
        };
        plan.lines.iter().filter(open).map(|l| DocumentLine::cited(named(l), &l.citation)).collect()
    }

    fn choice(&self, decision: &Decision) -> String {
        match decision {
            Decision::Changed { to } if !to.is_empty() => {
                format!(" ({})", self.say_with("doc-changed", &[("to", Value::from(to.as_str()))]))
            }
            Decision::Rejected { why } if !why.is_empty() => {
                format!(" ({})", self.say_with("doc-reason", &[("why", Value::from(why.as_str()))]))
            }
            _ => String::new(),
        }
    }

    pub(super) fn traditional(&self) -> Vec<DocumentLine> {
        let reading = self.record.plan.as_ref().and_then(|p| p.traditional.as_ref());
        let lines = reading.into_iter().flat_map(|r| &r.matches).flat_map(|m| &m.lines);
        let text =
            |l: &TraditionalLineView| Some(format!("{}{}", l.text.get(self.lang), self.choice(self.accepted(&l.id)?)));
        lines.filter_map(|l| Some(DocumentLine::cited(text(l)?, &l.citation))).collect()
    }

    /// A plan line in words, with the worked dose for a medicine.
    fn text_of(&self, line: &PlanLineView) -> String {
        let title = line.title.get(self.lang);
        let text = line.text.get(self.lang);
        if let Some(DoseView::Worked { dose, .. }) = &line.dose {
            return format!("{title}: {}", self.dose(dose));
        }
        match (text.is_empty(), line.group) {
            (true, _) => title.to_owned(),
            (false, PlanGroup::Stop) => format!("{title}: {text}"),
            (false, PlanGroup::Give) if line.medicine.is_some() => format!("{title}: {text}"),
            _ => text.to_owned(),
        }
    }

    fn dose(&self, dose: &hakim_clinical::WorkedDose) -> String {
        let one = self.words.one_dose(dose);
        let give = dose.give.as_ref().map_or_else(
            || one.clone(),
            |g| {
                let form = self.say(&format!("form-{}", g.form));
                match g.ml {
                    Some(_) => format!("{} {form} ({one})", measure(g.amount, "mL")),
                    None => {
                        let strength = self.words.amount(g.strength, g.unit);
                        format!("{} × {form} {strength}", decimal(g.amount))
                    }
                }
            },
        );
        let times = self.words.how_often(dose.frequency());
        let days = self.words.how_long(dose);
        let note = dose.note.get(self.lang).to_owned();
        self.list([Some(give), Some(times), days, (!note.is_empty()).then_some(note)].into_iter().flatten().collect())
    }

    pub(super) fn limits(&self) -> Vec<DocumentLine> {
        let versions = self.record.assessment.as_ref().map(|a| a.versions.join(", ")).unwrap_or_default();
        vec![DocumentLine::plain(self.say_with("doc-limits-text", &[("version", Value::from(versions))]))]
    }
}

/// As it stands inside a line.
fn small(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// A number with its unit, kept left to right inside a text of any direction.
fn measure(n: f64, unit: &str) -> String {
    format!("\u{2066}{} {unit}\u{2069}", decimal(n))
}

/// Whole percent; below one as such.
pub(crate) fn percent(p: f64) -> String {
    let percent = p * 100.0;
    if percent > 0.0 && percent < 1.0 { "< 1".into() } else { format!("{}", percent.round()) }
}
