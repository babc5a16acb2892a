//! Numbers of a text with their units: `128/74 mmHg`, `5.6 × 10^4/µL`, `4.90mg/dL (0.6-1.2)`, `5'6"`.

/// A number where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    /// byte offsets of the number, without its unit
    pub(super) span: (usize, usize),
    /// one past the unit, or past the number
    pub(super) end: usize,
    pub(super) value: f64,
    /// UCUM
    pub(super) unit: Option<&'static str>,
    /// the second of two, as in `128/74`
    pub(super) second: Option<f64>,
    /// a limit of the healthy, not the patient's
    pub(super) reference: bool,
    /// a change, as `-26` or `by 26`
    pub(super) change: bool,
    /// written in letters
    pub(super) in_words: bool,
}

impl Number {
    /// Days, weeks and months in days.
    pub(super) fn days(&self) -> Option<f64> {
        match self.unit {
            Some("d") => Some(self.value),
            Some("wk") => Some(self.value * 7.0),
            Some("mo") => Some(self.value * 30.4),
            _ => None,
        }
    }
}

/// Spellings, lower case, longest first where one begins another; what is no unit of any input (`days`) is here so that `5 days`
/// is no potassium.
const UNITS: &[(&str, &str)] = &[
    ("mcg/kg/min", "ug/kg/min"),
    ("ug/kg/min", "ug/kg/min"),
    ("µg/kg/min", "ug/kg/min"),
    ("μg/kg/min", "ug/kg/min"),
    ("micrograms/kg/min", "ug/kg/min"),
    ("micrograms per kilogram per minute", "ug/kg/min"),
    ("ml/min/1.73m2", "mL/min"),
    ("ml/min/1.73 m2", "mL/min"),
    ("ml/min", "mL/min"),
    ("ml/24 hours", "mL/d"),
    ("ml/24 h", "mL/d"),
    ("ml/24h", "mL/d"),
    ("ml/day", "mL/d"),
    ("ml per day", "mL/d"),
    ("ml/d", "mL/d"),
    ("ml daily", "mL/d"),
    ("l/day", "L/d"),
    ("kg/m2", "kg/m2"),
    ("kg/m^2", "kg/m2"),
    ("kg/m²", "kg/m2"),
    ("kg / m2", "kg/m2"),
    ("kg per m2", "kg/m2"),
    ("kg.m-2", "kg/m2"),
    ("mg/kg", "mg/kg"),
    ("mg/dl", "mg/dL"),
    ("mg·dl−1", "mg/dL"),
    ("mg·dl-1", "mg/dL"),
    ("mg dl-1", "mg/dL"),
    ("g·dl−1", "g/dL"),
    ("g·dl-1", "g/dL"),
    ("g·l−1", "g/L"),
    ("g/l", "g/L"),
    ("gm/l", "g/L"),
    ("mmol·l−1", "mmol/L"),
    ("mmol·l-1", "mmol/L"),
    ("mm−3", "/uL"),
    ("mm-3", "/uL"),
    ("mmhg.", "mm[Hg]"),
    ("mill international units/liter", "mIU/L"),
    ("milli-international units per liter", "mIU/L"),
    ("millimoles per liter", "mmol/L"),
    ("mmol per l", "mmol/L"),
    ("mmoles/l", "mmol/L"),
    ("x 10^9/l", "10*9/L"),
    ("thousand/ul", "K/uL"),
    ("thousand/µl", "K/uL"),
    ("thousand/mm3", "K/uL"),
    ("thou/ul", "K/uL"),
    ("mg per dl", "mg/dL"),
    ("mg/100 ml", "mg/dL"),
    ("mg/100ml", "mg/dL"),
    ("mg%", "mg/dL"),
    ("mg %", "mg/dL"),
    ("milligrams per deciliter", "mg/dL"),
    ("milligrams per decilitre", "mg/dL"),
    ("grams per deciliter", "g/dL"),
    ("grams per decilitre", "g/dL"),
    ("grams per litre", "g/L"),
    ("grams per liter", "g/L"),
    ("millimoles per litre", "mmol/L"),
    ("milliequivalents per liter", "meq/L"),
    ("micromoles per litre", "umol/L"),
    ("micromoles per liter", "umol/L"),
    ("millimetres of mercury", "mm[Hg]"),
    ("millimeters of mercury", "mm[Hg]"),
    ("millimetres mercury", "mm[Hg]"),
    ("each minute", "/min"),
    ("a minute", "/min"),
    ("per minutes", "/min"),
    ("mg/l", "mg/L"),
    ("mg/ml", "mg/mL"),
    ("mg/day", "mg/d"),
    ("mg/d", "mg/d"),
    ("gm/dl", "g/dL"),
    ("gms/dl", "g/dL"),
    ("g/dl", "g/dL"),
    ("g per dl", "g/dL"),
    ("gr/dl", "g/dL"),
    ("g%", "g/dL"),
    ("g %", "g/dL"),
    ("gm%", "g/dL"),
    ("gm %", "g/dL"),
    ("g/100 ml", "g/dL"),
    ("mmol/l", "mmol/L"),
    ("mmol/liter", "mmol/L"),
    ("mm/l", "mmol/L"),
    ("mmols/l", "mmol/L"),
    ("mmol per liter", "mmol/L"),
    ("meq/l", "meq/L"),
    ("meq/liter", "meq/L"),
    ("meq per liter", "meq/L"),
    ("mequiv/l", "meq/L"),
    ("umol/l", "umol/L"),
    ("µmol/l", "umol/L"),
    ("μmol/l", "umol/L"),
    ("micromol/l", "umol/L"),
    ("micromoles/l", "umol/L"),
    ("mcmol/l", "umol/L"),
    ("mol/l", "umol/L"),
    ("uiu/ml", "uIU/mL"),
    ("µiu/ml", "uIU/mL"),
    ("μiu/ml", "uIU/mL"),
    ("uu/ml", "uIU/mL"),
    ("µu/ml", "uIU/mL"),
    ("μu/ml", "uIU/mL"),
    ("mu/ml", "uIU/mL"),
    ("miu/l", "mIU/L"),
    ("mu/l", "mIU/L"),
    ("miu/ml", "IU/L"),
    ("pmol/l", "pmol/L"),
    ("nmol/l", "nmol/L"),
    ("ng/ml", "ng/mL"),
    ("ng/dl", "ng/dL"),
    ("ng/l", "ng/L"),
    ("pg/ml", "pg/mL"),
    ("ug/l", "ug/L"),
    ("µg/l", "ug/L"),
    ("μg/l", "ug/L"),
    ("mcg/l", "ug/L"),
    ("µg/dl", "ug/dL"),
    ("μg/dl", "ug/dL"),
    ("ug/dl", "ug/dL"),
    ("iu/ml", "IU/mL"),
    ("iu/l", "U/L"),
    ("u/l", "U/L"),
    ("units/l", "U/L"),
    ("u/ml", "U/mL"),
    ("micrograms/hour", "ug/h"),
    ("micrograms per hour", "ug/h"),
    ("mcg per hour", "ug/h"),
    ("mcg/hour", "ug/h"),
    ("mcg/h", "ug/h"),
    ("mcg/hr", "ug/h"),
    ("ug/h", "ug/h"),
    ("µg/h", "ug/h"),
    ("μg/h", "ug/h"),
    ("cells/mm3", "/uL"),
    ("cells/mm^3", "/uL"),
    ("cells/mm³", "/uL"),
    ("cells/microliter", "/uL"),
    ("cells per microliter", "/uL"),
    ("cells/ul", "/uL"),
    ("cells/µl", "/uL"),
    ("cells/μl", "/uL"),
    ("cells/cumm", "/uL"),
    ("cells/l", "/L"),
    ("cells/cubic millimeter", "/uL"),
    ("per cubic millimeter", "/uL"),
    ("per microliter", "/uL"),
    ("per microlitre", "/uL"),
    ("per µl", "/uL"),
    ("per μl", "/uL"),
    ("per ul", "/uL"),
    ("/microliter", "/uL"),
    ("/mm3", "/uL"),
    ("/mm^3", "/uL"),
    ("/mm³", "/uL"),
    ("/ mm3", "/uL"),
    ("per mm3", "/uL"),
    ("mm3", "/uL"),
    ("/cumm", "/uL"),
    ("/cmm", "/uL"),
    ("/cu mm", "/uL"),
    ("/ul", "/uL"),
    ("/µl", "/uL"),
    ("/μl", "/uL"),
    ("/ µl", "/uL"),
    ("/mcl", "/uL"),
    ("k/ul", "K/uL"),
    ("k/µl", "K/uL"),
    ("k/μl", "K/uL"),
    ("k/mm3", "K/uL"),
    ("k/mm", "K/uL"),
    ("lakhs", "10*5/uL"),
    ("lakh", "10*5/uL"),
    ("giga/l", "10*9/L"),
    ("cells × 10^9/l", "10*9/L"),
    ("/l", "/L"),
    ("per liter", "/L"),
    ("mm hg", "mm[Hg]"),
    ("mmhg", "mm[Hg]"),
    ("mm of hg", "mm[Hg]"),
    ("mm/hg", "mm[Hg]"),
    ("torr", "mm[Hg]"),
    ("kpa", "kPa"),
    ("beats per minute", "/min"),
    ("beats per min", "/min"),
    ("beats/minute", "/min"),
    ("beats/min", "/min"),
    ("beats a minute", "/min"),
    ("breaths per minute", "/min"),
    ("breaths per min", "/min"),
    ("breaths/minute", "/min"),
    ("breaths/min", "/min"),
    ("breath/min", "/min"),
    ("cycles/min", "/min"),
    ("cycles per minute", "/min"),
    ("respirations per minute", "/min"),
    ("times per minute", "/min"),
    ("times/min", "/min"),
    ("b/min", "/min"),
    ("bpm", "/min"),
    ("brpm", "/min"),
    ("per minute", "/min"),
    ("per min", "/min"),
    ("/minute", "/min"),
    ("/min", "/min"),
    ("/ min", "/min"),
    ("degrees celsius", "Cel"),
    ("degree celsius", "Cel"),
    ("degrees centigrade", "Cel"),
    ("degrees c", "Cel"),
    ("degree c", "Cel"),
    ("deg c", "Cel"),
    ("celsius", "Cel"),
    ("° celsius", "Cel"),
    ("°celsius", "Cel"),
    ("°c", "Cel"),
    ("° c", "Cel"),
    ("ºc", "Cel"),
    ("º c", "Cel"),
    ("˚c", "Cel"),
    ("˚ c", "Cel"),
    ("℃", "Cel"),
    ("oc", "Cel"),
    ("c", "Cel"),
    ("degrees fahrenheit", "[degF]"),
    ("degree fahrenheit", "[degF]"),
    ("degrees f", "[degF]"),
    ("deg f", "[degF]"),
    ("fahrenheit", "[degF]"),
    ("°f", "[degF]"),
    ("° f", "[degF]"),
    ("ºf", "[degF]"),
    ("º f", "[degF]"),
    ("˚f", "[degF]"),
    ("℉", "[degF]"),
    ("f", "[degF]"),
    ("percent", "%"),
    ("per cent", "%"),
    ("%", "%"),
    ("kilograms", "kg"),
    ("kilogram", "kg"),
    ("kgs", "kg"),
    ("kg", "kg"),
    ("pounds", "[lb_av]"),
    ("lbs", "[lb_av]"),
    ("lb", "[lb_av]"),
    ("grams", "g"),
    ("gm", "g"),
    ("g", "g"),
    ("milligrams", "mg"),
    ("milligram", "mg"),
    ("mgs", "mg"),
    ("mg", "mg"),
    ("micrograms", "ug"),
    ("mcg", "ug"),
    ("µg", "ug"),
    ("μg", "ug"),
    ("ug", "ug"),
    ("centimeters", "cm"),
    ("centimetres", "cm"),
    ("cm2", "cm2"),
    ("cms", "cm"),
    ("cm", "cm"),
    ("millimeters", "mm"),
    ("mm", "mm"),
    ("meters", "m"),
    ("metres", "m"),
    ("m2", "m2"),
    ("m²", "m2"),
    ("m", "m"),
    ("feet", "[ft_i]"),
    ("foot", "[ft_i]"),
    ("ft", "[ft_i]"),
    ("'", "[ft_i]"),
    ("′", "[ft_i]"),
    ("’", "[ft_i]"),
    ("inches", "[in_i]"),
    ("inch", "[in_i]"),
    ("in.", "[in_i]"),
    ("\"", "[in_i]"),
    ("″", "[in_i]"),
    ("”", "[in_i]"),
    ("milliseconds", "ms"),
    ("millisecond", "ms"),
    ("msec", "ms"),
    ("ms", "ms"),
    ("seconds", "s"),
    ("second", "s"),
    ("secs", "s"),
    ("sec", "s"),
    ("s", "s"),
    ("mosm/kg", "mosm/kg"),
    ("mosmol/kg", "mosm/kg"),
    ("mosm/l", "mosm/L"),
    ("milliliters", "mL"),
    ("millilitres", "mL"),
    ("ml", "mL"),
    ("cc", "mL"),
    ("liters", "L"),
    ("litres", "L"),
    ("liter", "L"),
    ("l", "L"),
    ("years", "a"),
    ("year", "a"),
    ("yrs", "a"),
    ("yr", "a"),
    ("y", "a"),
    ("months", "mo"),
    ("month", "mo"),
    ("mo", "mo"),
    ("weeks", "wk"),
    ("week", "wk"),
    ("wks", "wk"),
    ("days", "d"),
    ("day", "d"),
    ("hours", "h"),
    ("hour", "h"),
    ("hrs", "h"),
    ("hr", "h"),
    ("h", "h"),
    ("minutes", "min"),
    ("minute", "min"),
    ("min", "min"),
    ("drinks", "{drinks}"),
    ("drink", "{drinks}"),
    ("alcoholic drinks", "{drinks}"),
    ("alcoholic beverages", "{drinks}"),
    ("times", "{times}"),
    ("time", "{times}"),
    ("units", "{units}"),
    ("unit", "{units}"),
    ("patients", "{things}"),
    ("episodes", "{things}"),
    ("doses", "{things}"),
    ("tablets", "{things}"),
    ("pack", "{things}"),
    ("packs", "{things}"),
    ("weeks'", "wk"),
    ("th", "{things}"),
    ("st", "{things}"),
    ("nd", "{things}"),
    ("rd", "{things}"),
];

