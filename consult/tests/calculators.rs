//! The calculators of the packs: each against a formula written again here, over a thousand random patients; and all of them against
//! whatever answers there are.

#![expect(clippy::panic, reason = "a test that cannot go on should fail")]

mod common;

use common::Chance;
use hakim_clinical::*;
use hakim_knowledge::{builtin_packs, load};
use hakim_reasoning::calculate::{Refusal, calculate};
use std::collections::BTreeMap;

/// Patients for each formula.
const PATIENTS: usize = 1000;

fn base() -> KnowledgeBase {
    let loaded = load(&builtin_packs());
    assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
    loaded.base
}

impl Chance {
    fn answer(&mut self, input: &CalculatorInput) -> Told {
        let number = |value: f64| Told::Number { value, unit: None };
        match &input.kind {
            InputKind::Years => number(self.between(0.0, 100.0)),
            InputKind::Sex => Told::Word(if self.next() < 0.5 { "male" } else { "female" }.into()),
            InputKind::Quantity { low, high, .. } => number(self.between(*low, *high)),
            InputKind::Count { low, high } => number(self.between(*low, *high).round()),
            InputKind::Yes => Told::Yes(self.next() < 0.5),
            InputKind::Choice { options } => {
                Told::Word(options[(self.next() * options.len() as f64) as usize].id.clone())
            }
            InputKind::Date => {
                let (year, month, day) =
                    (self.between(1990.0, 2040.0), self.between(1.0, 12.9), self.between(1.0, 28.9));
                Told::Word(format!("{:04}-{:02}-{:02}", year as u32, month as u32, day as u32))
            }
        }
    }

    fn patient(&mut self, calculator: &Calculator) -> BTreeMap<String, Told> {
        calculator.inputs.iter().map(|input| (input.id.clone(), self.answer(input))).collect()
    }
}

/// Looks an answer up; a yes is 1, a woman is 1.
struct Patient<'a>(&'a BTreeMap<String, Told>);

impl Patient<'_> {
    fn n(&self, input: &str) -> f64 {
        match self.0.get(input) {
            Some(Told::Number { value, .. }) => *value,
            Some(Told::Yes(yes)) => f64::from(u8::from(*yes)),
            Some(Told::Word(word)) => f64::from(u8::from(word == "female")),
            None => panic!("`{input}` is not asked"),
        }
    }
}

