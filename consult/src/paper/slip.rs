//! Papers for the patient in the patient's language: the handout and the prescription. They hold what the practitioner
//! accepted, and in the practitioner's own words what was changed; nothing else of the plan.

use super::Part;
use super::label::Label;
use super::lines::BLANK;
use crate::explain::capital;
use hakim_clinical::{Decision, Grade, Lang, Patient, Pregnancy, Sex, Text, Vital, WarningLevel};
use hakim_contract::*;
use jiff::{Timestamp, tz::TimeZone};
use std::cell::Cell;

/// What stands of a line of the plan.
enum Standing<'a> {
    /// as proposed
    Proposed,
    /// in the practitioner's words
    Own(&'a str),
    /// changed, but not yet said to what
    ByHand,
}

/// Speaks of one visit to its patient.
pub(super) struct Slip<'a> {
    label: Label,
    record: &'a VisitRecord,
    /// as the log knows the patient; `None`: the log is closed
    patient: Option<&'a Patient>,
    clinic: &'a str,
    /// something could be said in English only
    english: Cell<bool>,
}

impl<'a> Slip<'a> {
    pub(super) fn of(record: &'a VisitRecord, patient: Option<&'a Patient>, clinic: &'a str, lang: Lang) -> Self {
        Self { label: Label::new(lang), record, patient, clinic, english: Cell::new(false) }
    }

    pub(super) fn say(&self, key: &str) -> String {
        self.label.say(key)
    }

    /// What must be said at the foot, once all parts were made.
    pub(super) fn foot(&self) -> Vec<String> {
        if self.english.get() { vec![self.say("english-note")] } else { vec![] }
    }

    /// Clinic, date, patient; diagnosis; what to take and do; what to come back for; room for the signature.
    pub(super) fn prescription(&self) -> Vec<Option<Part>> {
        let numbered = |mut part: Part| {
            part.section.numbered = true;
            part
        };
        vec![
            part(String::new(), self.head()),
            self.part("diagnosis", self.diagnosis()),
            self.part("medicines", self.decided(&[PlanGroup::Give], true)).map(numbered),
            self.part("stop", self.decided(&[PlanGroup::Stop], true)),
            self.part("refer", self.decided(&[PlanGroup::Send], true)),
            self.part("tests", self.decided(&[PlanGroup::Test], true)),
            self.part("advice", self.decided(&[PlanGroup::Do, PlanGroup::Tell], true)),
            self.part("traditional", self.remedies()),
            self.part("return", self.decided(&[PlanGroup::Return], true)),
            self.part("danger", vec![DocumentLine::plain(self.say("danger-signs"))]),
            self.part("signed", vec![DocumentLine::plain(BLANK)]),
        ]
    }

    /// Where to go, what it is, what to take and do, when to come back.
    pub(super) fn handout(&self, asked: impl Fn(Part) -> Part) -> Vec<Option<Part>> {
        vec![
            self.part("refer", self.decided(&[PlanGroup::Send], false)),
            self.part("what", self.what()).map(asked),
            self.part("medicines", self.decided(&[PlanGroup::Give], false)),
            self.part("stop", self.decided(&[PlanGroup::Stop], false)),
            self.part("advice", self.decided(&[PlanGroup::Do, PlanGroup::Tell], false)),
            self.part("traditional", self.remedies()),
            self.part("return", self.decided(&[PlanGroup::Return], false)),
            self.part("danger", vec![DocumentLine::plain(self.say("danger-signs"))]),
            self.part("allergy", self.allergies()),
        ]
    }

    fn part(&self, heading: &str, lines: Vec<DocumentLine>) -> Option<Part> {
        part(self.say(heading), lines)
    }

    fn head(&self) -> Vec<DocumentLine> {
        let facts = &self.record.intake.patient;
        let or_blank = |said: Option<String>| said.unwrap_or_else(|| BLANK.to_owned());
        let of = |key: &str, said: Option<String>| DocumentLine::plain(self.label.say_of(key, &or_blank(said)));
        let age = facts.age.map(|age| match age {
            age if age.months() < 2.0 => self.label.counted("age-days", f64::from(age.days())),
            age if age.months() < 24.0 => self.label.counted("age-months", age.months().floor()),
            age => self.label.counted("age-years", age.years().floor()),
        });
        let sex = facts.sex.map(|sex| {
            self.say(match sex {
                Sex::Female => "sex-female",
                Sex::Male => "sex-male",
            })
        });
        let weight = self.record.intake.measurements.iter().find(|m| m.vital == Vital::Weight);
        let allergies = match facts.allergies.as_slice() {
            [] => self.say("none-recorded"),
            list => self.label.list(list.iter().cloned()),
        };
        let pregnant = match facts.pregnancy {
            Pregnancy::Yes { weeks: Some(weeks) } => Some(self.label.counted("pregnant-weeks", f64::from(weeks))),
            Pregnancy::Yes { weeks: None } => Some(self.say("pregnant")),
            Pregnancy::No | Pregnancy::Unknown => None,
        };
        let written = (!self.clinic.trim().is_empty()).then(|| self.clinic.trim().to_owned());
        let mut lines = vec![
            of("clinic", written),
            of("date", self.date()),
            of("name", self.patient.map(|p| p.name.clone())),
            of("age", age),
            of("sex", sex),
            of("weight", weight.map(|m| self.label.measure(m.value, "kg"))),
            of("allergies", Some(allergies)),
        ];
        lines.extend(pregnant.map(DocumentLine::plain));
        lines
    }