/// Small numbers in letters.
const WORDS: &[(&str, f64)] = &[
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("thirteen", 13.0),
    ("fourteen", 14.0),
    ("fifteen", 15.0),
];

/// All numbers of a text in order.
pub(super) fn numbers(text: &str) -> Vec<Number> {
    let mut found: Vec<Number> = vec![];
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let word_before = text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        if first.is_ascii_digit() && !word_before {
            let number = number(text, at, &found);
            at = number.span.1.max(at + 1);
            found.push(number);
        } else {
            if !word_before && let Some(number) = in_words(text, at) {
                at = number.span.1;
                found.push(number);
                continue;
            }
            at += first.len_utf8();
        }
    }
    found
}

fn in_words(text: &str, at: usize) -> Option<Number> {
    let rest = &text[at..];
    let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let word = rest.get(..length).filter(|word| word.len() <= 8)?.to_lowercase();
    const TENS: &[(&str, f64)] = &[
        ("twenty", 20.0),
        ("thirty", 30.0),
        ("forty", 40.0),
        ("fifty", 50.0),
        ("sixty", 60.0),
        ("seventy", 70.0),
        ("eighty", 80.0),
        ("ninety", 90.0),
    ];
    let listed = |list: &[(&str, f64)], word: &str| list.iter().find(|(written, _)| *written == word).map(|(_, n)| *n);
    let (length, value) = match listed(TENS, &word) {
        // `sixty-six`
        Some(tens) => {
            let more = rest.get(length + 1..).filter(|_| rest[length..].starts_with(['-', ' ', '‐', '–']));
            let more = more.map(|more| &more[..more.find(|c: char| !c.is_alphabetic()).unwrap_or(more.len())]);
            let one =
                more.and_then(|word| Some((word.len(), listed(WORDS, &word.to_lowercase()).filter(|n| *n < 10.0)?)));
            one.map_or((length, tens), |(more, n)| (length + 1 + more, tens + n))
        }
        None => (length, listed(WORDS, &word)?),
    };
    let (unit, end) = unit_at(text, at + length).map_or((None, at + length), |(unit, end)| (Some(unit), end));
    Some(Number { unit, end, in_words: true, ..plain((at, at + length), value) })
}

