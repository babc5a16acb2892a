//! `hakim ask`: a question answered from the packs and the user's own documents, or not at all.

use crate::print;
use hakim_clinical::Lang;
use hakim_contract::*;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::channel;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Questions of one talk, in any language; a later one may go on from the one before
    #[arg(required = true)]
    questions: Vec<String>,
    /// Language of the answer
    #[arg(long, default_value = "en", value_parser = language)]
    lang: Lang,
    /// Show the packs' own sentences, even where a language model is
    #[arg(long)]
    passages: bool,
}

fn language(code: &str) -> Result<Lang, String> {
    Lang::from_code(code).ok_or_else(|| format!("{code} is none of en, ur, ar, hi, fr"))
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (to_us, events) = channel();
    let core = crate::open_with(Arc::new(move |event| {
        // Nobody hears the events of a question that has ended.
        let _ = to_us.send(event);
    }))?;
    let mut earlier = vec![];
    for question in &arguments.questions {
        let request = AskRequest {
            question: question.clone(),
            language: arguments.lang,
            earlier: earlier.clone(),
            intake: None,
            worded: !arguments.passages,
        };
        let AskStarted { found, .. } = core.ask_start(request)?;
        print::asked(arguments.lang, question, &found, &events);
        earlier.push(AskTurn { question: question.clone(), about: found.about.into_iter().map(|s| s.id).collect() });
    }
    Ok(ExitCode::SUCCESS)
}
