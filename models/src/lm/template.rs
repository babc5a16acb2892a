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
pub(crate) struct ChatTemplate {
    environment: Environment<'static>,
    begin: String,
    end: String,
}

impl ChatTemplate {
    /// Compiles the file's template; a file without one is a base model, which cannot hold a conversation. `begin` and `end`
    /// are the texts of its first and last token.
    pub(crate) fn from_gguf(gguf: &Gguf, (begin, end): (&str, &str)) -> Result<Option<Self>, ModelError> {
        let Some(text) = gguf.text("tokenizer.chat_template") else { return Ok(None) };
        Self::compile(text, begin, end)
            .map(Some)
            .map_err(|e| ModelError::corrupt(gguf.path(), format!("its chat template does not parse: {e}")))
    }

    fn compile(text: &str, begin: &str, end: &str) -> Result<Self, minijinja::Error> {
        let mut environment = Environment::new();
        environment.set_trim_blocks(true);
        environment.set_lstrip_blocks(true);
        environment.set_fuel(Some(FUEL));
        // Templates are written for Python: its methods of texts and lists, and a word for what they refuse.
        environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.add_function("raise_exception", |why: String| -> Result<String, minijinja::Error> {
            Err(minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, why))
        });
        environment.add_template_owned(NAME, text.to_owned())?;
        Ok(Self { environment, begin: begin.to_owned(), end: end.to_owned() })
    }

    /// The prompt for these messages, ending where the assistant begins to speak. A template that knows no system messages
    /// gets their text at the head of what the user says.
    pub(crate) fn render(&self, messages: &[Message]) -> Result<String, ModelError> {
        self.fill(messages)
            .or_else(|refused| without_system(messages).map_or(Err(refused), |messages| self.fill(&messages)))
            .map_err(ModelError::failed("filling the chat template"))
    }

    fn fill(&self, messages: &[Message]) -> Result<String, minijinja::Error> {
        // `enable_thinking`: Qwen3 then answers without thinking aloud first.
        self.environment.get_template(NAME)?.render(context! {
            messages,
            add_generation_prompt => true,
            tools => false,
            enable_thinking => false,
            bos_token => &self.begin,
            eos_token => &self.end,
        })
    }
}

/// The same with the first system message put before the user's words that follow; none where there is nothing to move.
fn without_system(messages: &[Message]) -> Option<Vec<Message>> {
    let (system, rest) = messages.split_first().filter(|(first, _)| first.role == Role::System)?;
    let (asked, rest) = rest.split_first().filter(|(next, _)| next.role == Role::User)?;
    let first = Message::new(Role::User, format!("{}\n\n{}", system.content, asked.content));
    Some(std::iter::once(first).chain(rest.iter().cloned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Vec<Message> {
        vec![Message::new(Role::System, "Be brief."), Message::new(Role::User, " Fever? ")]
    }

    fn fill(template: &str, messages: &[Message]) -> Result<String, ModelError> {
        ChatTemplate::compile(template, "<s>", "</s>").map_err(ModelError::failed("compiling"))?.render(messages)
    }

    #[test]
    fn a_template_written_for_python_is_filled() {
        let template = "{{ bos_token }}{% for m in messages %}{% if m.content.startswith(' ') %}{{ m.content.strip() }}\
                        {% else %}{{ m.role|upper }}{% endif %}{{ eos_token }}{% endfor %}";
        assert_eq!(fill(template, &asked()).ok().as_deref(), Some("<s>SYSTEM</s>Fever?</s>"));
    }

    #[test]
    fn what_a_template_refuses_about_the_system_is_said_by_the_user() {
        let template = "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}\
                        [{{ m.content }}]{% endfor %}";
        assert_eq!(fill(template, &asked()).ok().as_deref(), Some("[Be brief.\n\n Fever? ]"));
        let only = [Message::new(Role::System, "Be brief.")];
        let refused = fill(template, &only).map_err(|e| e.to_string());
        assert!(refused.as_ref().is_err_and(|why| why.contains("no system")), "{refused:?}");
    }

    #[test]
    fn a_template_without_end_is_stopped() {
        let template = "{% for a in range(9999) %}{% for b in range(9999) %}{{ a * b }}{% endfor %}{% endfor %}";
        assert!(fill(template, &asked()).is_err());
    }
}
