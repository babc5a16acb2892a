//! The calculators that `calculators.rs` does not cover, each written again item by item from its publication and compared with the
//! packs over a thousand random patients: formulas to one in a million, scores exactly. The packs' formulas were not copied; where a
//! publication says nothing about a patient the function here gives NaN and the patient is passed over.

#![expect(clippy::panic, reason = "a test that cannot go on should fail")]

mod common;

use common::Chance;
use hakim_clinical::*;
use hakim_knowledge::{builtin_packs, load};
use hakim_reasoning::calculate::{Refusal, calculate};
use std::collections::BTreeMap;

/// Patients for each calculator.
const PATIENTS: usize = 1000;

impl Chance {
    fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get((self.next() * all.len() as f64) as usize)
    }

    /// Evenly, or denser towards the low end, or near a number the calculator itself knows; rounded as values are written down.
    fn quantity(&mut self, low: f64, high: f64, edges: &[f64]) -> f64 {
        let value = match self.next() {
            way if way < 0.4 => self.between(low, high),
            way if way < 0.7 && low > 0.0 => self.between(low.ln(), high.ln()).exp(),
            way if way < 0.7 => low + (high - low) * self.next().powi(4),
            _ => {
                let near: Vec<f64> = edges.iter().copied().filter(|edge| (low..=high).contains(edge)).collect();
                let nudge = *self.one_of(&[0.0, 0.0, -0.1, 0.1, -1.0, 1.0]).unwrap_or(&0.0);
                self.one_of(&near).map_or_else(|| self.between(low, high), |edge| edge + nudge)
            }
        };
        let digits = 2 + i32::from(self.next() < 0.7);
        let unit = 10_f64.powi(digits - 1 - value.abs().max(1e-9).log10().floor() as i32);
        ((value * unit).round() / unit).clamp(low, high)
    }

    /// Whole years in adults, months in children.
    fn years(&mut self, edges: &[f64]) -> f64 {
        match self.next() {
            way if way < 0.3 => self.between(0.0, 216.0).floor() / 12.0,
            way if way < 0.7 => self.between(0.0, 105.0).floor(),
            _ => self.quantity(0.0, 100.0, edges).floor(),
        }
    }

    fn answer(&mut self, input: &CalculatorInput, edges: &[f64]) -> Told {
        let number = |value: f64| Told::Number { value, unit: None };
        match &input.kind {
            InputKind::Years => number(self.years(edges)),
            InputKind::Sex => Told::Word(if self.next() < 0.5 { "male" } else { "female" }.into()),
            InputKind::Quantity { low, high, unit, .. } => {
                let value = self.quantity(*low, *high, edges);
                number(match unit.as_str() {
                    "mm[Hg]" | "/min" | "%" | "{station}" => value.round(),
                    "Cel" => (value * 10.0).round() / 10.0,
                    _ => value,
                })
            }
            InputKind::Count { low, high } => number(self.quantity(*low, *high, edges).round()),
            InputKind::Yes => Told::Yes(self.next() < 0.5),
            InputKind::Choice { options } => {
                Told::Word(self.one_of(options).map(|option| option.id.clone()).unwrap_or_default())
            }
            InputKind::Date => {
                let (year, month, day) =
                    (self.between(2020.0, 2024.0), self.between(1.0, 12.9), self.between(1.0, 28.9));
                Told::Word(format!("{:04}-{:02}-{:02}", year as u32, month as u32, day as u32))
            }
        }
    }

    /// What need not be told is left out now and then.
    fn patient(&mut self, calculator: &Calculator, edges: &[f64]) -> BTreeMap<String, Told> {
        let mut told = BTreeMap::new();
        for input in &calculator.inputs {
            let may_lack = input.optional || input.unless_told.is_some();
            // The origin of a calendar is no question to a patient.
            if !(may_lack && (self.next() < 0.3 || input.id == "origin")) {
                told.insert(input.id.clone(), self.answer(input, edges));
            }
        }
        told
    }
}

/// Every number written in a calculator: near them its mistakes are.
fn edges(calculator: &Calculator) -> Vec<f64> {
    let written = format!("{calculator:?}");
    written.split("Number(").skip(1).filter_map(|rest| rest.split(')').next()?.parse().ok()).collect()
}

/// Looks an answer up.
struct Patient<'a>(&'a BTreeMap<String, Told>);

