//! What may be given instead, and what an emergency needs before it is certain.
#![allow(clippy::unwrap_used, reason = "test code")]

mod common;

use common::*;
use hakim_clinical::*;
use hakim_reasoning::{Case, Taken, alternatives, plan_lines, triage};

const PENIN: &str = "penin";

/// A medicine like the tests' own with another name, classes and code, by one rule that always holds: 250 mg once.
fn like(base: &KnowledgeBase, id: &str, classes: &[&str], atc: &str, for_lung: bool) -> Medicine {
    let mut medicine = base.medicines[PENIN].clone();
    medicine.id = id.into();
    medicine.classes = classes.iter().map(|c| (*c).into()).collect();
    medicine.atc = vec![atc.to_owned()];
    (medicine.cautions, medicine.interactions) = (vec![], vec![]);
    medicine.forms =
        vec![MedicineForm { form: "tablet".into(), strength: 250.0, unit: DoseUnit::Mg, ml: None, step: 1.0 }];
    medicine.doses.truncate(1);
    let rule = &mut medicine.doses[0];
    rule.conditions = if for_lung { vec!["lung".into()] } else { vec![] };
    rule.when = Rule::Always;
    rule.amount = DoseAmount::Fixed { low: 250.0, high: 250.0 };
    (rule.times_per_day, rule.max_single, rule.max_day) = (1.0, 250.0, 250.0);
    medicine
}

fn care(base: &KnowledgeBase, step: u8, action: TreatmentAction) -> Treatment {
    Treatment { step, action, ..base.conditions["lung"].treatments[0].clone() }
}

fn gives(id: &str) -> TreatmentAction {
    TreatmentAction::Medicine(id.into())
}

/// The base of the tests; lung care begins with the tests' own medicine, a penicillin (J01CA).
fn with(change: impl FnOnce(&mut KnowledgeBase)) -> KnowledgeBase {
    let mut base = base().clone();
    let own = like(&base, PENIN, &["penicillin", "antibiotic"], "J01CA04", true);
    base.medicines.insert(PENIN.into(), own);
    // so that an antibiotic is less than a penicillin
    for id in ["wide-1", "wide-2", "wide-3", "wide-4", "wide-5", "wide-6"] {
        let mut medicine = like(&base, id, &["antibiotic"], "J01XX01", true);
        medicine.doses[0].conditions = vec!["rash-fever".into()];
        base.medicines.insert(id.into(), medicine);
    }
    change(&mut base);
    base
}

fn add(base: &mut KnowledgeBase, id: &str, classes: &[&str], atc: &str, for_lung: bool) {
    let medicine = like(base, id, classes, atc, for_lung);
    base.medicines.insert(id.into(), medicine);
}

fn treat(base: &mut KnowledgeBase, step: u8, action: TreatmentAction) {
    let treatment = care(base, step, action);
    base.conditions.get_mut("lung").unwrap().treatments.push(treatment);
}

fn found(base: &KnowledgeBase, index: usize, allergies: &[Taken]) -> Vec<(String, AlternativeFrom)> {
    let man = adult();
    found_in(&Case::new(base, &man, &[], &[], vec![]).unwrap(), index, allergies)
}

fn found_in(case: &Case<'_>, index: usize, allergies: &[Taken]) -> Vec<(String, AlternativeFrom)> {
    let all = alternatives(case, &case.base.conditions["lung"], index, allergies);
    all.into_iter().map(|a| (a.medicine.to_string(), a.from)).collect()
}

fn names(base: &KnowledgeBase) -> Vec<String> {
    found(base, 0, &[]).into_iter().map(|(name, _)| name).collect()
}

/// A line of care that stands in for the tests' own medicine.
fn stands_in(base: &mut KnowledgeBase, step: u8, id: &str) {
    let treatment = Treatment { instead_of: vec![PENIN.into()], ..care(base, step, gives(id)) };
    base.conditions.get_mut("lung").unwrap().treatments.push(treatment);
}