fn plain(span: (usize, usize), value: f64) -> Number {
    Number { span, end: span.1, value, unit: None, second: None, reference: false, change: false, in_words: false }
}

fn number(text: &str, start: usize, before: &[Number]) -> Number {
    let (mut value, mut end) = mantissa(text, start).unwrap_or((0.0, start + 1));
    if let Some((power, after)) = power_of_ten(text, end) {
        value *= 10_f64.powi(power);
        end = after;
    }
    let mut number = plain((start, end), value);
    number.change = text[..start].ends_with(['-', '−', '–', '+', '±']) && {
        let sign = text[..start].char_indices().next_back().map_or(0, |(at, _)| at);
        !text[..sign].ends_with(|c: char| c.is_alphanumeric() || c == ')')
    } || text[..start].ends_with("by ");
    // `128/74`, `128 / 74`, but not a date
    let after = text[end..].trim_start();
    if let Some(rest) = after.strip_prefix('/').or_else(|| after.strip_prefix("over ")).map(str::trim_start)
        && let at = text.len() - rest.len()
        && let Some((second, after)) = mantissa(text, at)
        && !text[after..].starts_with('/')
    {
        number.second = Some(second);
        number.end = after;
    }
    if let Some((unit, after)) = unit_at(text, number.end) {
        number.unit = Some(unit);
        number.end = after;
    } else if let Some(after) = range_in_brackets(text, number.end) {
        // `1.5 (0.7-1.4) mg/dL`
        if let Some((unit, _)) = unit_at(text, after) {
            number.unit = Some(unit);
        }
    } else if let Some((unit, after)) = of_a_range(text, number.end) {
        // `20 to 22 breaths/min`
        number.unit = unit;
        number.end = after;
    }
    number.reference = is_reference(text, start, before);
    number
}

