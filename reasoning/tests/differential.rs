//! The ranking and the numbers behind it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use common::*;
use hakim_clinical::*;
use hakim_reasoning::{Calibration, Method, differential, differential_by, next_steps, why};
use proptest::prelude::*;

fn p(d: &Differential, id: &str) -> f64 {
    d.candidates.iter().find(|c| c.condition.as_str() == id).map_or(0.0, |c| c.probability.value())
}

#[test]
fn each_number_can_be_retold_from_its_contributions() {
    let patient = adult();
    let method = Method { calibration: None, ..Method::default() };
    let d = differential_by(&case(&patient, &present(&["fever", "cough"])), &method);
    let lung = &d.candidates[0];
    assert_eq!(lung.condition.as_str(), "lung");
    let weighed = |prior: f64| prior.powf(method.prior_weight);
    let ratios = |c: &Candidate| c.contributions.iter().map(|k| k.ratio.value()).product::<f64>();
    let odds = |c: &Candidate| weighed(c.prior.adjusted.value()) * ratios(c) * c.wording.value();
    let none = d.none_of_these.value();
    // the prior of none is what the others leave over
    let left: f64 = 1.0 - d.candidates.iter().map(|c| c.prior.adjusted.value()).sum::<f64>();
    for c in &d.candidates {
        assert!((c.probability.value() / none - odds(c) / weighed(left)).abs() < 1e-9, "{}", c.condition);
        assert!(c.low <= c.probability && c.probability <= c.high);
    }
}

#[test]
fn calibration_moves_the_first_and_leaves_the_order_and_the_whole() {
    let patient = adult();
    let findings = present(&["fever", "cough", "breath.fast"]);
    let by = |calibration| differential_by(&case(&patient, &findings), &Method { calibration, ..Method::default() });
    let plain = by(None);
    for (offset, slope) in [(0.15, 0.7), (-3.0, 0.4), (3.0, 1.5)] {
        let mapped = by(Some(Calibration { offset, slope }));
        let order = |d: &Differential| d.candidates.iter().map(|c| c.condition.clone()).collect::<Vec<_>>();
        assert_eq!(order(&plain), order(&mapped));
        let all = |d: &Differential| {
            d.candidates.iter().map(|c| c.probability.value()).sum::<f64>() + d.none_of_these.value()
        };
        assert!((all(&plain) - all(&mapped)).abs() < 1e-6, "{} {}", all(&plain), all(&mapped));
        assert!(mapped.candidates.is_sorted_by(|a, b| a.probability >= b.probability));
        assert!(mapped.candidates.iter().all(|c| c.low <= c.probability && c.probability <= c.high));
    }
}

#[test]
fn a_finding_of_the_condition_raises_it_and_its_absence_lowers_it() {
    let patient = adult();
    let with = |findings: &[Observed]| p(&differential(&case(&patient, findings)), "lung");
    let fever = present(&["fever"]);
    let mut cough = fever.clone();
    cough.push(Observed::present("cough", Origin::Picked));
    let mut no_cough = fever.clone();
    no_cough.push(Observed::absent("cough", Origin::Picked));
    assert!(with(&cough) > with(&fever) && with(&fever) > with(&no_cough));
}

#[test]
fn a_particular_finding_counts_as_its_general_form_and_says_so() {
    let patient = adult();
    let d = differential(&case(&patient, &present(&["cough.dry"])));
    let lung = d.candidates.iter().find(|c| c.condition.as_str() == "lung").unwrap();
    assert_eq!(lung.contributions[0].matched, Match::ListedParent);
}

#[test]
fn without_a_needed_finding_a_condition_all_but_disappears() {
    let patient = adult();
    let mut findings = present(&["cough", "breath.fast"]);
    findings.push(Observed::absent("fever", Origin::Picked));
    let d = differential(&case(&patient, &findings));
    assert!(p(&d, "lung") < 0.02, "{}", p(&d, "lung"));
    let lung = why(&case(&patient, &findings), &"lung".into()).unwrap();
    assert!(lung.contributions.iter().any(|c| c.matched == Match::NeededAbsent));
}

#[test]
fn a_pathognomonic_finding_all_but_proves() {
    let child = person(Some(Age::from_years(4)), Some(Sex::Female));
    let d = differential(&case(&child, &present(&["koplik", "fever"])));
    assert_eq!(d.candidates[0].condition.as_str(), "rash-fever");
    assert!(p(&d, "rash-fever") > 0.6, "{}", p(&d, "rash-fever"));
    assert_eq!(d.candidates[0].contributions[0].matched, Match::Pathognomonic);
}

#[test]
fn who_cannot_have_a_condition_is_not_told_of_it() {
    let patient = adult();
    let of_a_man_of_forty = case(&patient, &present(&["koplik"]));
    assert!(differential(&of_a_man_of_forty).candidates.iter().all(|c| c.condition.as_str() != "rash-fever"));
    assert!(why(&of_a_man_of_forty, &"rash-fever".into()).is_none());
    let nobody = person(None, None);
    assert!(why(&case(&nobody, &[]), &"rash-fever".into()).is_some(), "an unknown age excludes nothing");
}

#[test]
fn a_factor_of_the_prior_applies_only_where_it_is_known_to_hold() {
    let mut child = person(Some(Age::from_years(4)), None);
    let dry = p(&differential(&case(&child, &[])), "rash-fever");
    child.place.season = Season::Rainy;
    assert!(p(&differential(&case(&child, &[])), "rash-fever") > dry * 2.0);
}

