//! The plan of a case: lines with doses and warnings, safety of the whole list, and the traditional layer beside it.

use crate::library::Knowledge;
use crate::understand::{allergies_of, told_case_of};
use crate::views::{citation, condition_name, label, subject_name, triage_view};
use hakim_clinical::*;
use hakim_contract::*;
use hakim_i18n::{Value, Words};
use hakim_reasoning::{
    AxisReading, Case, Taken, TraditionalFit, as_temperament, check_medicines, check_taken, condition_terms,
    differential, plan_lines, read_temperament, traditional_fits, triage, weighed_by,
};

/// Conditions planned for when the practitioner has chosen none: the leading one, if it leads at all.
const LEAST_LEADING: f64 = 0.10;

/// Plans for an intake.
///
/// # Errors
/// `value-impossible`, `text-too-long`, `text-not-text`, `condition-unknown`, `condition-other-sex`.
pub(crate) fn plan(knowledge: &Knowledge, request: &PlanRequest, formulary: Formulary) -> Result<Plan, Failure> {
    let base = &knowledge.base;
    let case = told_case_of(knowledge, &request.intake)?.with_formulary(formulary);
    let ranked = differential(&case);
    let triage = weighed_by(triage(&case), &case, &ranked);
    let allergies = allergies_of(knowledge, &request.intake.patient);
    let working = working(base, &ranked, &request.working)?;
    for condition in working.iter().filter_map(|id| base.conditions.get(id)) {
        if let (Some(only), Some(sex)) = (condition.only_sex, request.intake.patient.sex)
            && only != sex
        {
            let name = condition_name(base, &condition.id);
            return Err(Failure::new("condition-other-sex").with("condition", name.get(Lang::En)));
        }
    }
    let mut lines: Vec<PlanLineView> =
        plan_lines(&case, &working, &triage, &allergies).into_iter().map(|l| line_view(base, &l)).collect();
    // What an emergency needs comes before everything that is only likely.
    lines.sort_by_key(|l| (!l.before_certain, l.group));
    let warnings = check_taken(&case, &allergies).iter().map(|w| warning_view(base, w)).collect();
    let diagnoses = working.iter().filter_map(|id| diagnosis(&case, &ranked, id)).collect();
    Ok(Plan {
        missing: missing(&case, &lines),
        odd_weight: lines.iter().find_map(odd_weight),
        diagnoses,
        triage: triage_view(base, &triage),
        working: working.iter().map(|id| (id.clone(), condition_name(base, id))).collect(),
        lines,
        warnings,
        traditional: request
            .intake
            .traditional
            .then(|| traditional_reading(knowledge, &case, &triage, &request.intake)),
    })
}

/// What doses still need, each asked once and all at once: who gives the creatinine is asked for the weight in the same breath.
fn missing(case: &Case<'_>, lines: &[PlanLineView]) -> Vec<String> {
    let mut missing: Vec<String> = vec![];
    for line in lines {
        if let Some(DoseView::Refused { why: DoseRefusal::Missing { what }, .. }) = &line.dose
            && !missing.contains(what)
        {
            missing.push(what.clone());
        }
    }
    if missing.iter().any(|m| m == "creatinine") {
        for (what, lacks) in [
            ("age", case.patient.age.is_none()),
            ("sex", case.patient.sex.is_none()),
            ("weight", case.value(Vital::Weight).is_none()),
        ] {
            if lacks && !missing.iter().any(|m| m == what) {
                missing.push(what.to_owned());
            }
        }
    }
    missing
}

fn odd_weight(line: &PlanLineView) -> Option<String> {
    match &line.dose {
        Some(DoseView::Refused { why: DoseRefusal::Implausible { weight }, .. }) => Some(weight.clone()),
        _ => None,
    }
}

fn diagnosis(case: &Case<'_>, ranked: &Differential, id: &ConditionId) -> Option<DiagnosisView> {
    let condition = case.base.conditions.get(id)?;
    let candidate = ranked.candidates.iter().find(|c| c.condition == *id);
    Some(DiagnosisView {
        condition: id.clone(),
        name: condition_name(case.base, id),
        probability: candidate.map(|c| Range { p: c.probability.value(), low: c.low.value(), high: c.high.value() }),
        harm: condition.harm,
    })
}