#[test]
fn the_care_itself_says_what_stands_in() {
    let base = with(|b| {
        add(b, "mycin", &["antibiotic", "macrolide"], "J01FA10", false);
        add(b, "later", &["antibiotic"], "J01FA01", false);
        stands_in(b, 2, "mycin");
        treat(b, 2, gives("later"));
        treat(b, 3, TreatmentAction::Advice);
    });
    assert_eq!(found(&base, 0, &[]), [("mycin".to_owned(), AlternativeFrom::SameCare)], "a later line alone is none");
    assert!(found(&base, 1, &[]).is_empty(), "the first does not stand in for the second");
    // even what stands at the same step, for it is named
    let base = with(|b| {
        add(b, "mycin", &["antibiotic"], "J01FA10", false);
        stands_in(b, 1, "mycin");
    });
    assert_eq!(names(&base), ["mycin"]);
    // an advice has no alternatives, and neither has a line that is not there
    let base = with(|b| treat(b, 1, TreatmentAction::Advice));
    assert!(found(&base, 1, &[]).is_empty() && found(&base, 9, &[]).is_empty());
}

#[test]
fn what_is_given_together_is_no_alternative() {
    let names_with = |step: u8| {
        names(&with(|b| {
            add(b, "other", &["penicillin"], "J01CA01", true);
            treat(b, step, gives("other"));
        }))
    };
    assert!(names_with(1).is_empty(), "half of a treatment does not stand for the other half");
    assert_eq!(names_with(2), ["other"]);
}

#[test]
fn who_needs_a_needle_gets_no_tablet() {
    let base = |other_route: &str, named: bool| {
        with(|b| {
            add(b, "other", &["penicillin"], "J01CA01", true);
            for (id, route) in [(PENIN, "im"), ("other", other_route)] {
                let medicine = b.medicines.get_mut(id).unwrap();
                medicine.doses[0].route = route.into();
                medicine.forms[0].form = if route == "oral" { "tablet" } else { "injection" }.into();
            }
            if named {
                stands_in(b, 2, "other");
            }
        })
    };
    assert_eq!(names(&base("iv", false)), ["other"]);
    assert!(names(&base("oral", false)).is_empty());
    assert_eq!(names(&base("oral", true)), ["other"], "but for what the care itself names");
    // the line itself asks for a needle, and its own medicine has no dose for this patient
    let mut asks = base("oral", false);
    asks.conditions.get_mut("lung").unwrap().treatments[0].routes = RoutesAllowed::Injection;
    asks.medicines.get_mut(PENIN).unwrap().doses[0].when = Rule::Sex(Sex::Female);
    assert!(names(&asks).is_empty());
}

