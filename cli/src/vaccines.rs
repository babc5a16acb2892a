//! `hakim vaccines --schedule pakistan-epi --born 2025-03-01 --given penta=2025-04-15`: which vaccine is due when.

use anyhow::{Context, bail};
use hakim_clinical::{GivenDose, Lang, Pregnancy, Sex, VaccineSchedule};
use hakim_contract::*;
use hakim_i18n::{Value, Words};
use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Id of the schedule; left out, all are listed
    #[arg(long)]
    schedule: Option<String>,
    /// Birthday, 2025-03-01
    #[arg(long)]
    born: Option<String>,
    /// Age where the birthday is not known: 9mo, 3y, 20d
    #[arg(long, conflicts_with = "born", value_parser = parse_age)]
    age: Option<AgeInput>,
    /// f or m
    #[arg(long, value_parser = crate::consult::parse_sex)]
    sex: Option<Sex>,
    /// Pregnant
    #[arg(long)]
    pregnant: bool,
    /// Severe immune deficiency
    #[arg(long)]
    immune_deficient: bool,
    /// A dose that was given: penta=2025-04-15; may be repeated
    #[arg(long)]
    given: Vec<String>,
    /// The day that is asked about; left out, today
    #[arg(long)]
    on: Option<String>,
    /// Language of the answer: en, ur
    #[arg(long, default_value = "en", value_parser = crate::consult::parse_lang)]
    lang: Lang,
}

fn parse_age(written: &str) -> Result<AgeInput, String> {
    let end = written.find(|c: char| !c.is_ascii_digit()).unwrap_or(written.len());
    let (count, unit) = written.split_at(end);
    let count: u32 = count.parse().map_err(|_| "write an age as 9mo, 3y or 20d".to_owned())?;
    match unit.trim() {
        "y" => Ok(AgeInput::Years(count)),
        "mo" => Ok(AgeInput::Months(count)),
        "d" => Ok(AgeInput::Days(count)),
        _ => Err("write an age as 9mo, 3y or 20d".into()),
    }
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let core = crate::open()?;
    let lang = arguments.lang;
    let Some(id) = &arguments.schedule else {
        for head in core.vaccine_schedules(Nothing {})?.schedules {
            println!("{:<16} {}", head.id.as_str(), head.name.get(lang));
        }
        return Ok(ExitCode::SUCCESS);
    };
    let schedule = core.knowledge().base.schedules.get(id.as_str());
    let given: Vec<GivenDose> = match schedule {
        Some(schedule) => {
            arguments.given.iter().map(|dose| read_dose(schedule, dose)).collect::<anyhow::Result<_>>()?
        }
        None => vec![],
    };
    let reply = core.vaccines(VaccinesRequest {
        schedule: id.as_str().into(),
        born: arguments.born.clone(),
        age: arguments.age,
        estimated: false,
        sex: arguments.sex,
        pregnancy: if arguments.pregnant { Pregnancy::Yes { weeks: None } } else { Pregnancy::Unknown },
        immune_deficient: arguments.immune_deficient,
        given,
        on: arguments.on.clone(),
    })?;
    let words = Words::new(lang);
    println!("{}, {}", reply.schedule.name.get(lang), reply.on);
    if reply.approximate {
        println!("{}", words.say_plain("vaccines-approximate", &[]));
    }
    for row in &reply.rows {
        let local = if row.local { format!(" ({})", words.say_plain("vaccines-local", &[])) } else { String::new() };
        println!("{:<50} {}", format!("{}{local}", row.name.get(lang)), state(&words, lang, row));
        let open =
            matches!(row.state, VaccineState::Due { .. } | VaccineState::Next { .. } | VaccineState::TooLate { .. });
        for (key, text) in [("vaccines-not-when", &row.not_when), ("vaccines-catch-up", &row.catch_up)] {
            if open && !text.is_empty() {
                println!("    {} {}", words.say_plain(key, &[]), text.get(lang));
            }
        }
        for dose in &row.given {
            let on = ("on", Value::from(dose.on.as_str()));
            match (&dose.fault, dose.counts_as) {
                (Some(fault), _) => {
                    let from = ("from", Value::from(dose.not_before.clone().unwrap_or_default()));
                    println!("    {}: {}", dose.on, words.say_plain(&format!("vaccine-fault-{fault}"), &[on, from]));
                }
                (None, Some(n)) => {
                    println!("    {}: {}", dose.on, words.say_plain("vaccine-dose", &[("n", Value::from(n))]));
                }
                (None, None) => {}
            }
            if let Some(other) = &dose.near_live {
                let other = ("other", Value::from(other.get(lang)));
                println!("    {}: {}", dose.on, words.say_plain("vaccine-near-live", &[other]));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn state(words: &Words, lang: Lang, row: &VaccineRow) -> String {
    let of = ("of", Value::from(row.doses));
    match &row.state {
        VaccineState::Complete => words.say_plain("vaccine-complete", &[]),
        VaccineState::Due { dose, since, overdue, then } => {
            let key = if *overdue { "vaccine-overdue" } else { "vaccine-due" };
            let args = [("n", Value::from(*dose)), of, ("since", Value::from(since.clone().unwrap_or_default()))];
            let mut said = words.say_plain(key, &args);
            if let Some(then) = then {
                said += "; ";
                said += &words.say_plain("vaccine-then", &[("on", Value::from(then.as_str()))]);
            }
            said
        }
        VaccineState::Next { dose, on, wait, other } => {
            let n = ("n", Value::from(*dose));
            let other = ("other", Value::from(other.as_ref().map(|o| o.get(lang).to_owned()).unwrap_or_default()));
            let because = words.say_plain(&format!("vaccine-wait-{wait}"), &[other]);
            match on {
                Some(on) => {
                    let said = words.say_plain("vaccine-next", &[n, of, ("on", Value::from(on.as_str()))]);
                    format!("{said} ({because})")
                }
                None => because,
            }
        }
        VaccineState::TooLate { dose } => words.say_plain("vaccine-too-late", &[("n", Value::from(*dose)), of]),
        VaccineState::NotFor { why } => words.say_plain(&format!("vaccine-not-{why}"), &[]),
    }
}

/// `penta=2025-04-15`: the vaccine by its id or by one of its names.
fn read_dose(schedule: &VaccineSchedule, written: &str) -> anyhow::Result<GivenDose> {
    let (name, on) = written.split_once('=').with_context(|| format!("`{written}` is not VACCINE=DAY"))?;
    let named = |name: &str| {
        schedule.vaccines.iter().find(|v| {
            let names = v.names.0.values().flat_map(|n| std::iter::once(&n.term).chain(&n.lay));
            v.id.as_str() == name || names.into_iter().any(|n| n.eq_ignore_ascii_case(name))
        })
    };
    let Some(vaccine) = named(name.trim()) else {
        let known: Vec<&str> = schedule.vaccines.iter().map(|v| v.id.as_str()).collect();
        bail!("`{name}` is no vaccine of {}: it has {}", schedule.id, known.join(", "));
    };
    Ok(GivenDose { vaccine: vaccine.id.clone(), on: on.trim().to_owned() })
}