pub(crate) fn entity_id(entity: &Entity) -> String {
    match entity {
        Entity::Medicine(m) => m.to_string(),
        Entity::Class(c) => c.to_string(),
        Entity::Remedy(r) => r.to_string(),
    }
}

fn working(base: &KnowledgeBase, ranked: &Differential, chosen: &[ConditionId]) -> Result<Vec<ConditionId>, Failure> {
    if let Some(unknown) = chosen.iter().find(|id| !base.conditions.contains_key(*id)) {
        return Err(Failure::new("condition-unknown").with("condition", unknown));
    }
    if !chosen.is_empty() {
        return Ok(chosen.to_vec());
    }
    let leading = ranked.candidates.first().filter(|c| c.probability.value() >= LEAST_LEADING && !ranked.not_enough);
    Ok(leading.map(|c| c.condition.clone()).into_iter().collect())
}

fn line_view(base: &KnowledgeBase, line: &PlanLine) -> PlanLineView {
    let about = line.indication.as_ref().map(ConditionId::as_str);
    let (group, title, medicine, dose) = match &line.action {
        PlanAction::Refer => (PlanGroup::Send, said("plan-refer"), None, None),
        PlanAction::Stop(id) => (PlanGroup::Stop, subject_name(base, id), None, None),
        PlanAction::Test(_) => (PlanGroup::Test, line.text.clone(), None, None),
        PlanAction::Medicine { medicine, dose } => {
            let name = subject_name(base, medicine.as_str());
            let view = match dose {
                Ok(dose) => worked_view(base, dose),
                Err(why) => DoseView::Refused {
                    name: name.clone(),
                    why: why.clone(),
                    citation: match why {
                        DoseRefusal::Kidney { evidence, .. } => Some(citation(base, evidence, Some(medicine.as_str()))),
                        _ => None,
                    },
                },
            };
            (PlanGroup::Give, name, Some(medicine.clone()), Some(view))
        }
        PlanAction::Fluids => (PlanGroup::Give, said("plan-fluids"), None, None),
        PlanAction::Procedure => (PlanGroup::Do, said("plan-procedure"), None, None),
        PlanAction::Advice => (PlanGroup::Tell, said("plan-advice"), None, None),
        PlanAction::FollowUp => (PlanGroup::Return, said("plan-follow-up"), None, None),
        PlanAction::Traditional(_) => (PlanGroup::Tell, said("plan-traditional"), None, None),
    };
    let is_test = matches!(line.action, PlanAction::Test(_));
    PlanLineView {
        id: line.id.clone(),
        group,
        title,
        text: if is_test { Text::default() } else { line.text.clone() },
        medicine,
        dose,
        indication: line.indication.as_ref().map(|id| condition_name(base, id)),
        warnings: line.warnings.iter().map(|w| warning_view(base, w)).collect(),
        citation: citation(base, &line.evidence, about),
        before_certain: line.before_certain,
        not_held: line.not_held,
        alternatives: line.alternatives.iter().map(|a| alternative_view(base, a)).collect(),
    }
}

fn alternative_view(base: &KnowledgeBase, alternative: &Alternative) -> AlternativeView {
    AlternativeView {
        medicine: alternative.medicine.clone(),
        name: subject_name(base, alternative.medicine.as_str()),
        from: alternative.from,
        dose: worked_view(base, &alternative.dose),
        warnings: alternative.warnings.iter().map(|w| warning_view(base, w)).collect(),
    }
}

fn worked_view(base: &KnowledgeBase, dose: &WorkedDose) -> DoseView {
    let id = Some(dose.medicine.as_str());
    let kidney = dose.kidney.as_ref().and_then(|k| k.evidence.as_ref());
    DoseView::Worked {
        name: subject_name(base, dose.medicine.as_str()),
        citation: citation(base, &dose.evidence, id),
        kidney: kidney.map(|e| citation(base, e, id)),
        rules: dose_rules(base, dose),
        dose: Box::new(dose.clone()),
    }
}