#[test]
fn a_class_gives_what_has_a_dose_for_the_condition_or_is_next_of_kin() {
    let from = |own: (&'static [&'static str], &'static str),
                other: (&'static [&'static str], &'static str),
                for_lung: bool| {
        let base = with(|b| {
            let medicine = b.medicines.get_mut(PENIN).unwrap();
            medicine.classes = own.0.iter().map(|c| (*c).into()).collect();
            medicine.atc = vec![own.1.to_owned()];
            add(b, "other", other.0, other.1, for_lung);
        });
        found(&base, 0, &[]).first().map(|(_, from)| *from)
    };
    use AlternativeFrom::{SameClass, SameClassFor};
    let penicillin: (&[&str], &str) = (&["penicillin", "antibiotic"], "J01CA04");
    assert_eq!(from(penicillin, (&["penicillin"], "J01CE01"), true), Some(SameClassFor));
    assert_eq!(from(penicillin, (&["penicillin"], "J01CA01"), false), None, "another may not reach the same germ");
    assert_eq!(from(penicillin, (&["antibiotic"], "J01FA10"), true), None, "so wide a class is no reason");
    let ace: (&[&str], &str) = (&["ace-inhibitor"], "C09AA02");
    assert_eq!(from(ace, (&["ace-inhibitor"], "C09AA05"), false), Some(SameClass));
    assert_eq!(from(ace, (&["ace-inhibitor"], "C09AA05"), true), Some(SameClassFor));
    assert_eq!(from(ace, (&["ace-inhibitor"], "C09BA05"), false), None, "the class with a far code");
    assert_eq!(from(ace, (&["beta-blocker"], "C09AA05"), false), None, "the code with another class");
    assert_eq!(from(ace, (&["beta-blocker"], "C09AA05"), true), None);
    assert_eq!(
        from((&["ace-inhibitor"], "C09A"), (&["ace-inhibitor"], "C09A"), false),
        None,
        "a code too short to tell"
    );
    let against_worms: (&[&str], &str) = (&["anthelmintic"], "P02CA03");
    assert_eq!(from(against_worms, (&["anthelmintic"], "P02CA01"), false), None);
    for wide in ["sedative", "insulin", "antimalarial", "beta2-agonist"] {
        let wide: &'static [&'static str] = vec![wide].leak();
        assert_eq!(from((wide, "C09AA02"), (wide, "C09AA05"), true), None, "{wide:?}");
        assert_eq!(from((wide, "C09AA02"), (wide, "C09AA05"), false), None, "{wide:?}");
    }
    let kin_for_rash = with(|b| {
        let own = b.medicines.get_mut(PENIN).unwrap();
        (own.classes, own.atc) = (vec!["ace-inhibitor".into()], vec!["C09AA02".into()]);
        add(b, "other", &["ace-inhibitor"], "C09AA05", true);
        b.medicines.get_mut("other").unwrap().doses[0].conditions = vec!["rash-fever".into()];
    });
    assert!(names(&kin_for_rash).is_empty(), "next of kin with a dose for something else only");
    let only_for_rash = with(|b| {
        add(b, "other", &["penicillin"], "J01CE01", true);
        b.medicines.get_mut("other").unwrap().doses[0].conditions = vec!["rash-fever".into()];
    });
    assert!(names(&only_for_rash).is_empty());
    // ways that this line of care does not allow
    let by_injection = with(|b| {
        add(b, "other", &["penicillin"], "J01CE01", true);
        b.conditions.get_mut("lung").unwrap().treatments[0].routes = RoutesAllowed::Injection;
    });
    assert!(names(&by_injection).is_empty());
}

#[test]
fn the_narrowest_class_is_that_with_the_fewest_members() {
    let base = with(|b| {
        let medicine = b.medicines.get_mut(PENIN).unwrap();
        medicine.classes = vec!["pressure".into(), "ace-inhibitor".into()];
        medicine.atc = vec!["C09AA02".into()];
        for id in ["a1", "a2", "a3"] {
            add(b, id, &["pressure"], "C09AA05", false);
        }
        add(b, "p1", &["ace-inhibitor"], "C09AA03", false);
    });
    assert_eq!(names(&base), ["p1"]);
}

