//! A small knowledge base in the words of a pack, and cases over it. The numbers are made up for the tests.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "test code, and each test binary uses its own part of it"
)]

use hakim_clinical::*;
use hakim_knowledge::{Lexicon, NameBook, PackFiles, check, load, tokens};
use hakim_reasoning::{Case, Taken, context};
use std::sync::OnceLock;

const MANIFEST: &str = r#"
id = "test"
version = "1"
format = 1
licence = "Apache-2.0"
title = "Test"
changes = "-"
"#;

/// id, kind, parent, group, background, English, Urdu, more keys
type Row = (&'static str, &'static str, &'static str, &'static str, f64, &'static str, &'static str, &'static str);

const FINDINGS: &[Row] = &[
    (
        "fever",
        "symptom",
        "",
        "fever",
        0.2,
        "fever",
        "بخار",
        "measured_by = [{ vital = \"temperature\", at_least = 38.0 }]",
    ),
    (
        "fever.high",
        "symptom",
        "fever",
        "fever",
        0.06,
        "high fever",
        "تیز بخار",
        "measured_by = [{ vital = \"temperature\", at_least = 39.5 }]",
    ),
    ("cough", "symptom", "", "", 0.2, "cough", "کھانسی", ""),
    ("cough.dry", "symptom", "cough", "", 0.1, "dry cough", "خشک کھانسی", ""),
    ("cough.long", "symptom", "cough", "", 0.02, "long cough", "پرانی کھانسی", "lasts_days = 14"),
    ("bowel.change", "symptom", "", "", 0.02, "change in bowel habit", "پاخانے میں تبدیلی", ""),
    ("pain.chest", "symptom", "", "", 0.05, "chest pain", "سینے میں درد", ""),
    ("headache", "symptom", "", "", 0.15, "headache", "سر درد", ""),
    (
        "breath.fast",
        "sign",
        "",
        "",
        0.05,
        "fast breathing",
        "تیز سانس",
        "measured_by = [{ vital = \"breathing\", at_least = 50.0, to_years = 1.0 }, { vital = \"breathing\", at_least = 40.0, from_years = 1.0, to_years = 5.0 }, { vital = \"breathing\", at_least = 25.0, from_years = 12.0 }]",
    ),
    ("koplik", "sign", "", "", 0.001, "koplik spots", "کوپلک", ""),
    ("diabetes.history", "history", "", "", 0.08, "known diabetes", "شوگر کا مریض", ""),
];

const CONDITIONS: &str = r#"
id = "lung"
icd10 = ["J18"]
icd11 = ["CA40"]
harm = "high"
names.en = { term = "Lung infection" }
names.ur = { term = "نمونیا" }
names.ar = { term = "x" }
names.hi = { term = "x" }
summary = { en = "A.", ur = "الف" }
[prior]
per_1000 = 20
range = [10, 40]
source = "hakim-estimate"
seen = false
[[finding]]
id = "cough"
p = 0.9
range = [0.8, 0.95]
source = "hakim-estimate"
seen = false
[[finding]]
id = "fever"
p = 0.8
range = [0.7, 0.9]
needed = true
source = "hakim-estimate"
seen = false
[[finding]]
id = "breath.fast"
p = 0.6
range = [0.4, 0.8]
source = "hakim-estimate"
seen = false
[[danger]]
id = "lung.fast"
when = "breath.fast and cough"
level = "urgent"
say = { en = "Fast breathing with cough", ur = "الف" }
act = { en = "Treat today.", ur = "الف" }
source = "hakim-estimate"
seen = false
[[danger]]
id = "lung.watch"
when = "cough and fever"
level = "routine"
say = { en = "Cough with fever", ur = "الف" }
act = { en = "Come back in two days.", ur = "الف" }
source = "hakim-estimate"
seen = false
[[treatment]]
step = 1
medicine = "penin"
text = { en = "Penin", ur = "الف" }
source = "hakim-estimate"
seen = false
"#;

const RASH: &str = r#"
id = "rash-fever"
icd10 = ["B05"]
icd11 = ["1F03"]
harm = "moderate"
to_years = 15
names.en = { term = "Rash fever" }
names.ur = { term = "خسرہ" }
names.ar = { term = "x" }
names.hi = { term = "x" }
summary = { en = "A.", ur = "الف" }
[prior]
per_1000 = 2
range = [1, 4]
source = "hakim-estimate"
seen = false
[[prior.factor]]
when = "season.rainy"
times = 3.0
source = "hakim-estimate"
seen = false
[[finding]]
id = "koplik"
p = 0.5
range = [0.3, 0.7]
pathognomonic = true
source = "hakim-estimate"
seen = false
[[finding]]
id = "fever"
p = 0.98
range = [0.95, 1.0]
source = "hakim-estimate"
seen = false
"#;

const PENIN: &str = r#"
id = "penin"
atc = ["J01CA04"]
names.en = { term = "Penin", lay = ["Peninol"] }
names.ur = { term = "پینن" }
names.ar = { term = "x" }
names.hi = { term = "x" }
classes = ["penicillin"]
forms = [{ form = "tablet", mg = 250, step = 0.5 }, { form = "syrup", mg = 125, ml = 5 }]
[[dose]]
for = ["lung"]
when = "age.months >= 2 and age.years < 12"
label = { en = "child", ur = "الف" }
mg_per_kg = [40, 40]
times_per_day = 2
days = 5
route = "oral"
max_single_mg = 1000
max_day_mg = 2000
source = "hakim-estimate"
seen = false
[[dose]]
for = []
when = "age.years >= 12 and not pregnant"
label = { en = "adult", ur = "الف" }
mg = [250, 500]
times_per_day = 3
route = "oral"
max_single_mg = 500
max_day_mg = 1200
source = "hakim-estimate"
seen = false
[[caution]]
when = "pregnancy.weeks >= 28"
level = "stop"
text = { en = "Not in late pregnancy", ur = "الف" }
source = "hakim-estimate"
seen = false
[[caution]]
when = "diabetes.history"
level = "caution"
text = { en = "Watch the sugar", ur = "الف" }
source = "hakim-estimate"
seen = false
[[interaction]]
with = "thinner"
level = "stop"
because = { en = "Bleeding", ur = "الف" }
act = { en = "Do not combine.", ur = "الف" }
source = "hakim-estimate"
seen = false
"#;

const THINNER: &str = r#"
id = "thinner"
atc = ["B01AA03"]
names.en = { term = "Thinner" }
names.ur = { term = "تھنر" }
names.ar = { term = "x" }
names.hi = { term = "x" }
classes = ["anticoagulant"]
forms = [{ form = "tablet", mg = 5 }]
"#;

const ROOT: &str = r#"
id = "unani.root"
arabic = "جڑ"
translit = "Jarr"
names.en = { term = "Root" }
names.ur = { term = "جڑ" }
uses = { en = "A.", ur = "الف" }
source = "hakim-estimate"
seen = false
[[caution]]
when = "diabetes.history"
level = "stop"
text = { en = "Raises sugar", ur = "الف" }
source = "hakim-estimate"
seen = false
[[interaction]]
with = "thinner"
level = "stop"
because = { en = "Bleeding", ur = "الف" }
act = { en = "Do not combine.", ur = "الف" }
source = "hakim-estimate"
seen = false
[[interaction]]
with_remedy = "unani.leaf"
level = "caution"
because = { en = "Purges twice", ur = "الف" }
act = { en = "One of them.", ur = "الف" }
source = "hakim-estimate"
seen = false
"#;

const LEAF: &str = r#"
id = "unani.leaf"
arabic = "پتا"
translit = "Patta"
names.en = { term = "Leaf" }
names.ur = { term = "پتا" }
uses = { en = "A.", ur = "الف" }
source = "hakim-estimate"
seen = false
"#;

const SEED: &str = r#"
id = "unani.seed"
arabic = "بیج"
translit = "Beej"
names.en = { term = "Seed" }
names.ur = { term = "بیج" }
uses = { en = "A.", ur = "الف" }
source = "hakim-estimate"
seen = false
"#;

const SYRUP: &str = r#"
id = "unani.syrup"
arabic = "شربت"
translit = "Sharbat"
names.en = { term = "Syrup" }
names.ur = { term = "شربت" }
ingredients = ["unani.root", "unani.leaf"]
uses = { en = "A.", ur = "الف" }
source = "hakim-estimate"
seen = false
"#;

const CLASSES: &str = r#"
[class.penicillin]
names.en = { term = "penicillins", lay = ["penicillin"] }
names.ur = { term = "پینسلین" }
shared_allergy = true
source = "hakim-estimate"
seen = false
"#;

fn findings() -> String {
    FINDINGS.iter().fold(String::new(), |mut all, (id, kind, parent, group, background, en, ur, more)| {
        let key = |name: &str, value: &str| if value.is_empty() { String::new() } else { format!("{name} = \"{value}\"\n") };
        all.push_str(&format!(
            "[finding.\"{id}\"]\nkind = \"{kind}\"\n{}{}{more}\nbackground = {{ p = {background}, range = [{}, {}], source = \"hakim-estimate\", seen = false }}\nnames.en = {{ term = \"{en}\", ask = \"{en}?\" }}\nnames.ur = {{ term = \"{ur}\", ask = \"{ur}؟\" }}\nnames.ar = {{ term = \"{id} ar\" }}\nnames.hi = {{ term = \"{id} hi\" }}\n",
            key("parent", parent),
            key("group", group),
            background / 2.0,
            (background * 2.0).min(0.9),
        ));
        all
    })
}

/// The base of all tests of this room.
pub fn base() -> &'static KnowledgeBase {
    static BASE: OnceLock<KnowledgeBase> = OnceLock::new();
    BASE.get_or_init(|| {
        let file = |name: &str, text: &str| (format!("test/{name}"), text.to_owned());
        let pack = PackFiles {
            name: "test".into(),
            files: vec![
                file("classes.toml", CLASSES),
                file("conditions/lung.toml", CONDITIONS),
                file("conditions/rash-fever.toml", RASH),
                file("drugs/leaf.toml", LEAF),
                file("drugs/root.toml", ROOT),
                file("drugs/seed.toml", SEED),
                file("findings/all.toml", &findings()),
                file("formulations/syrup.toml", SYRUP),
                file("medicines/penin.toml", PENIN),
                file("medicines/thinner.toml", THINNER),
                file("pack.toml", MANIFEST),
            ],
        };
        let loaded = load(&[pack]);
        let problems: Vec<String> =
            loaded.problems.iter().chain(&check(&loaded.base)).map(ToString::to_string).collect();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
        loaded.base
    })
}

