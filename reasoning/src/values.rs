//! Vital signs and simple laboratory values out of free text: "BP 90/60, temp 102 F, SpO2 91%, Hb 7.5".

use hakim_clinical::{CREATININE_PER_MG_DL, Measurement, Token, Vital};

/// Labels, folded, with the vital they announce. Longer labels first where one begins another.
const LABELS: &[(&[&str], Vital)] = &[
    (&["heart", "rate"], Vital::Pulse),
    (&["pulse", "rate"], Vital::Pulse),
    (&["pulse"], Vital::Pulse),
    (&["hr"], Vital::Pulse),
    (&["نبض"], Vital::Pulse),
    (&["नाड़ी"], Vital::Pulse),
    (&["respiratory", "rate"], Vital::Breathing),
    (&["breathing", "rate"], Vital::Breathing),
    (&["rr"], Vital::Breathing),
    (&["blood", "pressure"], Vital::Systolic),
    (&["bp"], Vital::Systolic),
    (&["بلڈ", "پریشر"], Vital::Systolic),
    (&["temperature"], Vital::Temperature),
    (&["temp"], Vital::Temperature),
    (&["درجہ", "حرارت"], Vital::Temperature),
    (&["oxygen", "saturation"], Vital::Spo2),
    (&["o2", "sat"], Vital::Spo2),
    (&["o2", "saturation"], Vital::Spo2),
    (&["saturation"], Vital::Spo2),
    (&["sats"], Vital::Spo2),
    (&["spo2"], Vital::Spo2),
    (&["sao2"], Vital::Spo2),
    (&["weight"], Vital::Weight),
    (&["wt"], Vital::Weight),
    (&["وزن"], Vital::Weight),
    (&["वजन"], Vital::Weight),
    (&["height"], Vital::Height),
    (&["blood", "sugar"], Vital::Glucose),
    (&["glucose"], Vital::Glucose),
    (&["rbs"], Vital::Glucose),
    (&["bsr"], Vital::Glucose),
    (&["muac"], Vital::Muac),
    (&["بی", "پی"], Vital::Systolic),
    (&["بیپی"], Vital::Systolic),
    (&["ضغط"], Vital::Systolic),
    (&["बीपी"], Vital::Systolic),
    (&["बी", "पी"], Vital::Systolic),
    (&["रक्तचाप"], Vital::Systolic),
    (&["tension"], Vital::Systolic),
    (&["بخار"], Vital::Temperature),
    (&["حرارہ"], Vital::Temperature),
    (&["बुखार"], Vital::Temperature),
    (&["तापमान"], Vital::Temperature),
    (&["नब्ज"], Vital::Pulse),
    (&["دھڑکن"], Vital::Pulse),
    (&["سانس"], Vital::Breathing),
    (&["تنفس"], Vital::Breathing),
    (&["सांस"], Vital::Breathing),
    (&["اکسیجن"], Vital::Spo2),
    (&["اکسجین"], Vital::Spo2),
    (&["ऑक्सीजन"], Vital::Spo2),
    (&["شوگر"], Vital::Glucose),
    (&["گلوکوز"], Vital::Glucose),
    (&["سکر"], Vital::Glucose),
    (&["جلوکوز"], Vital::Glucose),
    (&["शुगर"], Vital::Glucose),
    (&["ग्लूकोज"], Vital::Glucose),
    (&["haemoglobin"], Vital::Haemoglobin),
    (&["hemoglobin"], Vital::Haemoglobin),
    (&["hb"], Vital::Haemoglobin),
    (&["creatinine"], Vital::Creatinine),
    (&["creat"], Vital::Creatinine),
    (&["cr"], Vital::Creatinine),
    (&["کریٹینین"], Vital::Creatinine),
    (&["کریٹینن"], Vital::Creatinine),
    (&["क्रिएटिनिन"], Vital::Creatinine),
    (&["کریاتینین"], Vital::Creatinine),
];

/// Words that may stand between label and number.
const BETWEEN: &[&str] =
    &["is", "was", "of", "at", "around", "about", "measured", "reading", "level", "random", "ہے", "है", "body"];

/// mg/dL of glucose in one mmol/L (molar mass 180.16 g/mol).
const GLUCOSE_MG_DL: f64 = 18.016;

/// The number a word holds; a comma is a decimal point.
pub(crate) fn number_at(words: &[Token], at: usize) -> Option<f64> {
    let word = &words.get(at)?.word;
    let digits = word.trim_end_matches(|c: char| c.is_alphabetic() || c == '%');
    if digits.is_empty() || !digits.starts_with(|c: char| c.is_ascii_digit()) || word.len() - digits.len() > 4 {
        return None;
    }
    digits.replace(',', ".").parse().ok().filter(|n: &f64| n.is_finite())
}

