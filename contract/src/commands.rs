//! The one list of commands, and what is generated from it here.

use crate::*;

/// Hands the list of commands to the macro named `$then`: `name(Request) -> Reply;` with its doc line.
#[macro_export]
macro_rules! with_commands {
    ($then:ident) => {
        $then! {
            /// Version, packs, model, settings, whether a log exists and is unlocked.
            app_status(Nothing) -> AppStatus;
            /// How well the program did on outside cases when it was last measured.
            evaluation(Nothing) -> Evaluation;
            /// Keeps language, place, season and theme.
            settings_save(Settings) -> Settings;
            /// Puts a signed pack into use from the next start on; nothing changes unless it is whole, trusted and sound.
            pack_install(PackUpload) -> PackChange;
            /// Goes back to the version of a pack that was in use before.
            pack_rollback(PackRef) -> PackChange;
            /// Creates the encrypted log; the reply holds the recovery key, shown once.
            log_create(Secret) -> RecoveryKey;
            /// Opens the log with the passphrase.
            log_unlock(Secret) -> Nothing;
            /// Opens the log with the printed recovery key and sets a new passphrase.
            log_recover(Recover) -> Nothing;
            /// Closes the log and forgets its keys.
            log_lock(Nothing) -> Nothing;
            /// Finds patients by name, number, village or phone; the most recent when the query is empty.
            patients_find(PatientQuery) -> PatientList;
            /// Creates or changes a patient.
            patient_save(PatientDraft) -> PatientView;
            /// One patient with all visits.
            patient_timeline(PatientRef) -> Timeline;
            /// Starts a visit, or returns the open one of this patient.
            visit_start(PatientRef) -> VisitRecord;
            /// Opens a stored visit.
            visit_open(VisitRef) -> VisitRecord;
            /// Keeps an unfinished visit as it is.
            visit_save(VisitRecord) -> Saved;
            /// Writes the visit for good.
            visit_finish(VisitRecord) -> VisitRecord;
            /// Reads findings, values and time out of free text.
            understand(UnderstandRequest) -> Understood;
            /// Findings of the vocabulary whose names match.
            vocabulary_find(VocabularyQuery) -> FindingList;
            /// Danger signs, differential, next step.
            assess(Intake) -> Assessment;
            /// Rare diseases that the findings fit: to keep in mind, never before the common list.
            also_consider(Intake) -> RareReply;
            /// How any one condition stands, even one far down the list.
            why(WhyRequest) -> CandidateView;
            /// Plan lines with doses and warnings, and the traditional layer.
            plan(PlanRequest) -> Plan;
            /// Checks a list of medicines and remedies against the patient.
            medicines_check(MedicinesRequest) -> MedicinesReply;
            /// Medicines and forms that a clinic may hold or not.
            formulary_list(Nothing) -> FormularyList;
            /// Calculators of the packs.
            calculators_list(Nothing) -> CalculatorList;
            /// What a calculator asks, filled in from a visit.
            calculator(CalculatorRequest) -> CalculatorView;
            /// Works a calculator out, or says what is missing or impossible.
            calculate(CalculateRequest) -> Calculation;
            /// Growth of a child against the WHO reference, with the chart and the values of earlier visits.
            growth(GrowthRequest) -> GrowthReply;
            /// Vaccination schedules of the packs.
            vaccine_schedules(Nothing) -> ScheduleList;
            /// Which vaccine is due when.
            vaccines(VaccinesRequest) -> VaccinesReply;
            /// Keeps the doses given, and the birthday where the card tells it, with the patient.
            vaccines_save(VaccinesSave) -> PatientView;
            /// The visit as a note, a handout for the patient or a referral letter.
            document(DocumentRequest) -> Document;
            /// Starts putting such a document into words; progress and the words arrive as events.
            paper_start(DocumentRequest) -> JobRef;
            /// Findings that the language model reads in the story beside those that were understood; they arrive as an event.
            propose_start(UnderstandRequest) -> JobRef;
            /// Puts a picture into the visit after judging it.
            picture_attach(PictureRequest) -> PictureView;
            /// Takes a picture out of an unfinished visit.
            picture_remove(PictureRef) -> Nothing;
            /// One passage with its source.
            passage(PassageRef) -> PassageView;
            /// All that the packs say of one condition, medicine or remedy.
            entry(EntryRef) -> EntryView;
            /// Searches passages, conditions, medicines and remedies.
            search(SearchRequest) -> SearchReply;
            /// Takes documents onto the shelf in the background; progress arrives as events.
            documents_import(ImportRequest) -> JobRef;
            /// Stops an import; what was read stays.
            documents_cancel(JobRef) -> Nothing;
            /// Documents on the shelf.
            documents_list(Nothing) -> DocumentList;
            /// Takes a document off the shelf.
            document_remove(ShelfRef) -> Nothing;
            /// A document around one paragraph.
            document_open(ShelfPlace) -> ShelfPage;
            /// Looks for what answers a question and starts putting it into words; sentences arrive as events.
            ask_start(AskRequest) -> AskStarted;
            /// Models on this computer and in the catalogue, with their cards.
            models_list(Nothing) -> ModelList;
            /// Takes a model file in, in the background: looked over, run, noted down; progress arrives as events.
            model_add(ModelFile) -> JobRef;
            /// Checks every byte of a model and runs it, in the background.
            model_check(ModelRef) -> JobRef;
            /// Uses this chat model from now on.
            model_use(ModelRef) -> ModelList;
            /// Takes a model off the list, and our copy of its file with it.
            model_remove(ModelRef) -> ModelList;
            /// Stops a job of any of these kinds; what it has said stands, and nothing half done is left behind.
            job_cancel(JobRef) -> Nothing;
            /// Reads what an explanation would be written from, so that its first words come sooner; does nothing without a model.
            explain_prepare(ExplainRequest) -> Nothing;
            /// Starts putting an assessment into words; sentences arrive as events.
            explain_start(ExplainRequest) -> JobRef;
        }
    };
}

/// One row of the list, for help texts and tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandSpec {
    /// name on the wire
    pub name: &'static str,
    /// Rust type of the request
    pub request: &'static str,
    /// Rust type of the reply
    pub reply: &'static str,
    /// what it does
    pub about: &'static str,
}

macro_rules! generate_core {
    ($(#[doc = $about:literal] $name:ident($request:ident) -> $reply:ident;)+) => {
        /// Every command as a call. `consult` implements it; window, command line and tests call it.
        pub trait Core: Send + Sync {
            $(#[doc = $about]
            ///
            /// # Errors
            /// A [`Failure`] whose key names the translated message.
            fn $name(&self, request: $request) -> Result<$reply, Failure>;)+
        }

        /// All commands in order.
        pub const COMMANDS: &[CommandSpec] = &[$(CommandSpec {
            name: stringify!($name),
            request: stringify!($request),
            reply: stringify!($reply),
            about: $about,
        }),+];

        /// Calls a command by name with a JSON request.
        ///
        /// # Errors
        /// `unknown-command`, `bad-request` when the JSON does not fit, and whatever the command answers.
        pub fn dispatch(core: &dyn Core, name: &str, request: serde_json::Value) -> Result<serde_json::Value, Failure> {
            match name {
                $(stringify!($name) => {
                    let request: $request = serde_json::from_value(request)
                        .map_err(|e| Failure::new("bad-request").with("command", name).because(e))?;
                    serde_json::to_value(core.$name(request)?).map_err(|e| Failure::new("internal").because(e))
                })+
                _ => Err(Failure::new("unknown-command").with("command", name)),
            }
        }
    };
}

with_commands!(generate_core);