#[test]
fn what_is_forbidden_avoided_not_held_or_cannot_be_dosed_is_no_alternative() {
    let other = |change: &dyn Fn(&mut KnowledgeBase)| {
        with(|b| {
            add(b, "other", &["penicillin", "new"], "J01CE01", true);
            change(b);
        })
    };
    let base = other(&|_| ());
    assert_eq!(names(&base), ["other"]);
    let allergic =
        [Taken { typed: "other".into(), entities: vec![Entity::Medicine("other".into())], read: NameRead::Known }];
    assert!(found(&base, 0, &allergic).is_empty());
    let caution = |level: WarningLevel| {
        move |b: &mut KnowledgeBase| {
            let base = common::base();
            let caution = Caution { when: Rule::Always, level, ..base.medicines[PENIN].cautions[0].clone() };
            b.medicines.get_mut("other").unwrap().cautions.push(caution);
        }
    };
    assert_eq!(names(&other(&caution(WarningLevel::Caution))), ["other"]);
    assert!(names(&other(&caution(WarningLevel::Stop))).is_empty());
    assert!(names(&other(&|b| treat(b, 1, TreatmentAction::Avoid("other".into())))).is_empty());
    assert_eq!(names(&other(&|b| treat(b, 1, TreatmentAction::Avoid("thinner".into())))), ["other"]);
    assert!(names(&other(&|b| treat(b, 1, TreatmentAction::AvoidClass("new".into())))).is_empty());
    assert_eq!(names(&other(&|b| treat(b, 1, TreatmentAction::AvoidClass("old".into())))), ["other"]);
    // an avoidance that is for others
    let for_women = other(&|b| {
        let avoid = Treatment { when: Rule::Sex(Sex::Female), ..care(b, 1, TreatmentAction::Avoid("other".into())) };
        b.conditions.get_mut("lung").unwrap().treatments.push(avoid);
    });
    assert_eq!(names(&for_women), ["other"]);
    assert!(
        names(&other(&|b| b.medicines.get_mut("other").unwrap().doses[0].when = Rule::Sex(Sex::Female))).is_empty()
    );
    let man = adult();
    let case = Case::new(&base, &man, &[], &[], vec![]).unwrap();
    let shelf = Formulary([("other".into(), Held::None)].into());
    assert!(found_in(&case.with_formulary(shelf), 0, &[]).is_empty());
    // a line of care for others is no care for this patient
    let women = with(|b| {
        add(b, "mycin", &["antibiotic"], "J01FA10", false);
        let instead_of = vec![PENIN.into()];
        let line = Treatment { when: Rule::Sex(Sex::Female), instead_of, ..care(b, 1, gives("mycin")) };
        b.conditions.get_mut("lung").unwrap().treatments.push(line);
        stands_in(b, 1, "nowhere-described");
    });
    assert!(names(&women).is_empty());
}

#[test]
fn the_safest_comes_first_and_three_are_enough() {
    let base = with(|b| {
        for id in ["d", "c", "b", "a"] {
            add(b, id, &["penicillin"], "J01CE01", true);
        }
        stands_in(b, 1, "d");
    });
    assert_eq!(names(&base), ["d", "a", "b"], "the care itself, then by name, at most three");
    let cautions = |level: WarningLevel, count: usize| {
        let text = |n: usize| Text::english(format!("reason {n}"));
        let one = &common::base().medicines[PENIN].cautions[0];
        (0..count).map(|n| Caution { when: Rule::Always, level, text: text(n), ..one.clone() }).collect::<Vec<_>>()
    };
    let base = with(|b| {
        for id in ["a", "b", "c"] {
            add(b, id, &["penicillin"], "J01CE01", true);
        }
        b.medicines.get_mut("a").unwrap().cautions = cautions(WarningLevel::Caution, 2);
        b.medicines.get_mut("b").unwrap().cautions = cautions(WarningLevel::Caution, 1);
        b.medicines.get_mut("c").unwrap().cautions = cautions(WarningLevel::Note, 3);
    });
    assert_eq!(names(&base), ["c", "b", "a"], "a note is less than a caution, one caution less than two");
    // as safe: the same way goes before another, and that before a nearer origin
    let ace = |b: &mut KnowledgeBase| {
        let own = b.medicines.get_mut(PENIN).unwrap();
        (own.classes, own.atc) = (vec!["ace-inhibitor".into()], vec!["C09AA02".into()]);
    };
    let by_needle = |b: &mut KnowledgeBase, id: &str| {
        let medicine = b.medicines.get_mut(id).unwrap();
        medicine.doses[0].route = "im".into();
        medicine.forms[0].form = "injection".into();
    };
    let base = with(|b| {
        ace(b);
        add(b, "a", &["ace-inhibitor"], "C09AA05", true);
        add(b, "b", &["ace-inhibitor"], "C09AA05", false);
        by_needle(b, "a");
    });
    assert_eq!(names(&base), ["b", "a"]);
    let general = with(|b| {
        ace(b);
        add(b, "a", &["ace-inhibitor"], "C09AA05", false);
        by_needle(b, "a");
    });
    assert!(names(&general).is_empty(), "a general dose by another way is no alternative");
    // without a dose of its own no way is the right one
    let base = with(|b| {
        ace(b);
        add(b, "a", &["ace-inhibitor"], "C09AA05", false);
        add(b, "b", &["ace-inhibitor"], "C09AA05", false);
        by_needle(b, "a");
        b.medicines.get_mut(PENIN).unwrap().doses[0].when = Rule::Sex(Sex::Female);
    });
    assert_eq!(names(&base), ["a", "b"]);
}

