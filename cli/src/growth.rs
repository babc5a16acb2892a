//! `hakim growth --sex f --age-days 412 --weight 8.1 --height 72 ...`: a child against the WHO reference.

use hakim_clinical::{GrowthMeasures, Lang, Sex};
use hakim_contract::*;
use hakim_i18n::{Value, Words};
use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// f or m
    #[arg(long, value_parser = crate::consult::parse_sex)]
    sex: Sex,
    /// Age in days
    #[arg(long, required_unless_present = "age_months")]
    age_days: Option<u32>,
    /// Age in months, where the days are not known
    #[arg(long, conflicts_with = "age_days")]
    age_months: Option<f64>,
    /// kg
    #[arg(long)]
    weight: Option<f64>,
    /// Length or height, cm
    #[arg(long)]
    height: Option<f64>,
    /// Measured lying; left out, as is usual at the age
    #[arg(long, conflicts_with = "standing")]
    lying: bool,
    /// Measured standing
    #[arg(long)]
    standing: bool,
    /// Head circumference, cm
    #[arg(long)]
    head: Option<f64>,
    /// Mid-upper-arm circumference, mm
    #[arg(long)]
    muac: Option<f64>,
    /// Skinfold over the triceps, mm
    #[arg(long)]
    triceps: Option<f64>,
    /// Skinfold below the shoulder blade, mm
    #[arg(long)]
    subscapular: Option<f64>,
    /// Pits of both feet when pressed
    #[arg(long)]
    oedema: bool,
    /// Language of the answer: en, ur
    #[arg(long, default_value = "en", value_parser = crate::consult::parse_lang)]
    lang: Lang,
}

/// Days in a month, as WHO counts.
const DAYS_PER_MONTH: f64 = 30.4375;

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let core = crate::open()?;
    let a = arguments;
    let more = GrowthMeasures {
        lying: (a.lying || a.standing).then_some(a.lying),
        head: a.head,
        triceps: a.triceps,
        subscapular: a.subscapular,
        oedema: a.oedema,
    };
    let age_days = a.age_days.or_else(|| a.age_months.map(|months| (months * DAYS_PER_MONTH).round() as u32));
    let reply = core.growth(GrowthRequest {
        sex: Some(a.sex),
        age_days,
        weight: a.weight,
        height: a.height,
        arm: a.muac,
        more,
        ..GrowthRequest::default()
    })?;
    let words = Words::new(a.lang);
    let say = |key: &str, args: &[(&str, Value)]| words.say_plain(key, args);
    if !reply.missing.is_empty() {
        eprintln!("{}\n({})", say("growth-missing", &[]), reply.missing.join(", "));
    }
    if let Some(refused) = &reply.refused {
        let field = say(&format!("growth-field-{}", refused.field), &[]);
        let args = [
            ("field", Value::from(field)),
            ("low", Value::from(refused.low.to_string())),
            ("high", Value::from(refused.high.to_string())),
        ];
        println!("{}", say(&format!("growth-{}", refused.why), &args));
        return Ok(ExitCode::FAILURE);
    }
    if let Some((cm, added)) = reply.height.filter(|(_, added)| *added != 0.0) {
        println!("{:.1} cm ({added:+.1})", cm);
    }
    for row in &reply.rows {
        let name = say(&format!("growth-{}", row.indicator.key()), &[]);
        let means = row.means.as_ref().map(|m| m.say.get(a.lang)).unwrap_or_default();
        let check = if row.check { format!("{}  ", say("growth-check", &[])) } else { String::new() };
        println!(
            "{name:<44} {:>7.2} {:<6} z {:>6.2}  P {:>5.1}  {check}{means}",
            row.value,
            row.indicator.unit(),
            row.z,
            row.percentile
        );
    }
    for sign in &reply.signs {
        println!("{}", sign.say.get(a.lang));
    }
    if let Some(acute) = &reply.acute {
        println!("{}: {}", acute.say.get(a.lang), acute.act.get(a.lang));
        println!("{} ({}, {})", acute.citation.title, acute.citation.publisher, acute.citation.edition);
    }
    Ok(if reply.rows.is_empty() && reply.signs.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