/// Digits with groups of thousands and a fraction: value and where it ends.
fn mantissa(text: &str, start: usize) -> Option<(f64, usize)> {
    let bytes = text.as_bytes();
    let digits_to = |from: usize| {
        let count = bytes.get(from..).map_or(0, |rest| rest.iter().take_while(|b| b.is_ascii_digit()).count());
        from + count
    };
    let mut end = digits_to(start);
    if end == start {
        return None;
    }
    let mut written = text[start..end].to_owned();
    while bytes.get(end) == Some(&b',')
        && digits_to(end + 1) == end + 4
        && written.len() <= 9
        && !written.starts_with('0')
    {
        written.push_str(&text[end + 1..end + 4]);
        end += 4;
    }
    let point = match bytes.get(end) {
        Some(b'.') => 1,
        // `38,5`, but not `1,2,3`
        Some(b',')
            if (end + 2..=end + 3).contains(&digits_to(end + 1)) && !text[digits_to(end + 1)..].starts_with(',') =>
        {
            1
        }
        _ if text[end..].starts_with('·') => '·'.len_utf8(),
        _ => 0,
    };
    if point > 0 && digits_to(end + point) > end + point {
        let to = digits_to(end + point);
        written.push('.');
        written.push_str(&text[end + point..to]);
        end = to;
    }
    let value = written.parse().ok().filter(|v: &f64| v.is_finite())?;
    Some((value, end))
}