/// Lung infection as an emergency that kills in hours, with a fluid, a procedure and an advice.
fn grave(harm: Harm, level: TriageLevel) -> KnowledgeBase {
    with(|b| {
        treat(b, 1, TreatmentAction::Fluids);
        treat(b, 1, TreatmentAction::Procedure);
        treat(b, 1, TreatmentAction::Advice);
        treat(b, 2, TreatmentAction::Fluids);
        let lung = b.conditions.get_mut("lung").unwrap();
        lung.harm = harm;
        for danger in &mut lung.dangers {
            (danger.level, danger.condition) = (level, Some("lung".into()));
        }
        for (at, treatment) in lung.treatments.iter_mut().enumerate() {
            treatment.text = Text::english(format!("line {at}"));
        }
    })
}

fn first_lines(base: &KnowledgeBase, working: &[&str], shelf: Formulary) -> Vec<(String, bool)> {
    let man = adult();
    let case = Case::new(base, &man, &present(&["cough", "breath.fast", "fever"]), &[], vec![]).unwrap();
    let case = case.with_formulary(shelf);
    let working: Vec<ConditionId> = working.iter().map(|id| (*id).into()).collect();
    let lines = plan_lines(&case, &working, &triage(&case), &[]);
    lines.into_iter().map(|l| (l.id, l.before_certain)).collect()
}

#[test]
fn an_emergency_is_treated_before_it_is_certain() {
    let ids = |harm, level, working: &[&str]| -> Vec<String> {
        let lines = first_lines(&grave(harm, level), working, Formulary::default());
        lines.into_iter().filter(|(id, first)| *first && id.starts_with("lung:")).map(|(id, _)| id).collect()
    };
    assert_eq!(ids(Harm::Critical, TriageLevel::Emergency, &[]), ["lung:0", "lung:1", "lung:2"]);
    assert_eq!(ids(Harm::Critical, TriageLevel::Emergency, &["rash-fever"]), ["lung:0", "lung:1", "lung:2"]);
    assert!(
        ids(Harm::High, TriageLevel::Emergency, &[]).is_empty(),
        "what does not kill in hours can wait for a diagnosis"
    );
    assert!(ids(Harm::Critical, TriageLevel::Urgent, &[]).is_empty());
    assert!(ids(Harm::Critical, TriageLevel::Emergency, &["lung"]).is_empty(), "what is worked with has its own lines");
    let all = first_lines(&grave(Harm::Critical, TriageLevel::Emergency), &["lung"], Formulary::default());
    assert!(all[0].0.starts_with("danger:") && all[0].1, "the sign itself stands first: {all:?}");
    assert!(all.iter().any(|(id, first)| id == "lung:0" && !first));
}