/// The rules of the medicine for the same conditions, the one that applies among them.
fn dose_rules(base: &KnowledgeBase, dose: &WorkedDose) -> Vec<DoseRuleView> {
    let Some(medicine) = base.medicines.get(&dose.medicine) else { return vec![] };
    let Some(applied) = dose.rule.and_then(|place| medicine.doses.get(place)) else { return vec![] };
    let same = medicine.doses.iter().enumerate().filter(|(_, rule)| rule.conditions == applied.conditions);
    same.map(|(place, rule)| DoseRuleView {
        label: rule.label.clone(),
        amount: rule.amount.written(rule.unit),
        often: {
            let (key, n) = rule.frequency();
            (key.to_owned(), n)
        },
        route: rule.route.clone(),
        most_day: rule.max_day,
        unit: rule.unit,
        applies: dose.rule == Some(place),
    })
    .collect()
}

/// A message of the window in every language it exists in.
pub(crate) fn said(key: &str) -> Text {
    said_with(key, &[])
}

pub(crate) fn said_with(key: &str, args: &[(&str, Value)]) -> Text {
    Text([Lang::En, Lang::Ur].into_iter().map(|lang| (lang, Words::new(lang).say_plain(key, args))).collect())
}

/// A warning with names and citation; texts the engine leaves to us come from the messages of its kind.
pub(crate) fn warning_view(base: &KnowledgeBase, warning: &Warning) -> WarningView {
    let kind = match warning.kind {
        WarningKind::Allergy => "allergy",
        WarningKind::Interaction => "interaction",
        WarningKind::HerbDrug => "herb-drug",
        WarningKind::Pregnancy => "pregnancy",
        WarningKind::Lactation => "lactation",
        WarningKind::Disease => "disease",
        WarningKind::Age => "age",
        WarningKind::Duplicate => "duplicate",
        WarningKind::Burden => "burden",
        WarningKind::Unknown => "unknown",
        WarningKind::UnknownAllergy => "unknown-allergy",
        WarningKind::NameInPart => "name-in-part",
        WarningKind::NameEither => "name-either",
        WarningKind::NameGuessed => "name-guessed",
    };
    let table = warning.because.get(Lang::En).strip_prefix("table:").map(str::to_owned);
    let because = match &table {
        Some(level) => said(&format!("warning-table-{level}")),
        None if warning.because.is_empty() => said(&format!("warning-{kind}")),
        None => warning.because.clone(),
    };
    let act = match warning.act.is_empty() {
        false => warning.act.clone(),
        // A note says itself what there is to do.
        true if warning.level == WarningLevel::Note && !warning.because.is_empty() => Text::default(),
        // What is known for certain is spoken of otherwise than what might be.
        true => match (warning.kind, warning.level) {
            (WarningKind::Allergy, WarningLevel::Caution | WarningLevel::Note) => said("warning-allergy-cross-act"),
            (WarningKind::Pregnancy | WarningKind::Disease, WarningLevel::Stop) => {
                said(&format!("warning-{kind}-stop-act"))
            }
            _ => said(&format!("warning-{kind}-act")),
        },
    };
    WarningView {
        kind: warning.kind,
        level: warning.level,
        about: warning.about.iter().map(|id| subject_name(base, id)).collect(),
        because,
        act,
        citation: warning.evidence.as_ref().map(|e| citation(base, e, warning.about.first().map(String::as_str))),
    }
}

/// The traditional reading. With danger present only the referral stands; no remedy is offered.
pub(crate) fn traditional_reading(
    knowledge: &Knowledge,
    case: &Case<'_>,
    triage: &Triage,
    intake: &Intake,
) -> TraditionalReading {
    let withheld = triage.level >= TriageLevel::Urgent;
    let allergies = allergies_of(knowledge, &intake.patient);
    let fits = traditional_fits(case, intake.traditions);
    let temperaments: Vec<Temperament> =
        fits.iter().take(1).filter_map(|f| knowledge.base.traditional.get(&f.id)?.temperament).collect();
    TraditionalReading {
        temperament: temperaments.first().copied(),
        matches: fits.iter().filter_map(|f| fit_view(case, f, withheld, &allergies)).collect(),
        person: person_temperament(&knowledge.base, intake),
        withheld,
    }
}