/// ` × 10^9`, `x10⁹`, and `× 109` where the sign for "to the power" was lost.
fn power_of_ten(text: &str, from: usize) -> Option<(i32, usize)> {
    let rest = text.get(from..)?;
    let rest = rest.trim_start();
    let rest = rest.strip_prefix(['×', 'x', 'X', '*', '·'])?.trim_start();
    let rest = rest.strip_prefix("10")?;
    let bare = rest.trim_start_matches(['^', '*', ' ', '(', 'e', 'E']);
    let digits: String = bare.chars().map_while(power_digit).collect();
    let power: i32 = digits.parse().ok().filter(|p| (1..=12).contains(p))?;
    let used: usize = bare.chars().take(digits.len()).map(char::len_utf8).sum();
    Some((power, text.len() - bare.len() + used))
}

fn power_digit(c: char) -> Option<char> {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    if c.is_ascii_digit() {
        return Some(c);
    }
    RAISED.iter().position(|raised| *raised == c).and_then(|n| char::from_digit(n as u32, 10))
}

/// The unit that follows, and one past it.
fn unit_at(text: &str, from: usize) -> Option<(&'static str, usize)> {
    let rest = text.get(from..)?;
    let bare = rest.trim_start_matches([' ', '\u{a0}', '-', '\u{2009}', '\u{202f}']);
    // Only a hyphen or a little space may stand between.
    if rest.len() - bare.len() > 3 {
        return None;
    }
    let start = text.len() - bare.len();
    // Giga in a litre, unlike grams.
    if let Some(after) = bare.strip_prefix("G/L").or_else(|| bare.strip_prefix("G/l")) {
        return Some(("10*9/L", text.len() - after.len()));
    }
    let window: String = bare.chars().take(40).collect::<String>().to_lowercase();
    let fits = |spelling: &str| {
        let after = window.strip_prefix(spelling)?;
        let letters = spelling.ends_with(char::is_alphabetic);
        let runs_on = after.starts_with(|c: char| c.is_alphabetic() || c == '/' && letters && spelling.len() < 3);
        (!(letters && runs_on)).then_some(spelling.len())
    };
    let (unit, length) =
        UNITS.iter().filter_map(|(spelling, unit)| Some((*unit, fits(spelling)?))).max_by_key(|(_, length)| *length)?;
    // Lower case may be longer or shorter than what was written: count in characters.
    let chars = window.get(..length)?.chars().count();
    let bytes: usize = bare.chars().take(chars).map(char::len_utf8).sum();
    // The next name, not a unit: `BP 96/50 HR 112`.
    const NAMES: [&str; 9] = ["HR", "H", "D", "S", "M", "MO", "WK", "G", "Y"];
    if start > from && NAMES.contains(&bare.get(..bytes)?) {
        return None;
    }
    Some((unit, start + bytes))
}