    /// Day of the visit as the clock of this place had it, ISO 8601: no country reads it another way.
    fn date(&self) -> Option<String> {
        let began: Timestamp = self.record.started.parse().ok()?;
        Some(self.label.left_to_right(&began.to_zoned(TimeZone::system()).date().to_string()))
    }

    /// What the practitioner works with, else what the accepted lines are for, else a line to fill in. What only leads the
    /// list was chosen by nobody.
    fn diagnosis(&self) -> Vec<DocumentLine> {
        let Some(plan) = &self.record.plan else { return vec![DocumentLine::plain(BLANK)] };
        let chosen = plan.working.iter().filter(|(id, _)| self.record.working.contains(id)).map(|(_, name)| name);
        let treated = plan.lines.iter().filter(|l| self.standing(&l.id, l.is_barred()).is_some());
        let names: Vec<&Text> = match chosen.collect::<Vec<_>>() {
            none if none.is_empty() => treated.filter_map(|l| l.indication.as_ref()).collect(),
            chosen => chosen,
        };
        let mut lines: Vec<DocumentLine> = vec![];
        for name in names {
            let line = DocumentLine::plain(capital(&self.free(name)));
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        if lines.is_empty() { vec![DocumentLine::plain(BLANK)] } else { lines }
    }

    /// What the conditions worked with are.
    fn what(&self) -> Vec<DocumentLine> {
        let working = match self.record.plan.as_ref().map(|p| p.working.as_slice()) {
            Some([]) | None => return vec![DocumentLine::plain(self.say("what-unsure"))],
            Some(working) => working,
        };
        let candidates = self.record.assessment.as_ref().map(|a| a.candidates.as_slice()).unwrap_or_default();
        let line = |(id, name): &(hakim_clinical::ConditionId, Text)| {
            let name = capital(&self.free(name));
            match candidates.iter().find(|c| c.condition == *id) {
                Some(c) => DocumentLine::plain(format!("{name}: {}", self.label.apart(&self.free(&c.summary)))),
                None => DocumentLine::plain(name),
            }
        };
        working.iter().map(line).collect()
    }

    /// What the patient must tell everyone.
    fn allergies(&self) -> Vec<DocumentLine> {
        let allergies = self.record.intake.patient.allergies.iter();
        allergies.map(|a| DocumentLine::plain(self.label.say_of("allergy-tell", a))).collect()
    }

    /// Accepted and changed lines of the plan of these groups.
    fn decided(&self, groups: &[PlanGroup], dispense: bool) -> Vec<DocumentLine> {
        let lines = self.record.plan.iter().flat_map(|p| &p.lines).filter(|l| groups.contains(&l.group));
        lines.filter_map(|l| self.line(l, dispense)).collect()
    }

    fn line(&self, line: &PlanLineView, dispense: bool) -> Option<DocumentLine> {
        match self.standing(&line.id, line.is_barred())? {
            Standing::Own(words) => Some(DocumentLine::plain(words)),
            Standing::ByHand if line.medicine.is_none() => None,
            Standing::ByHand if line.is_barred() => Some(DocumentLine::plain(BLANK)),
            Standing::ByHand => Some(DocumentLine::plain(format!("{}: {BLANK}", self.name(&line.title)))),
            Standing::Proposed if line.medicine.is_some() => Some(self.medicine(line, dispense)),
            Standing::Proposed => {
                let text = if line.text.is_empty() { self.free(&line.title) } else { self.free(&line.text) };
                let named = line.group == PlanGroup::Stop && !line.text.is_empty();
                let text = if named { format!("{}: {text}", self.name(&line.title)) } else { capital(&text) };
                Some(DocumentLine::cited(text, &line.citation))
            }
        }
    }

    /// A medicine as proposed: what it is, and below it the dose, how many, how to take it.
    fn medicine(&self, line: &PlanLineView, dispense: bool) -> DocumentLine {
        let name = self.name(&line.title);
        let worked = match &line.dose {
            Some(DoseView::Worked { dose, .. }) => Some(dose.as_ref()),
            Some(DoseView::Refused { .. }) | None => None,
        };
        let form = worked.and_then(|d| d.give.as_ref()).map(|give| self.label.form(give)).unwrap_or_default();
        let mut under = vec![worked.map_or_else(|| self.label.by_hand(), |d| self.label.dose(d))];
        under.extend(dispense.then(|| self.label.dispense(worked)));
        under.extend(worked.and_then(|d| self.how(&d.note)));
        DocumentLine { under, ..DocumentLine::cited(self.label.list([name, form]), &line.citation) }
    }

    /// How to take it: the pack's words, or what can be said of them in this language with the English beside it.
    fn how(&self, note: &Text) -> Option<String> {
        if note.is_empty() {
            return None;
        }
        if note.has(self.label.lang) {
            return Some(self.label.say_of("how", note.get(self.label.lang)));
        }
        let (said, all) = self.label.often_said(note.get(Lang::En));
        if all {
            return Some(self.label.say_of("how", &said));
        }
        let english = self.label.apart(&self.free(note));
        Some(self.label.say_of("how", &self.label.list([said, english])))
    }

    /// Accepted and changed lines of traditional care, each with what stands behind it.
    fn remedies(&self) -> Vec<DocumentLine> {
        let reading = self.record.plan.as_ref().and_then(|p| p.traditional.as_ref()).filter(|t| !t.withheld);
        let lines = reading.into_iter().flat_map(|r| &r.matches).flat_map(|m| &m.lines);
        lines.filter_map(|l| self.remedy(l)).collect()
    }

    fn remedy(&self, line: &TraditionalLineView) -> Option<DocumentLine> {
        let barred = line.warnings.iter().any(|w| w.level == WarningLevel::Stop);
        match self.standing(&line.id, barred)? {
            Standing::Own(words) => Some(DocumentLine::plain(words)),
            Standing::ByHand => None,
            Standing::Proposed => {
                let text = self.label.apart(&self.free(&line.text));
                let text = match &line.name {
                    Some(name) => format!("{}: {text}", capital(&self.free(name))),
                    None => capital(&text),
                };
                let label = self.say(match line.citation.grade {
                    Grade::Strong => "label-strong",
                    Grade::Moderate => "label-moderate",
                    Grade::Weak => "label-weak",
                    Grade::Expert => "label-expert",
                    Grade::TraditionalUse => "label-traditional-use",
                });
                Some(DocumentLine { under: vec![label], ..DocumentLine::cited(text, &line.citation) })
            }
        }
    }

    /// What stands of a line; `None`: undecided, rejected, or accepted although a warning forbids it.
    fn standing(&self, id: &str, barred: bool) -> Option<Standing<'_>> {
        match self.record.decisions.get(id)? {
            Decision::Accepted if barred => None,
            Decision::Accepted => Some(Standing::Proposed),
            Decision::Changed { to } if to.trim().is_empty() => Some(Standing::ByHand),
            Decision::Changed { to } => Some(Standing::Own(to.trim())),
            Decision::Undecided | Decision::Rejected { .. } => None,
        }
    }