/// Values named in a text, each vital once (the first), only possible ones.
pub fn read_values(text: &str, words: &[Token]) -> Vec<Measurement> {
    let mut found: Vec<Measurement> = vec![];
    let mut keep = |vital: Vital, value: f64| {
        if vital.possible().contains(&value) && !found.iter().any(|m| m.vital == vital) {
            found.push(Measurement { vital, value });
        }
    };
    let mut at = 0;
    while at < words.len() {
        let label = LABELS.iter().find(|(label, _)| matches_at(words, at, label));
        let Some((label, vital)) = label else {
            if let Some(value) = bare_weight(words, at) {
                keep(Vital::Weight, value);
            }
            at += 1;
            continue;
        };
        let label_at = at;
        at += label.len();
        while words.get(at).is_some_and(|w| BETWEEN.contains(&w.word.as_str())) {
            at += 1;
        }
        let Some(value) = number_at(words, at) else { continue };
        let unit = unit_after(text, words, at);
        match vital {
            Vital::Systolic => {
                keep(Vital::Systolic, value);
                if let Some(low) = number_at(words, at + 1).filter(|_| slash_between(text, words, at)) {
                    keep(Vital::Diastolic, low);
                }
            }
            Vital::Temperature => keep(Vital::Temperature, celsius(value)),
            Vital::Glucose if unit.contains("mg") || value > 40.0 => {
                keep(Vital::Glucose, round1(value / GLUCOSE_MG_DL));
            }
            Vital::Muac if unit.starts_with("cm") || value < 50.0 => keep(Vital::Muac, value * 10.0),
            Vital::Height if value < 3.0 => keep(Vital::Height, value * 100.0),
            Vital::Weight if unit.starts_with("lb") => keep(Vital::Weight, round1(value * 0.453_592)),
            Vital::Weight if is_change(words, at) => {}
            Vital::Creatinine if !is_serum_creatinine(text, words, label_at, &unit) => {}
            Vital::Creatinine if per_decilitre(&unit) => keep(Vital::Creatinine, round1(value * CREATININE_PER_MG_DL)),
            Vital::Creatinine if unit.contains("mol") => keep(Vital::Creatinine, value),
            Vital::Creatinine => keep(Vital::Creatinine, Vital::Creatinine.from_bare(value)),
            _ => keep(*vital, value),
        }
        at += 1;
    }
    found
}

/// "mg/dL", "mg%" and "mg dl" are weights in a volume.
fn per_decilitre(unit: &str) -> bool {
    unit.strip_prefix("mg").is_some_and(|rest| rest.contains("dl") || rest.trim_start().starts_with('%'))
}

/// Creatinine in blood, and not "urine creatinine", "albumin/creatinine" or the "CR" of a tablet that lasts: a bare "cr" counts
/// with a unit of creatinine, or where no other word stands right before it.
fn is_serum_creatinine(text: &str, words: &[Token], at: usize, unit: &str) -> bool {
    const NOT_BLOOD: &[&str] = &["urine", "urinary", "albumin", "protein"];
    let before = at.checked_sub(1).and_then(|i| words.get(i));
    if before.is_some_and(|w| NOT_BLOOD.contains(&w.word.as_str())) {
        return false;
    }
    let Some(label) = words.get(at).filter(|w| w.word == "cr") else { return true };
    if per_decilitre(unit) || unit.contains("mol") {
        return true;
    }
    let apart = |w: &Token| {
        let gap = text.get(w.span.1..label.span.0).unwrap_or_default();
        gap.contains(|c: char| !c.is_whitespace() || c == '\n') || !w.word.chars().all(char::is_alphabetic)
    };
    !unit.starts_with("mg") && before.is_none_or(|w| w.word == "serum" || apart(w))
}

fn matches_at(words: &[Token], at: usize, label: &[&str]) -> bool {
    // the Arabic article: "النبض" is "نبض"
    let is = |word: &str, label: &str| word == label || word.strip_prefix("ال").is_some_and(|bare| bare == label);
    label.iter().enumerate().all(|(i, l)| words.get(at + i).is_some_and(|w| is(&w.word, l)))
}

/// "58 kg" without a label.
fn bare_weight(words: &[Token], at: usize) -> Option<f64> {
    let word = &words.get(at)?.word;
    let value = number_at(words, at)?;
    let kg = word.ends_with("kg")
        || words.get(at + 1).is_some_and(|w| ["kg", "kgs", "کلو", "کیلو", "کجم", "किलो"].contains(&w.word.as_str()));
    // "5 mg/kg" is a dose
    let dose = at > 0 && words.get(at - 1).is_some_and(|w| w.word == "mg");
    (kg && !dose && !is_change(words, at)).then_some(value)
}

/// "Lost 4 kg" and "8 kg less" are no weight.
fn is_change(words: &[Token], at: usize) -> bool {
    const BEFORE: &[&str] = &[
        "lost", "lose", "losing", "loss", "gained", "gain", "gaining", "lighter", "heavier", "dropped", "down", "up",
        "another", "نقص", "زاد", "خسر", "خسرت", "نزل", "نقصت", "perdu", "pris",
    ];
    const AFTER: &[&str] = &[
        "less",
        "more",
        "lighter",
        "heavier",
        "loss",
        "lost",
        "کم",
        "گھٹ",
        "گھٹا",
        "بڑھ",
        "بڑھا",
        "कम",
        "घटा",
        "घट",
        "बढ",
        "बढा",
    ];
    let near = |range: std::ops::Range<usize>, list: &[&str]| {
        words.get(range).is_some_and(|near| near.iter().any(|w| list.contains(&w.word.as_str())))
    };
    near(at.saturating_sub(4)..at, BEFORE) || near(at + 1..(at + 5).min(words.len()), AFTER)
}

fn unit_after(text: &str, words: &[Token], at: usize) -> String {
    let end = words.get(at).map_or(text.len(), |w| w.span.1);
    let glued: String =
        words.get(at).map(|w| w.word.trim_start_matches(|c: char| !c.is_alphabetic()).to_owned()).unwrap_or_default();
    let rest: String = text.get(end..).unwrap_or("").chars().take(8).collect();
    format!("{glued}{}", rest.trim_start().to_lowercase())
}

fn slash_between(text: &str, words: &[Token], at: usize) -> bool {
    match (words.get(at), words.get(at + 1)) {
        (Some(a), Some(b)) => text.get(a.span.1..b.span.0).is_some_and(|gap| gap.contains('/') || gap.contains("over")),
        _ => false,
    }
}

/// A clinical temperature above 60 can only be Fahrenheit.
fn celsius(value: f64) -> f64 {
    if value > 60.0 { round1((value - 32.0) / 1.8) } else { value }
}

fn round1(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