#[test]
fn two_emergencies_are_enough_to_begin_with() {
    let mut base = grave(Harm::Critical, TriageLevel::Emergency);
    for id in ["lung-b", "lung-c"] {
        let mut twin = base.conditions["lung"].clone();
        twin.id = id.into();
        for danger in &mut twin.dangers {
            (danger.id, danger.condition) = (format!("{id}.{}", danger.id).into(), Some(id.into()));
        }
        for (at, treatment) in twin.treatments.iter_mut().enumerate() {
            treatment.text = Text::english(format!("{id} line {at}"));
        }
        base.conditions.insert(id.into(), twin);
    }
    let lines = first_lines(&base, &[], Formulary::default());
    let mut of: Vec<&str> = lines
        .iter()
        .filter(|(id, first)| *first && !id.starts_with("danger:"))
        .filter_map(|(id, _)| id.split(':').next())
        .collect();
    of.dedup();
    assert_eq!(of.len(), 2, "{lines:?}");
}

#[test]
fn a_line_says_that_its_medicine_is_not_there_and_what_is() {
    let base = with(|b| add(b, "other", &["penicillin"], "J01CE01", true));
    let man = adult();
    let line = |shelf: Formulary| {
        let case = Case::new(&base, &man, &[], &[], vec![]).unwrap().with_formulary(shelf);
        let lines = plan_lines(&case, &["lung".into()], &triage(&case), &[]);
        let line = lines.into_iter().find(|l| l.id == "lung:0").unwrap();
        let dosed = matches!(&line.action, PlanAction::Medicine { dose: Ok(_), .. });
        (line.not_held, dosed, line.alternatives.len())
    };
    assert_eq!(line(Formulary::default()), (false, true, 1));
    assert_eq!(line(Formulary([(PENIN.into(), Held::None)].into())), (true, true, 1));
    assert_eq!(line(Formulary([("other".into(), Held::None)].into())), (false, true, 0));
}

#[test]
fn lines_of_one_plan_that_forbid_each_other_say_so_and_stand() {
    let levels = |level: WarningLevel, dosed: bool| {
        let base = with(|b| {
            add(b, "other", &["statin"], "C10AA01", true);
            treat(b, 1, gives("other"));
            let like = common::base().medicines.values().flat_map(|m| &m.interactions).next().unwrap().clone();
            let interaction = Interaction { with: InteractsWith::Medicine("other".into()), level, ..like };
            b.medicines.get_mut(PENIN).unwrap().interactions = vec![interaction];
            if !dosed {
                b.medicines.get_mut("other").unwrap().doses[0].when = Rule::Sex(Sex::Female);
            }
        });
        let man = adult();
        let case = Case::new(&base, &man, &[], &[], vec![]).unwrap();
        let lines = plan_lines(&case, &["lung".into()], &triage(&case), &[]);
        let medicines = lines.iter().filter(|l| matches!(l.action, PlanAction::Medicine { .. }));
        medicines.map(|l| l.warnings.iter().map(|w| w.level).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let caution = vec![WarningLevel::Caution];
    assert_eq!(levels(WarningLevel::Stop, true), [caution.clone(), caution]);
    assert_eq!(levels(WarningLevel::Caution, true), [vec![], vec![]], "what is only watched is usual care");
    assert_eq!(levels(WarningLevel::Stop, false), [vec![], vec![]], "what is not given forbids nothing");
}

#[test]
fn the_care_that_is_worked_with_goes_before_the_one_that_is_feared() {
    let mut base = grave(Harm::Critical, TriageLevel::Emergency);
    let mut worked = base.conditions["lung"].clone();
    worked.id = "lung-b".into();
    worked.dangers.clear();
    for treatment in &mut worked.treatments {
        treatment.text = Text::english("worked with");
    }
    base.conditions.insert("lung-b".into(), worked);
    let lines = first_lines(&base, &["lung-b"], Formulary::default());
    let first: Vec<&(String, bool)> = lines.iter().filter(|(id, _)| !id.starts_with("danger:")).take(1).collect();
    assert_eq!(first, [&("lung-b:0".to_owned(), true)], "its own line, in the place of the feared one: {lines:?}");
    assert!(!lines.iter().any(|(id, _)| id == "lung:0"), "and the medicine stands once");
}