type Again = fn(&Patient<'_>) -> f64;

/// Written from the formulas as the sources print them, not from the packs.
const FORMULAS: &[(&str, Again)] = &[
    ("body-mass-index", |p| p.n("weight") / p.n("height").powi(2) * 10_000.0),
    ("body-surface-area", |p| (p.n("height") * p.n("weight")).sqrt() / 60.0),
    ("target-weight", |p| p.n("target-bmi") * p.n("height") * p.n("height") / 10_000.0),
    ("ideal-body-weight", |p| {
        let inches = p.n("height") / 2.54;
        50.0 - 4.5 * p.n("sex") + 2.3 * (inches - 60.0)
    }),
    ("mean-arterial-pressure", |p| (p.n("systolic") + 2.0 * p.n("diastolic")) / 3.0),
    ("anion-gap", |p| p.n("sodium") - p.n("chloride") - p.n("bicarbonate")),
    ("serum-osmolality", |p| 2.0 * p.n("sodium") + p.n("glucose") / 18.0 + p.n("bun") / 2.8),
    ("corrected-calcium", |p| p.n("calcium") - 0.8 * p.n("albumin") + 0.8 * p.n("normal-albumin")),
    ("homa-ir", |p| p.n("glucose") / 405.0 * p.n("insulin")),
    ("hba1c-mean-glucose", |p| p.n("hba1c") * 28.7 - 46.7),
    ("ldl-friedewald", |p| p.n("total-cholesterol") - (p.n("hdl") + 0.2 * p.n("triglycerides"))),
    ("fib-4", |p| p.n("age") * p.n("ast") / p.n("platelets") / p.n("alt").powf(0.5)),
    ("maintenance-fluids", |p| {
        let kilograms = p.n("weight");
        match kilograms {
            w if w <= 10.0 => 4.0 * w,
            w if w <= 20.0 => 20.0 + 2.0 * w,
            w => 40.0 + w,
        }
    }),
    ("qtc-bazett", |p| p.n("qt") * (p.n("heart-rate") / 60.0).sqrt()),
    ("qtc-fridericia", |p| p.n("qt") * (p.n("heart-rate") / 60.0).cbrt()),
    ("qtc-framingham", |p| p.n("qt") + 154.0 - 154.0 * 60.0 / p.n("heart-rate")),
    ("qtc-hodges", |p| p.n("qt") - 105.0 + 1.75 * p.n("heart-rate")),
    ("qtc-rautaharju", |p| p.n("qt") * p.n("heart-rate") / 180.0 + p.n("qt") * 2.0 / 3.0),
    ("shock-index", |p| p.n("heart-rate") / p.n("systolic")),
    ("ckd-epi-2021", |p| {
        let woman = p.n("sex") == 1.0;
        let (kappa, alpha) = if woman { (0.7, -0.241) } else { (0.9, -0.302) };
        let ratio: f64 = p.n("creatinine") / kappa;
        let part = if ratio < 1.0 { ratio.powf(alpha) } else { ratio.powf(-1.2) };
        142.0 * part * (p.n("age") * 0.9938_f64.ln()).exp() * if woman { 1.012 } else { 1.0 }
    }),
    ("mdrd-gfr", |p| {
        let mut rate = 175.0 / p.n("creatinine").powf(1.154) / p.n("age").powf(0.203);
        if p.n("sex") == 1.0 {
            rate *= 0.742;
        }
        if p.n("black") == 1.0 {
            rate *= 1.212;
        }
        rate
    }),
    ("schwartz-egfr", |p| 0.413 * p.n("height") / p.n("creatinine")),
    ("fractional-excretion-sodium", |p| {
        100.0 * (p.n("urine-sodium") / p.n("sodium")) / (p.n("urine-creatinine") / p.n("creatinine"))
    }),
    ("maddrey-discriminant-function", |p| 4.6 * p.n("pt") - 4.6 * p.n("pt-control") + p.n("bilirubin")),
];

#[test]
fn formulas_are_what_they_are_when_written_again() {
    let base = base();
    for (id, again) in FORMULAS {
        let calculator = base.calculators.get(*id).unwrap_or_else(|| panic!("there is no `{id}`"));
        let mut chance = Chance(id.len() as u64);
        let (mut compared, mut tried) = (0, 0);
        while compared < PATIENTS && tried < 60 * PATIENTS {
            tried += 1;
            let told = chance.patient(calculator);
            match calculate(calculator, &told) {
                Ok(worked) => {
                    let due = again(&Patient(&told));
                    assert!(
                        (worked.value - due).abs() <= 1e-9 * due.abs().max(1.0),
                        "{id}: {} for {due} of {told:?}",
                        worked.value
                    );
                    compared += 1;
                }
                Err(refusal) => assert_eq!(refusal, Refusal::NotForThem, "{id}: {told:?}"),
            }
        }
        assert!(compared >= 100, "{id} works for {compared} of {tried} random patients only");
    }
}

#[test]
fn whatever_is_answered_gives_a_number_or_a_reason() {
    let base = base();
    assert!(base.calculators.len() > 100);
    for calculator in base.calculators.values() {
        let mut chance = Chance(7);
        let mut worked = 0;
        for _ in 0..400 {
            let mut told = chance.patient(calculator);
            // Now and then something is not told, or impossible.
            if chance.next() < 0.3 {
                told.retain(|_, _| chance.next() < 0.8);
            }
            match calculate(calculator, &told) {
                Ok(result) => {
                    assert!(result.value.is_finite(), "{}: {told:?}", calculator.id);
                    worked += 1;
                }
                Err(Refusal::Missing(asks)) => {
                    for ask in asks {
                        let input = calculator.inputs.iter().find(|input| input.id == ask);
                        let input = input.unwrap_or_else(|| panic!("{}: `{ask}` is asked nowhere", calculator.id));
                        assert!(!told.contains_key(&ask), "{}: {ask} was told", calculator.id);
                        assert!(input.unless_told.is_none(), "{}: {ask} need not be told", calculator.id);
                    }
                }
                Err(Refusal::NotForThem | Refusal::Undefined) => (),
                Err(other) => panic!("{}: {other:?} from {told:?}", calculator.id),
            }
        }
        assert!(worked > 0, "{} never gives a result", calculator.id);
    }
}

#[test]
fn the_impossible_and_the_wrong_unit_are_refused() {
    let base = base();
    let of = |id: &str, told: &[(&str, Told)]| {
        let told = told.iter().map(|(input, told)| ((*input).to_owned(), told.clone())).collect();
        calculate(base.calculators.get(id).expect("is there"), &told)
    };
    let n = |value: f64, unit: &str| Told::Number { value, unit: (!unit.is_empty()).then(|| unit.to_owned()) };
    // A man of 1.80 m who weighs 4 g is a slip of the unit.
    let refused = of("body-mass-index", &[("weight", n(4.0, "g")), ("height", n(180.0, "cm"))]);
    assert!(matches!(refused, Err(Refusal::Impossible { ref input, .. }) if input == "weight"), "{refused:?}");
    let refused = of("body-mass-index", &[("weight", n(80.0, "cm")), ("height", n(180.0, "cm"))]);
    assert_eq!(refused, Err(Refusal::NoAnswer { input: "weight".into() }));
    let refused = of("body-mass-index", &[("weight", n(f64::NAN, "kg")), ("height", n(180.0, "cm"))]);
    assert_eq!(refused, Err(Refusal::NoAnswer { input: "weight".into() }));
    let refused = of("body-mass-index", &[("height", n(180.0, "cm"))]);
    assert_eq!(refused, Err(Refusal::Missing(vec!["weight".into()])));
    // The same in other units.
    let same = of("body-mass-index", &[("weight", n(176.37, "lb")), ("height", n(70.866, "in"))]).expect("works");
    assert!((same.value - 24.69).abs() < 0.01, "{}", same.value);
    // Creatinine in the unit of most laboratories outside America: 88.4 µmol/L are 1 mg/dL.
    let adult = |age: f64| {
        of(
            "ckd-epi-2021",
            &[("age", n(age, "")), ("sex", Told::Word("male".into())), ("creatinine", n(88.42, "µmol/L"))],
        )
    };
    let one = adult(50.0).expect("works").value;
    assert!((one - 91.7).abs() < 0.5, "{one}");
    assert_eq!(adult(10.0), Err(Refusal::NotForThem));
}
