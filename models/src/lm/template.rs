//! Turning a conversation into the prompt text the model was trained on, with the template in its file.

use crate::error::ModelError;
use crate::gguf::Gguf;
use minijinja::{Environment, context};
use serde::Serialize;

/// Who says a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Standing instructions.
    System,
    /// The one who asks.
    User,
    /// The model's own earlier answer.
    Assistant,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: String,
}

impl Message {
    /// A message of this role.
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self { role, content: content.into() }
    }
}

const NAME: &str = "chat";
/// Steps a template may take: a damaged or hostile one must not hang the program.
const FUEL: u64 = 200_000;

/// The chat template of one model.
#[derive(Debug)]
pub(crate) struct ChatTemplate(Environment<'static>);

impl ChatTemplate {
    /// Compiles the file's template; a file without one is a base model, which cannot hold a conversation.
    pub(crate) fn from_gguf(gguf: &Gguf) -> Result<Option<Self>, ModelError> {
        let Some(text) = gguf.text("tokenizer.chat_template") else { return Ok(None) };
        let mut environment = Environment::new();
        environment.set_trim_blocks(true);
        environment.set_lstrip_blocks(true);
        environment.set_fuel(Some(FUEL));
        environment
            .add_template_owned(NAME, text.to_owned())
            .map_err(|e| ModelError::corrupt(gguf.path(), format!("its chat template does not parse: {e}")))?;
        Ok(Some(Self(environment)))
    }

    /// The prompt for these messages, ending where the assistant begins to speak.
    pub(crate) fn render(&self, messages: &[Message]) -> Result<String, ModelError> {
        let failed = ModelError::failed("filling the chat template");
        let template = self.0.get_template(NAME).map_err(&failed)?;
        template.render(context! { messages, add_generation_prompt => true, tools => false }).map_err(&failed)
    }
}