/// The questionnaire of the first tradition shown that has one, with what was answered.
fn person_temperament(base: &KnowledgeBase, intake: &Intake) -> Option<PersonTemperament> {
    let shown = |q: &&Questionnaire| q.id.tradition().is_some_and(|t| intake.traditions.shows(t));
    let questionnaire = base.questionnaires.values().find(shown)?;
    let about = Some(questionnaire.id.as_str());
    let readings = read_temperament(questionnaire, &intake.temperament);
    let questions = questionnaire.questions.iter().enumerate().map(|(at, q)| TemperamentQuestion {
        ask: q.ask.clone(),
        answers: q.answers.iter().map(|a| a.text.clone()).collect(),
        chosen: intake.temperament.get(at).copied().flatten(),
    });
    let side = |r: &AxisReading| {
        let side = r.side?;
        let figures = questionnaire.published.iter().find(|p| p.side == side);
        let published = figures.map(|p| (p.sensitivity, p.specificity, citation(base, &p.evidence, about)));
        Some(TemperamentSide { side, answered: r.answered, published })
    };
    Some(PersonTemperament {
        name: questionnaire.names.terms(),
        about: questionnaire.about.clone(),
        questions: questions.collect(),
        sides: readings.iter().filter_map(side).collect(),
        temperament: as_temperament(&readings),
        citation: citation(base, &questionnaire.evidence, about),
    })
}

fn fit_view(case: &Case<'_>, fit: &TraditionalFit, withheld: bool, allergies: &[Taken]) -> Option<TraditionalMatch> {
    let base = case.base;
    let condition = base.traditional.get(&fit.id)?;
    let parts = [
        ("principle", &condition.principles),
        ("regimen", &condition.regimen),
        ("diet", &condition.diet),
        ("remedy", &condition.remedies),
    ];
    let silent = withheld || fit.refer_now;
    let lines = parts
        .into_iter()
        .filter(|_| !silent)
        .flat_map(|(part, lines)| lines.iter().enumerate().map(move |(i, l)| (part, i, l)))
        .map(|(part, i, line)| traditional_line(case, &fit.id, part, i, line, allergies))
        .collect();
    Some(TraditionalMatch {
        id: fit.id.clone(),
        name: condition.names.terms(),
        original: condition.original.clone(),
        translit: condition.translit.clone(),
        code: condition.code.clone(),
        tm2: condition.tm2.clone(),
        fit: fit.fit.value(),
        findings: fit.findings.iter().map(|f| label(base, f)).collect(),
        reads_as: condition.reads_as.iter().map(|c| (condition_name(base, &c.condition), c.how.clone())).collect(),
        humour: condition.humour,
        temperament: condition.temperament,
        terms: condition_terms(condition, base).map(|t| term_view(base, t)).collect(),
        refer_text: condition.refer_text.clone(),
        refer_now: fit.refer_now,
        lines,
        citation: citation(base, &condition.evidence, Some(fit.id.as_str())),
    })
}

fn term_view(base: &KnowledgeBase, term: &TraditionalTerm) -> TermView {
    TermView {
        id: term.id.clone(),
        name: term.names.terms(),
        original: term.original.clone(),
        translit: term.translit.clone(),
        code: term.code.clone(),
        tm2: term.tm2.clone(),
        citation: citation(base, &term.evidence, Some(term.id.as_str())),
    }
}

fn traditional_line(
    case: &Case<'_>,
    condition: &TraditionalId,
    part: &str,
    index: usize,
    line: &TraditionalLine,
    allergies: &[Taken],
) -> TraditionalLineView {
    let base = case.base;
    let checked = |remedy: &TraditionalId| check_medicines(case, &[Entity::Remedy(remedy.clone())], allergies);
    let warnings =
        line.remedy.as_ref().map(checked).unwrap_or_default().iter().map(|w| warning_view(base, w)).collect();
    TraditionalLineView {
        id: format!("{condition}:{part}:{index}"),
        part: part.to_owned(),
        name: line.remedy.as_ref().map(|r| subject_name(base, r.as_str())),
        remedy: line.remedy.clone(),
        text: line.text.clone(),
        warnings,
        citation: citation(base, &line.evidence, Some(condition.as_str())),
    }
}