/// What the text says, by finding.
pub fn read(text: &str) -> Vec<Observed> {
    let words = tokens(text);
    let mentions = Lexicon::new(base()).find(&words);
    context::read(text, &words, &mentions, base())
}

pub fn adult() -> PatientFacts {
    person(Some(Age::from_years(40)), Some(Sex::Male))
}

pub fn person(age: Option<Age>, sex: Option<Sex>) -> PatientFacts {
    PatientFacts {
        age,
        sex,
        pregnancy: Pregnancy::Unknown,
        lactating: false,
        allergies: vec![],
        medicines: vec![],
        place: Place::default(),
    }
}

pub fn present(ids: &[&str]) -> Vec<Observed> {
    ids.iter().map(|id| Observed::present(*id, Origin::Picked)).collect()
}

pub fn taken(names: &[&str]) -> Vec<Taken> {
    let book = NameBook::new(base());
    names
        .iter()
        .map(|n| Taken { typed: (*n).to_owned(), entities: book.find(n).entities, read: book.find(n).read })
        .collect()
}

/// A case of findings alone.
pub fn case<'p>(patient: &'p PatientFacts, observed: &[Observed]) -> Case<'p> {
    measured(patient, observed, &[])
}

pub fn measured<'p>(patient: &'p PatientFacts, observed: &[Observed], values: &[(Vital, f64)]) -> Case<'p> {
    let values: Vec<Measurement> =
        values.iter().map(|(vital, value)| Measurement { vital: *vital, value: *value }).collect();
    Case::new(base(), patient, observed, &values, vec![]).unwrap()
}