/// A bracket with a range of the healthy, as `(0.7-1.4)` or `(normal < 5 mg/dL)`: where it ends.
fn range_in_brackets(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let bare = rest.trim_start();
    let close = if bare.starts_with('(') {
        ')'
    } else if bare.starts_with('[') {
        ']'
    } else {
        return None;
    };
    let inside_end = bare.find(close)?;
    let inside = &bare[1..inside_end];
    if inside.len() > 60 || !is_range(inside) {
        return None;
    }
    Some(text.len() - bare.len() + inside_end + 1)
}

fn is_range(inside: &str) -> bool {
    let digits = inside.chars().any(|c| c.is_ascii_digit());
    let lower = inside.to_lowercase();
    let words = ["normal", "reference", "ref", "range", "nl:", "n:", "below", "above", "upper limit", "women", "men "];
    let dash = inside.char_indices().any(|(at, c)| {
        matches!(c, '-' | '–' | '−' | '—' | '~')
            && inside[..at].trim_end().ends_with(|c: char| c.is_ascii_digit())
            && inside[at + c.len_utf8()..].trim_start().starts_with(|c: char| c.is_ascii_digit())
    });
    digits
        && (dash
            || lower.contains(" to ")
            || inside.contains(['<', '>', '≤', '≥'])
            || words.iter().any(|w| lower.contains(w)))
}

/// The unit after the second number of `20 to 22 /min`; `None` inside: a range without a unit.
fn of_a_range(text: &str, from: usize) -> Option<(Option<&'static str>, usize)> {
    let rest = text.get(from..)?.trim_start();
    let rest = rest.strip_prefix(['-', '–', '−', '—']).or_else(|| rest.strip_prefix("to "))?;
    let at = text.len() - rest.trim_start().len();
    let (_, end) = mantissa(text, at)?;
    Some(unit_at(text, end).map_or((None, end), |(unit, end)| (Some(unit), end)))
}