    /// The name in this language, and the international one that every pharmacist reads.
    fn name(&self, title: &Text) -> String {
        let own = capital(title.get(self.label.lang));
        let international = capital(title.get(Lang::En));
        if own.to_lowercase() == international.to_lowercase() {
            return own;
        }
        format!("{own} ({})", self.label.apart(&international))
    }

    /// Text of a pack; where this language has none it is English, and the foot says so.
    fn free(&self, text: &Text) -> String {
        if !text.is_empty() && !text.has(self.label.lang) {
            self.english.set(true);
        }
        text.get(self.label.lang).to_owned()
    }
}

/// Lines under a heading; without lines there is no part.
fn part(heading: String, lines: Vec<DocumentLine>) -> Option<Part> {
    let lines: Vec<DocumentLine> = lines.into_iter().filter(|l| !l.text.trim().is_empty()).collect();
    let section = DocumentSection { heading, beside: None, numbered: false, lines };
    (!section.lines.is_empty()).then_some(Part { section, asked: None })
}

/// Puts the second language beside the first, line by line; both were made of the same visit.
pub(super) fn put_beside(parts: &mut [Part], other: &[Part]) {
    let whole =
        |line: &DocumentLine| std::iter::once(&line.text).chain(&line.under).cloned().collect::<Vec<_>>().join(" · ");
    for (here, there) in parts.iter_mut().zip(other) {
        let (here, there) = (&mut here.section, &there.section);
        // The head names the patient once.
        if here.heading.is_empty() {
            continue;
        }
        here.beside = (here.heading != there.heading).then(|| there.heading.clone());
        for (line, other) in here.lines.iter_mut().zip(&there.lines) {
            let other = whole(other);
            line.beside = (whole(line) != other).then_some(other);
        }
    }
}

#[cfg(test)]
#[path = "slip_tests.rs"]
mod tests;