impl Patient<'_> {
    fn known(&self, input: &str) -> Option<f64> {
        match self.0.get(input) {
            Some(Told::Number { value, .. }) => Some(*value),
            Some(Told::Word(written)) => Some(julian_day(written) - UNIX_EPOCH),
            Some(Told::Yes(yes)) => Some(f64::from(u8::from(*yes))),
            None => None,
        }
    }

    fn or(&self, input: &str, usual: f64) -> f64 {
        self.known(input).unwrap_or(usual)
    }

    fn n(&self, input: &str) -> f64 {
        self.known(input).unwrap_or_else(|| panic!("`{input}` is not told"))
    }

    fn age(&self) -> f64 {
        self.n("age")
    }

    fn word(&self, input: &str) -> &str {
        match self.0.get(input) {
            Some(Told::Word(word)) => word,
            _ => "",
        }
    }

    fn woman(&self) -> bool {
        self.word("sex") == "female"
    }

    /// A yes; what is not told is a no.
    fn has(&self, input: &str) -> bool {
        matches!(self.0.get(input), Some(Told::Yes(true)))
    }

    /// Points of the answers that are yes.
    fn yes(&self, points: &[(&str, f64)]) -> f64 {
        points.iter().filter(|(input, _)| self.has(input)).map(|(_, points)| points).sum()
    }

    /// How many are yes.
    fn count(&self, inputs: &[&str]) -> f64 {
        inputs.iter().filter(|input| self.has(input)).count() as f64
    }

    /// Points of the chosen option.
    fn choice(&self, input: &str, points: &[(&str, f64)]) -> f64 {
        points.iter().find(|(option, _)| *option == self.word(input)).map_or(0.0, |(_, points)| *points)
    }

    /// Points of options that are listed in rising order.
    fn place(&self, input: &str, options: &[&str]) -> f64 {
        let place = options.iter().position(|option| *option == self.word(input));
        place.unwrap_or_else(|| panic!("`{input}` has no {}", self.word(input))) as f64
    }

    /// Points of options that end in them (read beside the publication: each says what it scores there).
    fn coded(&self, inputs: &[&str]) -> f64 {
        let of = |input: &&str| self.word(input).rsplit('_').next()?.parse::<f64>().ok();
        inputs.iter().map(|input| of(input).unwrap_or_else(|| panic!("`{input}` has no points"))).sum()
    }

    fn sum(&self, inputs: &[&str]) -> f64 {
        inputs.iter().map(|input| self.n(input)).sum()
    }

    fn anion_gap(&self) -> f64 {
        self.n("sodium") - self.n("chloride") - self.n("bicarbonate")
    }

    /// Figge 1998: 2.5 for each g/dL of albumin below normal.
    fn corrected_anion_gap(&self) -> f64 {
        self.anion_gap() + 2.5 * (self.or("normal-albumin", 4.0) - self.n("albumin"))
    }

    /// Devine 1974.
    fn ideal_weight(&self) -> f64 {
        let base = if self.woman() { 45.5 } else { 50.0 };
        base + 2.3 * (self.n("height") / 2.54 - 60.0)
    }

    fn adjusted_weight(&self) -> f64 {
        0.6 * self.ideal_weight() + 0.4 * self.n("weight")
    }

    /// Cockcroft and Gault 1976 with this weight.
    fn clearance(&self, weight: f64) -> f64 {
        let man = (140.0 - self.age()) * weight / (72.0 * self.n("creatinine"));
        if self.woman() { man * 0.85 } else { man }
    }

    /// Mean arterial pressure.
    fn mean_pressure(&self) -> Option<f64> {
        Some((self.known("systolic")? + 2.0 * self.known("diastolic")?) / 3.0)
    }

    /// mL/kg, Morgan and Mikhail 1996.
    fn blood_per_kg(&self) -> f64 {
        let newborn = self.age() < 28.0 / 365.25;
        match () {
            () if self.has("premature") && newborn => 95.0,
            // A newborn before term who is grown up contradicts itself.
            () if self.has("premature") => f64::NAN,
            () if newborn => 85.0,
            () if self.age() < 1.0 => 80.0,
            // The table has no children between infants and adults.
            () if self.age() < 18.0 => f64::NAN,
            () if self.woman() => 65.0,
            () => 75.0,
        }
    }
}

/// Points of the highest limit that is reached; the limits rise.
fn reached(value: f64, below: f64, limits: &[(f64, f64)]) -> f64 {
    limits.iter().rev().find(|(limit, _)| value >= *limit).map_or(below, |(_, points)| *points)
}

