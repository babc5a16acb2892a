//! `hakim consult`: one case from free text, printed or as JSON.

use anyhow::Context;
use hakim_clinical::*;
use hakim_contract::*;
use std::io::Read;
use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The story in any supported language; `-` reads standard input
    text: String,
    /// Age in years; `8m` and `10d` are months and days
    #[arg(long, value_parser = parse_age)]
    age: Option<Age>,
    /// Sex: f or m
    #[arg(long, value_parser = parse_sex)]
    sex: Option<Sex>,
    /// Pregnant, with completed weeks if known: `--pregnant` or `--pregnant=20`
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "0")]
    pregnant: Option<u8>,
    /// Weight, kg
    #[arg(long)]
    weight: Option<f64>,
    /// Allergy; may be repeated
    #[arg(long)]
    allergy: Vec<String>,
    /// Medicine or remedy the patient takes; may be repeated
    #[arg(long)]
    takes: Vec<String>,
    /// south-asia, east-africa, middle-east or elsewhere
    #[arg(long, default_value = "south-asia", value_parser = parse_region)]
    region: Region,
    /// Language of the answer: en, ur, ar, hi
    #[arg(long, default_value = "en", value_parser = parse_lang)]
    lang: Lang,
    /// Also plan for the leading condition
    #[arg(long)]
    plan: bool,
    /// Also put the leading condition into words, by the language model where it is installed
    #[arg(long, conflicts_with = "json")]
    explain: bool,
    /// Print the contract's JSON
    #[arg(long)]
    json: bool,
}

fn parse_age(s: &str) -> Result<Age, String> {
    let (digits, unit) = s.split_at(s.find(|c: char| !c.is_ascii_digit()).unwrap_or(s.len()));
    let n: u32 = digits.parse().map_err(|_| "write 30, 8m or 10d".to_owned())?;
    match unit {
        "" | "y" if n <= 130 => Ok(Age::from_years(n)),
        "m" => Ok(Age::from_months(n)),
        "d" => Ok(Age::from_days(n)),
        _ => Err("write 30, 8m or 10d; at most 130 years".into()),
    }
}

pub(crate) fn parse_sex(s: &str) -> Result<Sex, String> {
    match s.to_lowercase().as_str() {
        "f" | "female" => Ok(Sex::Female),
        "m" | "male" => Ok(Sex::Male),
        _ => Err("write f or m".into()),
    }
}

fn parse_region(s: &str) -> Result<Region, String> {
    match s {
        "south-asia" => Ok(Region::SouthAsia),
        "east-africa" => Ok(Region::EastAfrica),
        "middle-east" => Ok(Region::MiddleEast),
        "elsewhere" => Ok(Region::Elsewhere),
        _ => Err("write south-asia, east-africa, middle-east or elsewhere".into()),
    }
}

pub(crate) fn parse_lang(s: &str) -> Result<Lang, String> {
    Lang::from_code(s).ok_or_else(|| "write en, ur, ar, hi or fr".into())
}

/// What `--json` prints.
#[derive(serde::Serialize)]
struct Answer {
    understood: Understood,
    assessment: Assessment,
    plan: Option<Plan>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (core, events) = crate::open_listening()?;
    let text = story(&arguments.text)?;
    if text.trim().is_empty() {
        return Err(Failure::new("text-empty").into());
    }
    let patient = PatientFacts {
        age: arguments.age,
        sex: arguments.sex,
        pregnancy: match arguments.pregnant {
            Some(0) => Pregnancy::Yes { weeks: None },
            Some(weeks) => Pregnancy::Yes { weeks: Some(weeks) },
            None => Pregnancy::Unknown,
        },
        lactating: false,
        allergies: arguments.allergy.clone(),
        medicines: arguments.takes.clone(),
        place: Place { region: arguments.region, season: Season::Unknown },
    };
    let understood = core.understand(UnderstandRequest { text: text.clone(), patient: patient.clone() })?;
    let mut patient = patient;
    for (list, told) in
        [(&mut patient.medicines, &understood.medicines), (&mut patient.allergies, &understood.allergies)]
    {
        list.extend(told.iter().filter(|t| !arguments.takes.contains(t) && !arguments.allergy.contains(t)).cloned());
    }
    let mut measurements = understood.measurements.clone();
    if let Some(value) = arguments.weight {
        measurements.retain(|m| m.vital != Vital::Weight);
        measurements.push(Measurement { vital: Vital::Weight, value });
    }
    let intake = Intake {
        patient,
        text,
        observed: understood.chips.iter().map(|c| c.observed.clone()).collect(),
        measurements,
        traditional: true,
        traditions: Traditions::default(),
        temperament: vec![],
    };
    let assessment = core.assess(intake.clone())?;
    let plan = match arguments.plan {
        true => Some(core.plan(PlanRequest { intake: intake.clone(), working: vec![] })?),
        false => None,
    };
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&Answer { understood, assessment, plan })?);
    } else {
        crate::print::answer(arguments.lang, &understood, &assessment, plan.as_ref());
        if let Some(leading) = assessment.candidates.first().filter(|_| arguments.explain) {
            let request = ExplainRequest { intake, condition: leading.condition.clone(), language: arguments.lang };
            core.explain_start(request)?;
            crate::print::explanation(arguments.lang, &events);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The argument, or standard input; what is no UTF-8 is no story.
fn story(argument: &str) -> anyhow::Result<String> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut bytes = vec![];
    std::io::stdin().read_to_end(&mut bytes).context("standard input cannot be read")?;
    String::from_utf8(bytes).map_err(|_| Failure::new("text-not-text").into())
}
