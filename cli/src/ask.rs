//! `hakim ask`: a question answered from the packs and the user's own documents, or not at all.

use crate::consult::parse_lang;
use crate::print;
use hakim_clinical::Lang;
use hakim_contract::*;
use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Questions of one talk, in any language; a later one may go on from the one before
    #[arg(required = true)]
    questions: Vec<String>,
    /// Language of the answer
    #[arg(long, default_value = "en", value_parser = parse_lang)]
    lang: Lang,
    /// Show the packs' own sentences, even where a language model is
    #[arg(long)]
    passages: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (core, events) = crate::open_listening()?;
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