/// 1 where it holds.
fn one(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

fn points(holds: bool, points: f64) -> f64 {
    if holds { points } else { 0.0 }
}

const UNIX_EPOCH: f64 = 2_440_588.0;

/// Fliegel and Van Flandern 1968.
fn julian_day(written: &str) -> f64 {
    let parts: Vec<i64> = written.split('-').filter_map(|part| part.parse().ok()).collect();
    let [year, month, day] = parts[..] else { return f64::NAN };
    let a = (month - 14) / 12;
    let julian = day - 32_075 + 1461 * (year + 4800 + a) / 4 + 367 * (month - 2 - a * 12) / 12
        - 3 * ((year + 4900 + a) / 100) / 4;
    julian as f64
}

/// Nine months on, seven days on.
fn naegele(lmp: &str) -> f64 {
    let parts: Vec<i64> = lmp.split('-').filter_map(|part| part.parse().ok()).collect();
    let [year, month, day] = parts[..] else { return f64::NAN };
    let (year, month) = if month > 3 { (year + 1, month - 3) } else { (year, month + 9) };
    julian_day(&format!("{year}-{month}-{day}")) - UNIX_EPOCH + 7.0
}

/// 4 mL for each of the first 10 kg, 2 for each of the next 10, 1 for the rest, in an hour (Holliday and Segar 1957).
fn maintenance(weight: f64) -> f64 {
    weight + weight.min(20.0) + 2.0 * weight.min(10.0)
}

type Again = fn(&Patient<'_>) -> f64;

const AGAIN: &[(&str, Again)] = &[
    // acids and bases
    ("delta-gap", |p| p.anion_gap() - 12.0),
    ("delta-ratio", |p| (p.anion_gap() - 12.0) / (24.0 - p.n("bicarbonate"))),
    ("albumin-corrected-anion-gap", |p| p.corrected_anion_gap()),
    ("albumin-corrected-delta-gap", |p| p.corrected_anion_gap() - 12.0),
    ("albumin-corrected-delta-ratio", |p| (p.corrected_anion_gap() - 12.0) / (24.0 - p.n("bicarbonate"))),
    ("winters-formula", |p| 1.5 * p.n("bicarbonate") + 8.0),
    ("a-a-gradient", |p| {
        let alveolar = p.or("fio2", 0.21) * (p.or("air-pressure", 760.0) - 47.0) - p.n("paco2") / 0.8;
        alveolar - p.n("pao2")
    }),
    // bleeding
    ("has-bled", |p| {
        let bad = p.count(&["hypertension", "renal", "liver", "stroke", "bleeding", "labile-inr", "medicines"]);
        bad + one(p.age() > 65.0) + one(p.or("drinks", 0.0) >= 8.0)
    }),
    ("orbit-bleeding", |p| {
        let anaemia = p.n("haemoglobin") < if p.woman() { 12.0 } else { 13.0 };
        one(p.age() >= 75.0)
            + points(anaemia, 2.0)
            + p.yes(&[("bleeding", 2.0), ("antiplatelet", 1.0)])
            + one(p.n("egfr") < 60.0)
    }),
    ("glasgow-blatchford", |p| {
        let haemoglobin = if p.woman() { [(10.0, 1.0), (12.0, 0.0)] } else { [(10.0, 3.0), (12.0, 1.0)] };
        let haemoglobin = if p.n("haemoglobin") >= if p.woman() { 12.0 } else { 13.0 } {
            0.0
        } else {
            reached(p.n("haemoglobin"), 6.0, &haemoglobin)
        };
        // 6.5, 8, 10 and 25 mmol/L of urea.
        reached(p.n("bun"), 0.0, &[(18.2, 2.0), (22.4, 3.0), (28.0, 4.0), (70.0, 6.0)])
            + haemoglobin
            + reached(p.n("systolic"), 3.0, &[(90.0, 2.0), (100.0, 1.0), (110.0, 0.0)])
            + one(p.n("heart-rate") >= 100.0)
            + p.yes(&[("melaena", 1.0), ("syncope", 2.0), ("liver", 2.0), ("heart-failure", 2.0)])
    }),
    ("rockall-full", |p| {
        let shock = match (p.n("systolic") < 100.0, p.n("heart-rate") >= 100.0) {
            (true, _) => 2.0,
            (false, fast) => one(fast),
        };
        reached(p.age(), 0.0, &[(60.0, 1.0), (80.0, 2.0)])
            + shock
            + p.choice("illness", &[("heart-or-major", 2.0), ("kidney-liver-cancer", 3.0)])
            + p.place("diagnosis", &["tear-or-none", "other-diagnosis", "gut-cancer"])
            + p.choice("stigmata", &[("blood-clot-vessel", 2.0)])
    }),
    ("aims65", |p| {
        one(p.n("albumin") < 3.0)
            + one(p.n("inr") > 1.5)
            + one(p.has("altered"))
            + one(p.n("systolic") <= 90.0)
            + one(p.age() >= 65.0)
    }),
    // blood
    ("mentzer-index", |p| p.n("mcv") / p.n("red_cells")),
    ("absolute-neutrophil-count", |p| p.n("wbc") * (p.n("neutrophils") + p.or("bands_percent", 0.0)) / 100.0),
    ("reticulocyte-production-index", |p| {
        // Days a young red cell matures in the blood, Hutchison and Davey (Henry, 19th edition).
        let days = reached(p.n("hematocrit"), 2.5, &[(20.0, 2.0), (30.0, 1.5), (40.0, 1.0)]);
        p.n("reticulocytes") * (p.n("hematocrit") / 45.0) / days
    }),
    ("dengue-haematocrit-rise", |p| (p.n("hematocrit") / p.n("baseline") - 1.0) * 100.0),
    ("malaria-parasite-density", |p| p.n("parasites_counted") * p.or("wbc", 8000.0) / p.n("white_cells_counted")),
    ("iron-deficit-ganzoni", |p| {
        let stores = if p.n("weight") < 35.0 { 15.0 * p.n("weight") } else { 500.0 };
        p.n("weight") * (p.n("hb_target") - p.n("hb_now")) * 2.4 + stores
    }),
    ("blood-volume", |p| p.blood_per_kg() * p.n("weight")),
    ("allowable-blood-loss", |p| {
        let volume = p.blood_per_kg() * p.n("weight");
        volume * (p.n("hematocrit") - p.n("lowest_hematocrit")) / p.n("hematocrit")
    }),
    // body, chemistry
    ("adjusted-body-weight", |p| p.adjusted_weight()),
    ("waist-to-height-ratio", |p| p.n("waist") / p.n("height")),
    ("corrected-sodium", |p| {
        let for_each_hundred = if p.word("factor") == "katz" { 1.6 } else { 2.4 };
        p.n("sodium") + for_each_hundred * (p.n("glucose") / 100.0 - 1.0)
    }),
    // children
    ("pews-brighton", |p| {
        // Monaghan 2005: 2 more for nebulisers every quarter of an hour or vomiting after an operation.
        p.place("behaviour", &["playing", "sleeping", "irritable", "lethargic"])
            + p.coded(&["circulation", "breathing"])
            + points(p.has("nebuliser") || p.has("vomiting"), 2.0)
    }),
    ("westley-croup", |p| {
        p.place("stridor", &["stridor_none", "stridor_agitated", "stridor_rest"])
            + p.place(
                "retractions",
                &["retractions_none", "retractions_mild", "retractions_moderate", "retractions_severe"],
            )
            + p.place("air_entry", &["air_normal", "air_less", "air_little"])
            + p.choice("cyanosis", &[("cyanosis_agitated", 4.0), ("cyanosis_rest", 5.0)])
            + p.yes(&[("altered_mind", 5.0)])
    }),
    ("muac-child", |p| p.n("arm")),
    ("child-weight-by-age", |p| {
        let months = (p.age() * 12.0 + 1e-6).floor();
        let years = (months / 12.0).floor();
        match years {
            0.0 => months / 2.0 + 4.0,
            y if y <= 5.0 => 2.0 * y + 8.0,
            y => 3.0 * y + 7.0,
        }
    }),
    ("child-transfusion-volume", |p| {
        p.n("weight") * (p.n("hb_target") - p.n("hb_now")) * 3.0 / (p.or("unit_hematocrit", 60.0) / 100.0)
    }),
    // clots
    ("wells-pulmonary-embolism", |p| {
        p.yes(&[("dvt-signs", 3.0), ("pe-likely", 3.0), ("haemoptysis", 1.0), ("cancer", 1.0)])
            + points(p.n("heart-rate") > 100.0, 1.5)
            + points(p.has("immobile") || p.has("surgery"), 1.5)
            + points(p.has("previous-pe") || p.has("previous-dvt"), 1.5)
    }),
    ("wells-deep-vein-thrombosis", |p| {
        p.count(&[
            "cancer",
            "paralysis",
            "bedridden",
            "tenderness",
            "leg-swollen",
            "calf-swelling",
            "pitting",
            "collateral",
            "previous-dvt",
        ]) - p.yes(&[("alternative", 2.0)])
    }),
    ("perc", |p| {
        one(p.age() >= 50.0)
            + one(p.n("heart-rate") >= 100.0)
            + one(p.n("spo2") < 95.0)
            + p.count(&["leg-swelling", "haemoptysis", "surgery-trauma", "previous-clot", "oestrogen"])
    }),
    ("caprini-2005", |p| {
        let each_one = [
            "major-surgery-month",
            "heart-failure",
            "sepsis",
            "lung-disease",
            "varicose",
            "swollen-legs",
            "infarction",
            "copd",
            "bowel-disease",
        ];
        let each_three = [
            "previous-clot",
            "family-clot",
            "factor-v",
            "prothrombin",
            "homocysteine",
            "lupus-anticoagulant",
            "anticardiolipin",
            "hit",
            "other-thrombophilia",
        ];
        let operations = [
            ("minor-surgery", 1.0),
            ("major-surgery", 2.0),
            ("laparoscopic", 2.0),
            ("arthroscopic", 2.0),
            ("arthroplasty", 5.0),
        ];
        let women = if p.woman() { p.count(&["hormones", "pregnancy", "pregnancy-loss"]) } else { 0.0 };
        reached(p.age(), 0.0, &[(41.0, 1.0), (61.0, 2.0), (75.0, 3.0)])
            + one(p.or("bmi", 0.0) > 25.0)
            + p.count(&each_one)
            + women
            + 2.0 * p.count(&["plaster", "central-line", "malignancy"])
            + 3.0 * p.count(&each_three)
            + 5.0 * p.count(&["fracture", "stroke", "trauma", "spinal-cord"])
            + p.choice("surgery", &operations)
            + p.choice("mobility", &[("bed-rest", 1.0), ("confined", 2.0)])
    }),
    ("padua-score", |p| {
        3.0 * p.count(&["cancer", "previous-clot", "immobile", "thrombophilia"])
            + 2.0 * p.count(&["trauma-surgery"])
            + one(p.age() >= 70.0)
            + p.count(&["heart-lung-failure", "infarct-stroke", "infection-rheumatic", "obese", "hormones"])
    }),
    // coma and intensive care
    ("glasgow-coma-scale-child", |p| {
        3.0 + p.place("eye", &["eye_none", "eye_pain", "eye_voice", "eye_spontaneous"])
            + p.place("verbal", &["verbal_none", "verbal_moans", "verbal_cries", "verbal_less", "verbal_usual"])
            + p.place(
                "motor",
                &[
                    "motor_none",
                    "motor_extension",
                    "motor_flexion",
                    "motor_withdraws",
                    "motor_localizes",
                    "motor_normal",
                ],
            )
    }),
    // fluids
    ("free-water-deficit", |p| {
        let share = match (p.age(), p.woman()) {
            (age, _) if age < 18.0 => 0.6,
            (age, woman) if age >= 65.0 => {
                if woman {
                    0.45
                } else {
                    0.5
                }
            }
            (_, woman) => {
                if woman {
                    0.5
                } else {
                    0.6
                }
            }
        };
        share * p.n("weight") * (p.n("sodium") / p.or("wanted-sodium", 140.0) - 1.0)
    }),
    ("dehydration-fluid-plan", |p| {
        let deficit = 10.0 * p.n("percent-dehydration") * p.n("weight") - p.or("already-given", 0.0);
        deficit.max(0.0) + 24.0 * maintenance(p.n("weight"))
    }),
    ("who-plan-a", |p| if p.age() < 2.0 { 100.0 } else { 200.0 }),
    ("ors-by-age", |p| {
        let months = (p.age() * 12.0 + 1e-6).floor();
        reached(months, 400.0, &[(4.0, 600.0), (12.0, 800.0), (24.0, 1200.0), (60.0, 2200.0), (180.0, 4000.0)])
    }),
    ("who-plan-c", |p| 100.0 * p.n("weight")),
    ("burn-fluid-parkland", |p| {
        let each = if p.word("formula") == "modified-two" { 2.0 } else { 4.0 };
        each * p.n("burnt-percent") * p.n("weight")
    }),
    ("burn-rule-of-nines", |p| {
        let part = |part: &str, share: f64| share * p.or(part, 0.0) / 100.0;
        let nines = ["head", "right-arm", "left-arm"].iter().map(|each| part(each, 9.0)).sum::<f64>();
        let twice = ["front-trunk", "back-trunk", "right-leg", "left-leg"];
        nines + twice.iter().map(|each| part(each, 18.0)).sum::<f64>() + part("perineum", 1.0)
    }),
    ("burn-lund-browder", |p| {
        // From 0, 1, 5, 10, 15 years and in adults; front and back together.
        let by_age = |shares: [f64; 6]| {
            let [newborn, one, five, ten, fifteen, adult] = shares;
            // The chart has a column for 15 years and one for adults, and does not say where 16 and 17 belong.
            let between = (16.0..18.0).contains(&p.age()).then_some(f64::NAN);
            let limits = [(1.0, one), (5.0, five), (10.0, ten), (15.0, fifteen), (18.0, adult)];
            between.unwrap_or_else(|| reached(p.age(), newborn, &limits))
        };
        let both =
            |part: &str, share: f64| share * (p.or(&format!("right-{part}"), 0.0) + p.or(&format!("left-{part}"), 0.0));
        let hundredfold = by_age([19.0, 17.0, 13.0, 11.0, 9.0, 7.0]) * p.or("head", 0.0)
            + 2.0 * p.or("neck", 0.0)
            + 13.0 * (p.or("front-trunk", 0.0) + p.or("back-trunk", 0.0))
            + 5.0 * p.or("buttocks", 0.0)
            + p.or("genitals", 0.0)
            + both("upper-arm", 4.0)
            + both("forearm", 3.0)
            + both("hand", 2.5)
            + both("thigh", by_age([5.5, 6.5, 8.0, 8.5, 9.0, 9.5]))
            + both("lower-leg", by_age([5.0, 5.0, 5.5, 6.0, 6.5, 7.0]))
            + both("foot", 3.5);
        hundredfold / 100.0
    }),
    // general
    ("charlson-comorbidity-index", |p| {
        let each_one =
            ["infarction", "heart-failure", "peripheral", "stroke", "dementia", "lung", "connective", "ulcer"];
        reached(p.age(), 0.0, &[(50.0, 1.0), (60.0, 2.0), (70.0, 3.0), (80.0, 4.0)])
            + p.count(&each_one)
            + p.choice("liver", &[("liver-mild", 1.0), ("liver-severe", 3.0)])
            + p.choice("diabetes", &[("diabetes-plain", 1.0), ("diabetes-organ", 2.0)])
            + 2.0 * p.count(&["hemiplegia", "kidney", "leukaemia", "lymphoma"])
            + p.choice("tumour", &[("tumour-localized", 2.0), ("tumour-metastatic", 6.0)])
            + 6.0 * p.count(&["aids"])
    }),
    ("abcd2", |p| {
        one(p.age() >= 60.0)
            + one(p.n("systolic") >= 140.0 || p.n("diastolic") >= 90.0)
            + p.choice("features", &[("weak-side", 2.0), ("speech", 1.0)])
            + reached(p.n("minutes"), 0.0, &[(10.0, 1.0), (60.0, 2.0)])
            + one(p.has("diabetes"))
    }),
    // heart
    ("cha2ds2-vasc", |p| {
        reached(p.age(), 0.0, &[(65.0, 1.0), (75.0, 2.0)])
            + one(p.woman())
            + p.count(&["heart-failure", "hypertension", "diabetes", "vascular-disease"])
            + p.yes(&[("stroke", 2.0)])
    }),
    ("heart-score", |p| {
        let risks = p.count(&["hypertension", "cholesterol", "diabetes", "obesity", "smoking", "family-history"]);
        let risks = if p.has("atherosclerosis") { 2.0 } else { reached(risks, 0.0, &[(1.0, 1.0), (3.0, 2.0)]) };
        p.place("history", &["slightly", "moderately", "highly"])
            + p.place("ecg", &["ecg-normal", "ecg-nonspecific", "ecg-st"])
            + reached(p.age(), 0.0, &[(45.0, 1.0), (65.0, 2.0)])
            + risks
            + p.place("troponin", &["trop-normal", "trop-1-3", "trop-over-3"])
    }),
    ("revised-cardiac-risk-index", |p| {
        p.count(&["high-risk-surgery", "ischaemic-heart-disease", "heart-failure", "cerebrovascular", "insulin"])
            + one(p.n("creatinine") > 2.0)
    }),
    ("framingham-hard-chd", |p| {
        let ln = |input: &str| p.n(input).ln();
        let (age, cholesterol, treated, smokes) =
            (ln("age"), ln("total-cholesterol"), one(p.has("bp-treated")), one(p.has("smoker")));
        let (sum, lives) = if p.woman() {
            let sum = 31.764_001 * age + 22.465_206 * cholesterol - 1.187_731 * ln("hdl")
                + 2.552_905 * ln("systolic")
                + 0.420_251 * treated
                + 13.075_43 * smokes
                - 5.060_998 * age * cholesterol
                - 2.996_945 * p.age().min(78.0).ln() * smokes;
            (sum - 146.593_306_1, 0.987_67_f64)
        } else {
            let sum = 52.009_61 * age + 20.014_077 * cholesterol - 0.905_964 * ln("hdl")
                + 1.305_784 * ln("systolic")
                + 0.241_549 * treated
                + 12.096_316 * smokes
                - 4.605_038 * age * cholesterol
                - 2.843_67 * p.age().min(70.0).ln() * smokes
                - 2.933_23 * age * age;
            (sum - 172.300_168, 0.940_2_f64)
        };
        100.0 * (1.0 - lives.powf(sum.exp()))
    }),
    ("timi-ua-nstemi", |p| {
        one(p.age() >= 65.0)
            + one(p.n("risk-factors") >= 3.0)
            + p.count(&["stenosis", "aspirin", "angina-24h", "st-deviation", "markers"])
    }),
    ("killip-class", |p| {
        1.0 + p.place("signs", &["no-failure", "mild-failure", "pulmonary-oedema", "cardiogenic-shock"])
    }),
    ("ankle-brachial-index", |p| p.n("ankle") / p.n("arm")),
    // kidney
    ("creatinine-clearance", |p| {
        let index = p.n("weight") / (p.n("height") / 100.0).powi(2);
        p.clearance(match p.word("weight-rule") {
            "use-actual" => p.n("weight"),
            "use-ideal" => p.ideal_weight(),
            "use-adjusted" => p.adjusted_weight(),
            _ if index < 18.5 => p.n("weight"),
            // The smaller of the two: Pharmacy Times 2016, actual weight where it is below ideal weight.
            _ if index < 25.0 => p.ideal_weight().min(p.n("weight")),
            _ => p.adjusted_weight(),
        })
    }),
    ("creatinine-clearance-actual-weight", |p| p.clearance(p.n("weight"))),
    ("urine-albumin-creatinine-ratio", |p| p.n("urine-albumin") / (p.n("urine-creatinine") / 100.0)),
    ("urine-acr-category", |p| p.n("acr")),
    // liver
    ("child-pugh", |p| {
        let rising = |value: f64, low: f64, high: f64| 1.0 + one(value >= low) + one(value > high);
        let albumin = 1.0 + one(p.n("albumin") <= 3.5) + one(p.n("albumin") < 2.8);
        2.0 + rising(p.n("bilirubin"), 2.0, 3.0)
            + albumin
            + rising(p.n("inr"), 1.7, 2.3)
            + p.place("ascites", &["ascites-absent", "ascites-slight", "ascites-moderate"])
            + p.place("encephalopathy", &["enceph-none", "enceph-1-2", "enceph-3-4"])
    }),
    ("meld-na", |p| {
        let creatinine = if p.has("dialysis") { 4.0 } else { p.n("creatinine").clamp(1.0, 4.0) };
        let first = 0.957 * creatinine.ln() + 0.378 * p.n("bilirubin").max(1.0).ln() + 1.120 * p.n("inr").max(1.0).ln();
        let meld = ((first + 0.643) * 10.0).round();
        let lacking = 137.0 - p.n("sodium").clamp(125.0, 137.0);
        let with = if meld > 11.0 { meld + 1.32 * lacking - 0.033 * meld * lacking } else { meld };
        with.round().min(40.0)
    }),
    // lungs
    ("pneumonia-severity-index", |p| {
        let not_air = p.known("pao2").is_some_and(|it| it < 60.0) || p.known("spo2").is_some_and(|it| it < 90.0);
        p.age() - points(p.woman(), 10.0)
            + p.yes(&[
                ("nursing-home", 10.0),
                ("cancer", 30.0),
                ("liver", 20.0),
                ("heart-failure", 10.0),
                ("cerebrovascular", 10.0),
                ("kidney", 10.0),
                ("altered", 20.0),
                ("effusion", 10.0),
            ])
            + points(p.n("respiratory-rate") >= 30.0, 20.0)
            + points(p.n("systolic") < 90.0, 20.0)
            + points(p.n("temperature") < 35.0 || p.n("temperature") >= 40.0, 15.0)
            + points(p.n("heart-rate") >= 125.0, 10.0)
            + points(p.or("ph", 7.4) < 7.35, 30.0)
            + points(p.or("bun", 10.0) >= 30.0, 20.0)
            + points(p.or("sodium", 140.0) < 130.0, 20.0)
            + points(p.or("glucose", 100.0) >= 250.0, 10.0)
            + points(p.or("haematocrit", 40.0) < 30.0, 10.0)
            + points(not_air, 10.0)
    }),
    ("curb-65", |p| one(p.n("urea") > 7.0) + crb_65(p)),
    ("crb-65", crb_65),
    ("stop-bang", |p| {
        p.count(&["snores", "tired", "observed", "hypertension"])
            + one(p.n("bmi") > 35.0)
            + one(p.age() > 50.0)
            + one(p.n("neck") > 40.0)
            + one(!p.woman())
    }),
    ("mmrc-dyspnoea", |p| p.place("grade", &["hard-exercise", "hurrying", "slower", "hundred-metres", "housebound"])),
    ("pram-asthma", |p| {
        reached(p.n("spo2"), 2.0, &[(92.0, 1.0), (95.0, 0.0)])
            + 2.0 * p.count(&["suprasternal", "scalene"])
            + p.place("air-entry", &["air-normal", "air-base", "air-widespread", "air-minimal"])
            + p.place("wheeze", &["wheeze-none", "wheeze-out", "wheeze-in", "wheeze-loud-silent"])
    }),
    // medicines
    ("steroid-conversion", |p| {
        // mg as strong as 5 mg of prednisolone (BNF).
        let same = |steroid: &str| {
            p.choice(
                steroid,
                &[
                    ("prednisolone", 5.0),
                    ("prednisone", 5.0),
                    ("hydrocortisone", 20.0),
                    ("cortisone", 25.0),
                    ("methylprednisolone", 4.0),
                    ("triamcinolone", 4.0),
                    ("deflazacort", 6.0),
                    ("dexamethasone", 0.75),
                    ("betamethasone", 0.75),
                ],
            )
        };
        p.n("dose") / same("from-steroid") * same("to-steroid")
    }),
    ("morphine-equivalents", |p| {
        let old = p.word("table") == "table-2017";
        let day = |opioid: &str| p.or(&format!("{opioid}-dose"), 0.0) * p.or(&format!("{opioid}-times"), 0.0);
        let methadone = match day("methadone") {
            _ if !old => 4.7,
            mg if mg <= 20.0 => 4.0,
            mg if mg <= 40.0 => 8.0,
            mg if mg <= 60.0 => 10.0,
            _ => 12.0,
        };
        let factors = [
            ("codeine", 0.15),
            ("fentanyl-buccal", 0.13),
            ("fentanyl-patch", 2.4),
            ("hydrocodone", 1.0),
            ("hydromorphone", if old { 4.0 } else { 5.0 }),
            ("methadone", methadone),
            ("morphine", 1.0),
            ("oxycodone", 1.5),
            ("oxymorphone", 3.0),
            ("tapentadol", 0.4),
            ("tramadol", if old { 0.1 } else { 0.2 }),
        ];
        factors.iter().map(|(opioid, factor)| factor * day(opioid)).sum()
    }),
    ("corrected-phenytoin", |p| {
        let factor = if p.has("kidney-failure") { 0.1 } else { 0.2 };
        p.n("phenytoin") / (factor * p.n("albumin") + 0.1)
    }),
    // mind and habits
    ("phq-2", |p| p.sum(&["interest", "mood"])),
    ("phq-9", |p| {
        p.sum(&["interest", "mood", "sleep", "energy", "appetite", "guilt", "attention", "movement", "self_harm"])
    }),
    ("gad-7", |p| p.sum(&["nervous", "control_worry", "much_worry", "relax", "restless", "irritable", "afraid"])),
    ("audit-c", |p| p.coded(&["frequency", "amount", "heavy"])),
    // A unit is 10 mL of alcohol.
    ("alcohol-units", |p| p.n("drinks_per_week") * (p.n("volume") * p.n("strength") / 100.0) / 10.0),
    ("pack-years", |p| p.n("years_smoked") * p.n("cigarettes_per_day") / 20.0),
    // pregnancy and newborns
    ("due-date-naegele", |p| naegele(p.word("lmp")) + p.or("cycle_length", 28.0) - 28.0),
    ("due-date", |p| p.n("lmp") + 280.0 + p.or("cycle_length", 28.0) - 28.0),
    ("conception-date", |p| p.n("lmp") + p.or("cycle_length", 28.0) - 14.0),
    ("gestational-age", |p| p.n("today") - p.n("lmp")),
    ("bishop-score", |p| {
        // The printed tables leave gaps between 30 and 40 % and so on.
        let within = |value: f64, bands: [(f64, f64, f64); 4]| {
            let band = bands.iter().find(|(low, high, _)| (*low..=*high).contains(&value));
            band.map_or(f64::NAN, |(_, _, points)| *points)
        };
        let cm = [(0.0, 0.0, 0.0), (1.0, 2.0, 1.0), (3.0, 4.0, 2.0), (5.0, 10.0, 3.0)];
        let percent = [(0.0, 30.0, 0.0), (40.0, 50.0, 1.0), (60.0, 70.0, 2.0), (80.0, 100.0, 3.0)];
        within(p.n("dilation"), cm)
            + within(p.n("effacement"), percent)
            + reached(p.n("station"), 0.0, &[(-2.0, 1.0), (-1.0, 2.0), (1.0, 3.0)])
            + p.place("consistency", &["firm", "medium_firm", "soft"])
            + p.place("position", &["posterior", "middle", "anterior"])
    }),
    ("apgar", |p| p.coded(&["color", "pulse", "reflex", "tone", "breathing"])),
    ("silverman-andersen", |p| p.coded(&["chest", "intercostal", "xiphoid", "flaring", "grunting"])),
    ("edinburgh-postnatal-depression", |p| (1..=10).map(|item| p.n(&format!("item_{item}"))).sum()),
    ("muac-pregnant", |p| p.n("arm")),
    // surgery and injuries
    ("alvarado", |p| {
        p.count(&["migration", "anorexia", "nausea", "rebound"])
            + p.yes(&[("tenderness", 2.0)])
            + one(p.n("temperature") >= 37.3)
            + points(p.n("wbc") > 10_000.0, 2.0)
            + one(p.or("neutrophils", 0.0) > 75.0)
    }),
    ("ottawa-ankle", |p| p.count(&["lateral", "medial", "cannot_walk"])),
    ("ottawa-foot", |p| p.count(&["fifth_metatarsal", "navicular", "cannot_walk"])),
    ("ottawa-knee", |p| one(p.age() >= 55.0) + p.count(&["patella", "fibula", "no_bend", "cannot_walk"])),
    ("nexus", |p| p.count(&["midline", "not_alert", "deficit", "intoxicated", "distracting"])),
    ("ranson-admission", |p| {
        // Ranson 1974; with gallstones Ranson 1982.
        let [age, wbc, glucose, ldh] =
            if p.has("gallstones") { [70.0, 18_000.0, 220.0, 400.0] } else { [55.0, 16_000.0, 200.0, 350.0] };
        one(p.age() > age)
            + one(p.n("wbc") > wbc)
            + one(p.n("glucose") > glucose)
            + one(p.n("ldh") > ldh)
            + one(p.n("ast") > 250.0)
    }),
    ("bisap", |p| {
        one(p.n("bun") > 25.0)
            + one(p.n("sirs_count") >= 2.0)
            + one(p.age() > 60.0)
            + p.count(&["altered_mind", "effusion"])
    }),
    ("lrinec", |p| {
        points(p.n("crp") >= 150.0, 4.0)
            + one(p.n("wbc") >= 15_000.0)
            + one(p.n("wbc") > 25_000.0)
            + one(p.n("hemoglobin") <= 13.5)
            + one(p.n("hemoglobin") < 11.0)
            + points(p.n("sodium") < 135.0, 2.0)
            + points(p.n("creatinine") > 141.0, 2.0)
            + one(p.n("glucose") > 10.0)
    }),
    // throat and sepsis
    ("centor-mcisaac", |p| {
        let fever = p.has("fever_history") || p.or("temperature", 37.0) > 38.0;
        one(fever)
            + p.count(&["cough_absent", "tender_nodes", "tonsil_exudate"])
            + reached(p.age(), 1.0, &[(15.0, 0.0), (45.0, -1.0)])
    }),
    ("feverpain", |p| p.count(&["fever_24h", "purulence", "early_visit", "severe_inflammation", "no_cough_coryza"])),
    ("sirs", |p| {
        let white = p.or("wbc", 8000.0);
        one(!(36.0..=38.0).contains(&p.n("temperature")))
            + one(p.n("heart_rate") > 90.0)
            + one(p.n("respiratory_rate") > 20.0 || p.or("paco2", 40.0) < 32.0)
            + one(!(4000.0..=12_000.0).contains(&white) || p.or("bands_percent", 0.0) > 10.0)
    }),
    ("qsofa", |p| one(p.n("respiratory_rate") >= 22.0) + one(p.n("systolic") <= 100.0) + one(p.has("altered_mind"))),
    ("news2", news2),
    // A part that cannot be tested counts 1, and the first band says that the sum is the least it can be: benchmarks count so;
    // glasgowcomascale.org would give no sum.
    ("glasgow-coma-scale", |p| {
        let part = |input, grades: &[&str]| {
            if p.word(input).ends_with("not_testable") { 0.0 } else { p.place(input, grades) }
        };
        let verbal = ["verbal_none", "verbal_sounds", "verbal_words", "verbal_confused", "verbal_oriented"];
        let motor =
            ["motor_none", "motor_extension", "motor_flexion", "motor_withdraws", "motor_localizes", "motor_obeys"];
        3.0 + part("eye", &["eye_none", "eye_pain", "eye_voice", "eye_spontaneous"])
            + part("verbal", &verbal)
            + part("motor", &motor)
    }),
    ("apache-ii", apache_ii),
    ("sofa", sofa),
    // WHO writes no limit; the table by age, for children, ends at 4000 mL.
    ("who-plan-b", |p| (75.0 * p.n("weight")).min(4000.0)),
];

/// Knaus 1985, the table of its appendix; limits are where each row begins.
fn apache_ii(p: &Patient<'_>) -> f64 {
    let row = |input: &str, below: f64, limits: &[(f64, f64)]| reached(p.n(input), below, limits);
    let temperature = [(30.0, 3.0), (32.0, 2.0), (34.0, 1.0), (36.0, 0.0), (38.5, 1.0), (39.0, 3.0), (41.0, 4.0)];
    let pressure = [(50.0, 2.0), (70.0, 0.0), (110.0, 2.0), (130.0, 3.0), (160.0, 4.0)];
    let pulse = [(40.0, 3.0), (55.0, 2.0), (70.0, 0.0), (110.0, 2.0), (140.0, 3.0), (180.0, 4.0)];
    let breaths = [(6.0, 2.0), (10.0, 1.0), (12.0, 0.0), (25.0, 1.0), (35.0, 3.0), (50.0, 4.0)];
    let ph = [(7.15, 3.0), (7.25, 2.0), (7.33, 0.0), (7.5, 1.0), (7.6, 3.0), (7.7, 4.0)];
    let sodium = [(111.0, 3.0), (120.0, 2.0), (130.0, 0.0), (150.0, 1.0), (155.0, 2.0), (160.0, 3.0), (180.0, 4.0)];
    let potassium = [(2.5, 2.0), (3.0, 1.0), (3.5, 0.0), (5.5, 1.0), (6.0, 3.0), (7.0, 4.0)];
    let creatinine = row("creatinine", 2.0, &[(0.6, 0.0), (1.5, 2.0), (2.0, 3.0), (3.5, 4.0)]);
    let oxygen = if p.n("fio2") >= 50.0 {
        row("aa_gradient", 0.0, &[(200.0, 2.0), (350.0, 3.0), (500.0, 4.0)])
    } else {
        let pao2 = p.n("pao2");
        if pao2 > 70.0 { 0.0 } else { reached(pao2, 4.0, &[(55.0, 3.0), (61.0, 1.0)]) }
    };
    let chronic = if p.word("surgery") == "elective" { 2.0 } else { 5.0 };
    row("temperature", 4.0, &temperature)
        + p.mean_pressure().map_or(f64::NAN, |mean| reached(mean, 4.0, &pressure))
        + row("heart_rate", 4.0, &pulse)
        + row("respiratory_rate", 4.0, &breaths)
        + oxygen
        + row("ph", 4.0, &ph)
        + row("sodium", 4.0, &sodium)
        + row("potassium", 4.0, &potassium)
        + creatinine * if p.has("acute_renal_failure") { 2.0 } else { 1.0 }
        + row("hematocrit", 4.0, &[(20.0, 2.0), (30.0, 0.0), (46.0, 1.0), (50.0, 2.0), (60.0, 4.0)])
        + row("wbc", 4.0, &[(1000.0, 2.0), (3000.0, 0.0), (15_000.0, 1.0), (20_000.0, 2.0), (40_000.0, 4.0)])
        + 15.0
        - p.n("gcs")
        + reached(p.age(), 0.0, &[(45.0, 2.0), (55.0, 3.0), (65.0, 5.0), (75.0, 6.0)])
        + points(p.has("organ_failure"), chronic)
}

/// Vincent 1996.
fn sofa(p: &Patient<'_>) -> f64 {
    let ratio = p.n("pao2") / (p.n("fio2") / 100.0);
    let supported = p.has("ventilated") || p.has("cpap");
    let lungs = match ratio {
        r if r < 100.0 && supported => 4.0,
        r if r < 200.0 && supported => 3.0,
        r if r < 300.0 => 2.0,
        r => one(r < 400.0),
    };
    let dose = |medicine: &str| p.or(medicine, 0.0);
    let adrenaline = dose("epinephrine").max(dose("norepinephrine"));
    let pressure = match () {
        () if dose("dopamine") > 15.0 || adrenaline > 0.1 => 4.0,
        () if dose("dopamine") > 5.0 || adrenaline > 0.0 => 3.0,
        () if dose("dopamine") > 0.0 || dose("dobutamine") > 0.0 => 2.0,
        () => one(p.has("hypotension") || p.mean_pressure().is_some_and(|mean| mean < 70.0)),
    };
    let kidneys = reached(p.n("creatinine"), 0.0, &[(1.2, 1.0), (2.0, 2.0), (3.5, 3.0), (5.0, 4.0)]);
    let urine = p.known("urine").map_or(0.0, |day| reached(day, 4.0, &[(200.0, 3.0), (500.0, 0.0)]));
    lungs
        + reached(p.n("platelets"), 4.0, &[(20e3, 3.0), (50e3, 2.0), (100e3, 1.0), (150e3, 0.0)])
        + reached(p.n("bilirubin"), 0.0, &[(1.2, 1.0), (2.0, 2.0), (6.0, 3.0), (12.0, 4.0)])
        + pressure
        + reached(p.n("gcs"), 4.0, &[(6.0, 3.0), (10.0, 2.0), (13.0, 1.0), (15.0, 0.0)])
        + kidneys.max(urine)
}

/// Confusion, respiration, blood pressure, age (Lim 2003).
fn crb_65(p: &Patient<'_>) -> f64 {
    one(p.has("confusion"))
        + one(p.n("respiratory-rate") >= 30.0)
        + one(p.n("systolic") < 90.0 || p.n("diastolic") <= 60.0)
        + one(p.age() >= 65.0)
}

/// Royal College of Physicians 2017, chart 1.
fn news2(p: &Patient<'_>) -> f64 {
    let (spo2, oxygen) = (p.n("spo2"), p.has("on_oxygen"));
    let saturation = if p.has("target_88_92") {
        let too_much = reached(spo2, 0.0, &[(93.0, 1.0), (95.0, 2.0), (97.0, 3.0)]);
        reached(spo2, 3.0, &[(84.0, 2.0), (86.0, 1.0), (88.0, 0.0)]) + points(oxygen, too_much)
    } else {
        reached(spo2, 3.0, &[(92.0, 2.0), (94.0, 1.0), (96.0, 0.0)])
    };
    reached(p.n("respiratory_rate"), 3.0, &[(9.0, 1.0), (12.0, 0.0), (21.0, 2.0), (25.0, 3.0)])
        + saturation
        + points(oxygen, 2.0)
        + reached(p.n("systolic"), 3.0, &[(91.0, 2.0), (101.0, 1.0), (111.0, 0.0), (220.0, 3.0)])
        + reached(p.n("heart_rate"), 3.0, &[(41.0, 1.0), (51.0, 0.0), (91.0, 1.0), (111.0, 2.0), (131.0, 3.0)])
        + points(!p.has("fully_alert"), 3.0)
        + reached(p.n("temperature"), 3.0, &[(35.1, 1.0), (36.1, 0.0), (38.1, 1.0), (39.1, 2.0)])
}

/// Compares; the first patient that differs, and how many did.
fn differs(calculator: &Calculator, again: Again) -> Option<String> {
    let edges = edges(calculator);
    // A score has points, or a unit in braces; it is compared exactly.
    let exact = !calculator.items.is_empty() || calculator.unit == "{score}";
    let mut chance = Chance(calculator.id.as_str().len() as u64);
    let (mut compared, mut tried, mut differing, mut first) = (0, 0, 0, None);
    while compared < PATIENTS && tried < 300 * PATIENTS {
        tried += 1;
        let told = chance.patient(calculator, &edges);
        let worked = match calculate(calculator, &told) {
            Ok(worked) => worked.value,
            // Infinity stands for no result here.
            Err(Refusal::Undefined | Refusal::Missing(_)) => f64::INFINITY,
            Err(_) => continue,
        };
        let due = again(&Patient(&told));
        if due.is_nan() {
            continue;
        }
        compared += 1;
        let near = if exact { 0.0 } else { 1e-6 * due.abs().max(1e-3) };
        if worked != due && (worked - due).abs().partial_cmp(&near).is_none_or(|order| order.is_gt()) {
            differing += 1;
            first.get_or_insert_with(|| format!("{worked} for {due} of {told:?}"));
        }
    }
    let id = &calculator.id;
    match first {
        Some(first) => Some(format!("{id}: {differing} of {compared} differ, as {first}")),
        None if compared < PATIENTS => Some(format!("{id}: {compared} of {tried} random patients could be compared")),
        None => None,
    }
}

#[test]
fn calculators_are_what_they_are_when_written_again() {
    let base = load(&builtin_packs()).base;
    let one = |(id, again): &(&str, Again)| {
        let calculator = base.calculators.get(*id).unwrap_or_else(|| panic!("there is no `{id}`"));
        differs(calculator, *again)
    };
    let differing: Vec<String> = AGAIN.iter().filter_map(one).collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn every_calculator_is_written_again_somewhere() {
    let base = load(&builtin_packs()).base;
    let elsewhere = include_str!("calculators.rs");
    for id in base.calculators.keys() {
        let again = AGAIN.iter().any(|(other, _)| *other == id.as_str());
        assert!(again || elsewhere.contains(&format!("(\"{id}\", |p|")), "`{id}` is written nowhere again");
    }
}