/// Whether the number is a limit of the healthy: in such a bracket behind another number, or after "normal range".
fn is_reference(text: &str, start: usize, before: &[Number]) -> bool {
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let near = {
        let from = text[line..start].char_indices().rev().nth(70).map_or(line, |(at, _)| line + at);
        &text[from..start]
    };
    let open = near.rfind(['(', '[']).filter(|at| !near[*at..].contains([')', ']']));
    if let Some(open) = open {
        let close = text[start..].find([')', ']']).map_or(text.len(), |at| start + at);
        let inside_start = start - near.len() + open + 1;
        let inside = &text[inside_start..close.max(inside_start)];
        let behind_number = before.iter().any(|n| {
            n.span.0 < inside_start
                && inside_start <= n.end.max(n.span.1) + 3
                && text[n.span.1..inside_start].len() < 24
        });
        let so_far = text.get(inside_start..start).unwrap_or("");
        // `(1.2 g/dL; normal 3.4-4.2 g/dL)`: what stands before the word is the patient's own.
        if inside.len() <= 80
            && (has_reference_words(so_far) || behind_number && is_range(inside) && in_range(text, start))
        {
            return true;
        }
        if behind_number && so_far.trim().is_empty() && is_range(inside) && has_reference_words(inside) {
            return true;
        }
    }
    let tail = near.to_lowercase();
    let tail = tail.trim_end_matches(|c: char| !c.is_alphanumeric());
    [
        "normal range",
        "reference range",
        "reference",
        "normal value",
        "normal values",
        "normal",
        "ref",
        "limit of",
        "normal <",
        "goal",
        "target",
    ]
    .iter()
    .any(|w| tail.ends_with(w))
        && !tail.ends_with("within normal")
}

/// One of the two numbers of `0.6-1.2`, or a limit as `< 5`.
fn in_range(text: &str, start: usize) -> bool {
    const DASHES: [char; 5] = ['-', '–', '−', '—', '~'];
    let before = text[..start].trim_end();
    let limit = before.ends_with(['<', '>', '≤', '≥', '=']) || before.ends_with("to") || before.ends_with("up to");
    let after_dash = before.ends_with(DASHES);
    let end = mantissa(text, start).map_or(start, |(_, end)| end);
    let end =
        unit_at(text, end).filter(|(_, after)| !text[end..*after].contains(DASHES)).map_or(end, |(_, after)| after);
    let rest = text[end..].trim_start();
    let before_dash = rest
        .strip_prefix(DASHES)
        .or_else(|| rest.strip_prefix("to "))
        .is_some_and(|after| after.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    limit || after_dash || before_dash
}

fn has_reference_words(inside: &str) -> bool {
    let lower = inside.to_lowercase();
    ["normal", "reference", "ref ", "ref.", "range", "nl ", "n:"].iter().any(|w| lower.contains(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(f64, Option<&'static str>)> {
        numbers(text).into_iter().filter(|n| !n.reference).map(|n| (n.value, n.unit)).collect()
    }

    #[test]
    fn numbers_have_their_units() {
        assert_eq!(read("blood pressure was 128/74 mmHg"), [(128.0, Some("mm[Hg]")), (74.0, Some("mm[Hg]"))]);
        assert_eq!(read("platelets 5.6 × 104/μL"), [(56_000.0, Some("/uL"))]);
        assert_eq!(read("WBC 3.3 × 10^9/L"), [(3.3e9, Some("/L"))]);
        assert_eq!(read("creatinine 4.90mg/dL(0.6-1.2mg/dL)"), [(4.9, Some("mg/dL"))]);
        assert_eq!(read("creatinine 1.5 (0.7–1.4) mg/dL"), [(1.5, Some("mg/dL"))]);
        assert_eq!(read("white cells 21,900/mm3 (4000-10,000/mm3)"), [(21_900.0, Some("/uL"))]);
        assert_eq!(read("T 100.8°F (38.2°C)"), [(100.8, Some("[degF]")), (38.2, Some("Cel"))]);
        assert_eq!(
            read("a 33-year-old, 5'6\" tall"),
            [(33.0, Some("a")), (5.0, Some("[ft_i]")), (6.0, Some("[in_i]"))]
        );
        assert_eq!(read("WBC 17.78 G/L"), [(17.78, Some("10*9/L"))]);
        assert_eq!(read("four alcoholic drinks each week"), [(4.0, Some("{drinks}"))]);
        assert_eq!(read("température 38,5 °C"), [(38.5, Some("Cel"))]);
        assert!(numbers("insulin (−26uIU/ml)")[0].change);
        assert!(!numbers("CRP 3-26 mg/L")[1].change);
    }

    #[test]
    fn no_text_breaks_it() {
        for text in ["", "1", "1/", "(", "9 × 10", "５ kg", "10^999", "1,234,567,890,123 kg", "°", "é5é"] {
            numbers(text);
        }
    }
}
