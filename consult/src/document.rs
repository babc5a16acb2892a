//! The visit as a note for the record and as a handout for the patient: templates over what was known and chosen.
//!
//! Nothing here is generated: every line restates a stored finding, value, decision or pack text.

use hakim_clinical::{Decision, Lang, Lasted, Presence, Severity, TriageLevel, decimal};
use hakim_contract::*;
use hakim_i18n::{Value, Words};

/// Candidates named in the note.
const NAMED: usize = 5;

/// Writes a document.
pub(crate) fn write(request: &DocumentRequest) -> Document {
    let writer = Writer { words: Words::new(request.language), lang: request.language, record: &request.record };
    match request.kind {
        DocumentKind::Note => writer.note(),
        DocumentKind::Handout => writer.handout(),
    }
}

struct Writer<'a> {
    words: Words,
    lang: Lang,
    record: &'a VisitRecord,
}

impl Writer<'_> {
    fn say(&self, key: &str) -> String {
        self.words.say_plain(key, &[])
    }

    fn say_with(&self, key: &str, args: &[(&str, Value)]) -> String {
        self.words.say_plain(key, args)
    }

    fn section(&self, heading: &str, lines: Vec<String>) -> Option<DocumentSection> {
        let lines: Vec<String> = lines.into_iter().filter(|l| !l.trim().is_empty()).collect();
        (!lines.is_empty()).then(|| DocumentSection { heading: self.say(heading), lines })
    }

    fn note(&self) -> Document {
        let r = self.record;
        let sections = [
            self.section("doc-story", r.intake.text.lines().map(str::to_owned).collect()),
            self.section("doc-present", self.findings(Presence::Present)),
            self.section("doc-absent", self.findings(Presence::Absent)),
            self.section("doc-values", self.values()),
            self.section("doc-medicines", self.or_none(&r.intake.patient.medicines)),
            self.section("doc-allergies", self.or_none(&r.intake.patient.allergies)),
            self.section("doc-danger", self.dangers()),
            self.section("doc-assessment", self.assessment()),
            self.section("doc-plan", self.decided(|d| matches!(d, Decision::Accepted | Decision::Changed { .. }))),
            self.section("doc-traditional", self.traditional()),
            self.section("doc-refused", self.decided(|d| matches!(d, Decision::Rejected { .. }))),
            self.section("doc-undecided", self.undecided()),
            self.section("handout-pictures", r.pictures.iter().map(|p| p.name.clone()).collect()),
            self.section("doc-remark", r.remark.lines().map(str::to_owned).collect()),
            self.section("doc-limits", self.limits()),
        ];
        Document {
            language: self.lang,
            title: self.say("doc-note-title"),
            sections: sections.into_iter().flatten().collect(),
        }
    }

    fn handout(&self) -> Document {
        let r = self.record;
        let chosen = |line: &&PlanLineView| self.accepted(&line.id);
        let plan_lines = || r.plan.iter().flat_map(|p| &p.lines).filter(chosen);
        let what = match r.plan.as_ref().map(|p| p.working.as_slice()) {
            Some([]) | None => vec![self.say("handout-what-unsure")],
            Some(working) => {
                let summary = |id: &hakim_clinical::ConditionId| {
                    let c = r.assessment.as_ref()?.candidates.iter().find(|c| c.condition == *id)?;
                    Some(c.summary.get(self.lang).to_owned())
                };
                working
                    .iter()
                    .map(|(id, name)| match summary(id) {
                        Some(s) => format!("{}: {s}", name.get(self.lang)),
                        None => name.get(self.lang).to_owned(),
                    })
                    .collect()
            }
        };
        let refer = plan_lines().filter(|l| l.group == PlanGroup::Send).map(|l| self.text_of(l)).collect();
        let tell = plan_lines()
            .filter(|l| matches!(l.group, PlanGroup::Tell | PlanGroup::Do | PlanGroup::Stop | PlanGroup::Return))
            .map(|l| self.text_of(l))
            .collect();
        let give = plan_lines().filter(|l| l.group == PlanGroup::Give).map(|l| self.text_of(l)).collect();
        let allergy = r
            .intake
            .patient
            .allergies
            .iter()
            .map(|a| self.say_with("handout-allergy", &[("what", Value::from(a.as_str()))]));
        let sections = [
            self.section("handout-refer", refer),
            self.section("handout-what", what),
            self.section("handout-medicines", give),
            self.section("handout-do", tell),
            self.section("doc-traditional", self.traditional()),
            self.section("handout-back", vec![self.say("handout-back-default")]),
            self.section("doc-allergies", allergy.collect()),
        ];
        Document {
            language: self.lang,
            title: self.say("doc-handout-title"),
            sections: sections.into_iter().flatten().collect(),
        }
    }

    fn findings(&self, presence: Presence) -> Vec<String> {
        let labels = self.record.assessment.as_ref().map(|a| a.findings_used.as_slice()).unwrap_or_default();
        let names = self.record.intake.observed.iter().filter(|o| o.presence == presence).map(|o| {
            let label = labels.iter().find(|l| l.finding == o.finding);
            let name = label.map_or(o.finding.as_str(), |l| l.name.get(self.lang)).to_owned();
            let severe = (o.severity_beside_name() == Some(Severity::Severe)).then(|| self.say("doc-severe"));
            let days = o.lasted().map(|lasted| match lasted {
                Lasted::Hours(n) => self.say_with("doc-for-hours", &[("hours", Value::from(decimal(n)))]),
                Lasted::Days(n) => self.say_with("doc-for-days", &[("days", Value::from(decimal(n)))]),
            });
            self.list([Some(name), severe, days].into_iter().flatten().collect())
        });
        names.collect()
    }

    fn values(&self) -> Vec<String> {
        let name = |key: &str| self.say(&format!("vital-name-{key}"));
        self.record
            .intake
            .measurements
            .iter()
            .map(|m| format!("{}: {}", name(m.vital.key()), measure(m.value, m.vital.unit())))
            .collect()
    }

    fn or_none(&self, list: &[String]) -> Vec<String> {
        if list.is_empty() { vec![self.say("doc-none")] } else { list.to_vec() }
    }

    fn dangers(&self) -> Vec<String> {
        let Some(assessment) = &self.record.assessment else { return vec![] };
        let level = self.say(match assessment.triage.level {
            TriageLevel::Emergency => "doc-triage-emergency",
            TriageLevel::Urgent => "doc-triage-urgent",
            TriageLevel::Soon => "doc-triage-soon",
            TriageLevel::Routine => "doc-triage-routine",
            TriageLevel::SelfCare => "doc-triage-self-care",
        });
        let signs = assessment.triage.dangers.iter().map(|d| d.say.get(self.lang).to_owned());
        let likely = assessment.triage.likely.as_ref().map(|l| {
            let key = match assessment.triage.level {
                TriageLevel::SelfCare => "doc-likely-self-care",
                TriageLevel::Soon => "doc-likely-soon",
                _ => "doc-likely-urgent",
            };
            self.say_with(key, &[("name", Value::from(l.name.get(self.lang)))])
        });
        let mut lines: Vec<String> = std::iter::once(level).chain(likely).chain(signs).collect();
        if assessment.triage.dangers.is_empty() {
            lines.push(self.say("doc-no-danger"));
        }
        lines
    }

    fn assessment(&self) -> Vec<String> {
        let Some(assessment) = &self.record.assessment else { return vec![] };
        let named = assessment.candidates.iter().take(NAMED).map(|c| {
            let code = c.icd10.first().map(|c| format!(" ({c})")).unwrap_or_default();
            format!("{}{code}: {} %", c.name.get(self.lang), percent(c.probability.p))
        });
        let none = self.say_with("doc-none-of-these", &[("percent", Value::from(percent(assessment.none_of_these)))]);
        named.chain([none]).collect()
    }

    fn accepted(&self, line: &str) -> bool {
        matches!(self.record.decisions.get(line), Some(Decision::Accepted | Decision::Changed { .. }))
    }

    fn decided(&self, wanted: impl Fn(&Decision) -> bool) -> Vec<String> {
        let Some(plan) = &self.record.plan else { return vec![] };
        let line = |l: &PlanLineView| {
            let decision = self.record.decisions.get(&l.id)?;
            wanted(decision).then(|| format!("{}{}", self.text_of(l), self.choice(decision)))
        };
        plan.lines.iter().filter_map(line).collect()
    }

    fn undecided(&self) -> Vec<String> {
        let Some(plan) = &self.record.plan else { return vec![] };
        let open = |l: &&PlanLineView| matches!(self.record.decisions.get(&l.id), None | Some(Decision::Undecided));
        plan.lines.iter().filter(open).map(|l| l.title.get(self.lang).to_owned()).collect()
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

    fn traditional(&self) -> Vec<String> {
        let reading = self.record.plan.as_ref().and_then(|p| p.traditional.as_ref());
        let lines = reading.into_iter().flat_map(|r| &r.matches).flat_map(|m| &m.lines);
        lines.filter(|l| self.accepted(&l.id)).map(|l| l.text.get(self.lang).to_owned()).collect()
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
        let single = measure(dose.single_mg, "mg");
        let give = dose.give.as_ref().map_or_else(
            || single.clone(),
            |g| {
                let form = self.say(&format!("form-{}", g.form));
                match g.ml {
                    Some(_) => format!("{} {form} ({single})", measure(g.amount, "mL")),
                    None => format!("{} × {form} {}", decimal(g.amount), measure(g.mg, "mg")),
                }
            },
        );
        let (times, n) = dose.frequency();
        let times = self.say_with(times, &[("n", Value::from(decimal(n)))]);
        let days = dose.days.map(|d| self.say_with("doc-days-course", &[("days", Value::from(decimal(d)))]));
        let note = dose.note.get(self.lang).to_owned();
        self.list([Some(give), Some(times), days, (!note.is_empty()).then_some(note)].into_iter().flatten().collect())
    }

    fn list(&self, parts: Vec<String>) -> String {
        parts.join(&self.say("list-comma"))
    }

    fn limits(&self) -> Vec<String> {
        let versions = self.record.assessment.as_ref().map(|a| a.versions.join(", ")).unwrap_or_default();
        vec![self.say_with("doc-limits-text", &[("version", Value::from(versions))])]
    }
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