#[test]
fn two_findings_of_one_group_count_less_than_two_apart() {
    let child = person(Some(Age::from_years(4)), None);
    let d = differential(&case(&child, &present(&["fever", "fever.high"])));
    let lung = d.candidates.iter().find(|c| c.condition.as_str() == "lung").unwrap();
    // both lean on the listed "fever": one of them is kept, the other says nothing
    assert_eq!(lung.contributions.iter().filter(|c| c.ratio.value() != 1.0).count(), 1);
}

#[test]
fn nothing_said_is_not_enough_to_say() {
    let patient = adult();
    assert!(differential(&case(&patient, &[])).not_enough);
    assert!(differential(&case(&patient, &present(&["diabetes.history"]))).not_enough, "history alone is no complaint");
}

#[test]
fn a_value_makes_its_finding_and_a_normal_one_does_not_undo_a_told_fever() {
    let patient = adult();
    let hot = measured(&patient, &[], &[(Vital::Temperature, 39.8)]);
    assert_eq!(hot.presence(&"fever.high".into()), Presence::Present);
    assert_eq!(hot.presence(&"fever".into()), Presence::Present);
    let told = measured(&patient, &present(&["fever"]), &[(Vital::Temperature, 36.8)]);
    assert_eq!(told.presence(&"fever".into()), Presence::Present);
    assert_eq!(told.presence(&"fever.high".into()), Presence::Absent);
}

#[test]
fn a_value_no_living_patient_has_is_refused() {
    let patient = adult();
    let value = Measurement { vital: Vital::Temperature, value: 72.0 };
    assert!(hakim_reasoning::Case::new(base(), &patient, &[], &[value], vec![]).is_err());
}

#[test]
fn a_next_step_is_unanswered_and_moves_what_it_says() {
    let patient = adult();
    let case = case(&patient, &present(&["fever"]));
    let d = differential(&case);
    let steps = next_steps(&case, &d);
    assert!(!steps.is_empty());
    for step in steps {
        let StepSubject::Finding(id) = &step.subject else { continue };
        assert_eq!(case.presence(id), Presence::Unknown);
        assert!(step.if_yes > step.now && step.now > step.if_no, "{step:?}");
        assert!(step.evidence.is_some());
    }
}

const IDS: [&str; 8] = ["fever", "fever.high", "cough", "cough.dry", "pain.chest", "headache", "breath.fast", "koplik"];

fn any_findings() -> impl Strategy<Value = Vec<Observed>> {
    prop::collection::vec((0..IDS.len(), any::<bool>()), 0..8).prop_map(|picked| {
        picked
            .into_iter()
            .map(|(i, there)| match there {
                true => Observed::present(IDS[i], Origin::Picked),
                false => Observed::absent(IDS[i], Origin::Picked),
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn probabilities_are_whole_and_the_same_every_time(findings in any_findings(), years in 0_u32..100) {
        let patient = person(Some(Age::from_years(years)), None);
        let case = case(&patient, &findings);
        let d = differential(&case);
        let total = d.none_of_these.value() + d.candidates.iter().map(|c| c.probability.value()).sum::<f64>();
        prop_assert!((total - 1.0).abs() < 1e-9, "{total}");
        prop_assert_eq!(&d, &differential(&case));
        prop_assert!(d.candidates.windows(2).all(|w| w[0].probability >= w[1].probability));
    }

    #[test]
    fn the_order_of_telling_does_not_matter(findings in any_findings()) {
        let patient = adult();
        // of two statements about one finding the later counts, so each is told once
        let mut once: Vec<Observed> = vec![];
        for f in findings {
            if !once.iter().any(|o| o.finding == f.finding) { once.push(f); }
        }
        let mut turned = once.clone();
        turned.reverse();
        prop_assert_eq!(differential(&case(&patient, &once)), differential(&case(&patient, &turned)));
    }
}

#[test]
fn a_known_illness_that_explains_nothing_of_today_is_not_raised() {
    let patient = adult();
    let mut base = base().clone();
    // a condition that knows the history and headache only
    let mut sugar = base.conditions[&ConditionId::new("rash-fever")].clone();
    sugar.id = "sugar".into();
    sugar.to_years = None;
    for (link, finding) in sugar.findings.iter_mut().zip(["diabetes.history", "headache"]) {
        link.finding = finding.into();
        link.pathognomonic = false;
    }
    base.conditions.insert(sugar.id.clone(), sugar);
    let ratio = |findings: &[&str]| {
        let case = hakim_reasoning::Case::new(&base, &patient, &present(findings), &[], vec![]).unwrap();
        let sugar = why(&case, &"sugar".into()).unwrap();
        sugar.contributions.iter().find(|c| c.finding.as_str() == "diabetes.history").unwrap().ratio.value()
    };
    // nothing of today is told: the history is all there is to go by
    assert!(ratio(&["diabetes.history"]) > 1.0);
    assert!(ratio(&["diabetes.history", "headache"]) > 1.0);
    assert!((ratio(&["diabetes.history", "cough"]) - 1.0).abs() < 1e-9);
}

#[test]
fn words_close_to_a_condition_raise_it_and_say_so() {
    let patient = adult();
    let case = case(&patient, &present(&["fever"]));
    let plain = differential(&case);
    let close = differential(&case.clone().with_wording([("lung".into(), 0.1)].into()));
    let lung = |d: &Differential| d.candidates.iter().find(|c| c.condition.as_str() == "lung").unwrap().clone();
    assert!(lung(&close).probability > lung(&plain).probability);
    assert!(lung(&close).wording.value() > 1.0 && (lung(&plain).wording.value() - 1.0).abs() < 1e-9);
    let far = differential(&case.with_wording([("lung".into(), 1.0)].into()));
    assert!(lung(&far).wording.value() < 110.0, "one piece of evidence is bounded");
}
