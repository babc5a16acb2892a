//! The state of the window: who is signed in, which page, which visit; and what changes it.

use crate::client;
use crate::pages::ask::{AskEnd, Talk};
use crate::pages::models::ModelWork;
use crate::words::Say;
use hakim_clinical::{FindingId, Lang, Measurement, PatientId};
use hakim_contract::*;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;
use std::future::Future;

/// Where the user is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Page {
    /// before the core has answered
    Starting,
    /// the door: create, unlock, recover
    Door,
    Patients,
    Timeline(PatientId),
    Visit(Stage),
    Ask,
    Knowledge,
    Calculators,
    Settings,
    About,
}

/// What floats above the page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Overlay {
    /// where a fact comes from, and the passage that restates it
    Source(Box<CitationView>, Option<Box<PassageView>>),
    /// a passage by itself
    Passage(Box<PassageView>),
    /// all that the packs say of one condition, medicine or remedy
    Entry(Box<EntryView>),
    /// one of the user's own documents
    Document(Box<ShelfPage>),
    /// find anything
    Palette,
}

/// How the open visit stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Saved,
    Changed,
    Saving,
    Failed,
}

/// Sentences of an explanation as they arrive.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Explanation {
    /// `None` until the first event or the reply names it: events may overtake the reply
    pub(crate) job: Option<u64>,
    pub(crate) sentences: Vec<(String, Vec<CitationView>)>,
    pub(crate) done: Option<ExplainEnd>,
}

/// How an explanation ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ExplainEnd {
    pub(crate) dropped: usize,
    pub(crate) cancelled: bool,
    pub(crate) without_model: Option<String>,
}

/// Putting a document into words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PaperWork {
    /// `None` until the first event or the reply names it
    pub(crate) job: Option<u64>,
    pub(crate) kind: DocumentKind,
    pub(crate) step: PaperStep,
}

impl PaperWork {
    pub(crate) fn running(&self) -> bool {
        matches!(self.step, PaperStep::Writing { .. })
    }
}

/// The language model reading a story.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Proposing {
    /// `None` until the reply names it
    pub(crate) job: Option<u64>,
    /// the story as it was read
    pub(crate) text: String,
    /// how it ended
    pub(crate) ended: Option<ProposeEnd>,
}

/// How reading a story ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ProposeEnd {
    pub(crate) found: usize,
    pub(crate) cancelled: bool,
    pub(crate) without_model: Option<String>,
}

/// What may stand beside the plan.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Beside {
    Safety,
    Medicines,
    Traditional,
    Prescription,
    Handout,
    Referral,
}

/// Everything the pages share. All signals live as long as the window.
#[derive(Clone, Copy)]
pub(crate) struct App {
    pub(crate) lang: RwSignal<Lang>,
    pub(crate) status: RwSignal<Option<AppStatus>>,
    pub(crate) page: RwSignal<Page>,
    pub(crate) overlay: RwSignal<Option<Overlay>>,
    pub(crate) failure: RwSignal<Option<Failure>>,
    /// labels of the whole vocabulary, by id
    pub(crate) labels: RwSignal<BTreeMap<FindingId, FindingLabel>>,
    /// the patient of the open visit or timeline
    pub(crate) patient: RwSignal<Option<PatientView>>,
    pub(crate) visit: RwSignal<Option<VisitRecord>>,
    /// what was read from the story last
    pub(crate) understood: RwSignal<Option<Understood>>,
    /// values that came from the story and not from the form
    pub(crate) told: RwSignal<Vec<Measurement>>,
    /// danger signs of the case as it stands
    pub(crate) triage: RwSignal<Option<TriageView>>,
    /// which part beside the plan is open; kept while the plan is worked out anew
    pub(crate) beside: RwSignal<Beside>,
    pub(crate) kept: RwSignal<Kept>,
    pub(crate) explanation: RwSignal<Option<Explanation>>,
    /// putting a document into words; `None` before the first
    pub(crate) paper: RwSignal<Option<PaperWork>>,
    /// the language model's look at the story; `None` before the first
    pub(crate) proposing: RwSignal<Option<Proposing>>,
    /// how taking in documents stands; `None` before the first
    pub(crate) import: RwSignal<Option<ImportState>>,
    /// questions and their answers
    pub(crate) talk: Talk,
    /// how the work on a model file stands; `None` before the first
    pub(crate) model_work: RwSignal<Option<ModelWork>>,
    /// opens the form of a new patient
    pub(crate) adding: RwSignal<bool>,
    /// number of the latest explanation that was shown
    last_job: RwSignal<u64>,
    /// counts changes of the visit, so that a late answer to an old question is dropped
    changes: RwSignal<u64>,
}

/// The app of this window.
pub(crate) fn app() -> App {
    expect_context::<App>()
}

impl App {
    pub(crate) fn new() -> Self {
        Self {
            lang: RwSignal::new(Lang::En),
            status: RwSignal::new(None),
            page: RwSignal::new(Page::Starting),
            overlay: RwSignal::new(None),
            failure: RwSignal::new(None),
            labels: RwSignal::default(),
            patient: RwSignal::new(None),
            visit: RwSignal::new(None),
            understood: RwSignal::new(None),
            told: RwSignal::default(),
            triage: RwSignal::new(None),
            beside: RwSignal::new(Beside::Safety),
            kept: RwSignal::new(Kept::Saved),
            explanation: RwSignal::new(None),
            paper: RwSignal::new(None),
            proposing: RwSignal::new(None),
            import: RwSignal::new(None),
            talk: Talk::new(),
            model_work: RwSignal::new(None),
            adding: RwSignal::new(false),
            last_job: RwSignal::new(0),
            changes: RwSignal::new(0),
        }
    }

    /// Words in the language set now; read without subscribing, since pages are rebuilt when it changes.
    pub(crate) fn say(self) -> Say {
        Say::in_lang(self.lang.get_untracked())
    }

    /// Runs a call and shows its failure on the page.
    pub(crate) fn run<T: 'static>(
        self,
        call: impl Future<Output = Result<T, Failure>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        spawn_local(async move {
            match call.await {
                Ok(value) => then(value),
                Err(failure) => self.failed(failure),
            }
        });
    }

    /// Shows a failure; a log that is locked leads back to the door.
    pub(crate) fn failed(self, failure: Failure) {
        if failure.key == "log-locked" {
            self.leave_log();
        } else {
            self.failure.set(Some(failure));
        }
    }

    /// Asks the core how things stand and goes to the first page.
    pub(crate) fn start(self) {
        self.run(client::app_status(Nothing {}), move |status| {
            self.lang.set(status.settings.language);
            let open = status.unlocked;
            self.status.set(Some(status));
            if open { self.enter() } else { self.page.set(Page::Door) }
        });
        self.run(client::vocabulary_find(VocabularyQuery { query: String::new(), limit: usize::MAX }), move |list| {
            self.labels.set(list.findings.into_iter().map(|l| (l.finding.clone(), l)).collect());
        });
        spawn_local(client::hear_events(move |event| self.hear(event)));
    }

    fn hear(self, event: Event) {
        match event {
            Event::Sentence { job, text, citations } => {
                self.of_job(job, move |e| e.sentences.push((text, citations)));
            }
            Event::ExplainDone { job, dropped, cancelled, without_model } => {
                self.of_job(job, move |e| e.done = Some(ExplainEnd { dropped, cancelled, without_model }));
            }
            Event::AskSentence { job, text, facts } => self.talk.of_job(job, move |e| e.sentences.push((text, facts))),
            Event::AskDone { job, dropped, cancelled, without_model } => {
                self.talk.of_job(job, move |e| e.done = Some(AskEnd { dropped, cancelled, without_model }));
            }
            Event::Paper { job, step } => self.hear_paper(job, step),
            Event::Proposed { job, maybe, cancelled, without_model } => {
                let end = ProposeEnd { found: maybe.len(), cancelled, without_model };
                self.hear_proposed(job, maybe, end);
            }
            Event::ModelWork { job, step } => self.model_work.set(Some(ModelWork { job, step })),
            Event::Import { state } => self.import.set(Some(state)),
            Event::ImportFailed { failure, .. } => {
                self.import.set(None);
                self.failed(failure);
            }
            Event::Model { state } => self.status.update(|now| {
                if let Some(status) = now {
                    status.model = state;
                }
            }),
        }
    }

    fn hear_paper(self, job: u64, step: PaperStep) {
        let mine = self.paper.with_untracked(|p| p.as_ref().is_some_and(|p| p.job.is_none_or(|known| known == job)));
        if !mine {
            return;
        }
        self.paper.update(|p| {
            if let Some(p) = p {
                (p.job, p.step) = (Some(job), step.clone());
            }
        });
        if let PaperStep::Written { worded } = step {
            self.change(|v| {
                v.worded.retain(|w| w.kind != worded.kind);
                v.worded.push(*worded);
            });
        }
    }

    fn hear_proposed(self, job: u64, maybe: Vec<DidYouMean>, end: ProposeEnd) {
        let Some(asked) = self.proposing.get_untracked().filter(|p| p.job.is_none_or(|known| known == job)) else {
            return;
        };
        self.proposing.set(Some(Proposing { job: Some(job), ended: Some(end), ..asked.clone() }));
        // The user may have typed on: what was read then is not what stands there.
        if self.visit.with_untracked(|v| v.as_ref().is_some_and(|v| v.intake.text == asked.text)) {
            self.understood.update(|u| {
                if let Some(u) = u {
                    u.maybe.extend(maybe);
                }
            });
        }
    }

    /// Stops a job; what it has done so far arrives as its last event.
    pub(crate) fn stop(self, job: u64) {
        self.run(client::job_cancel(JobRef { job }), |_| {});
    }

    /// A language model is on this computer and nothing spoke against it.
    pub(crate) fn has_model(self) -> bool {
        let model = |s: &AppStatus| {
            matches!(s.model, ModelState::Ready { .. } | ModelState::Loading { .. } | ModelState::Loaded { .. })
        };
        self.status.with(|s| s.as_ref().is_some_and(model))
    }

    /// Number of what runs for the open visit and can be stopped.
    pub(crate) fn running_job(self) -> Option<u64> {
        let explaining =
            self.explanation.with_untracked(|e| e.as_ref().filter(|e| e.done.is_none()).and_then(|e| e.job));
        let writing = self.paper.with_untracked(|p| p.as_ref().filter(|p| p.running()).and_then(|p| p.job));
        let reading = self.proposing.with_untracked(|p| p.as_ref().filter(|p| p.ended.is_none()).and_then(|p| p.job));
        explaining.or_else(|| self.talk.running()).or(writing).or(reading)
    }

    /// Names the running explanation's job, then acts on it if it is that job's. Job numbers only grow.
    pub(crate) fn of_job(self, job: u64, act: impl FnOnce(&mut Explanation)) {
        let newer = job > self.last_job.get_untracked();
        self.explanation.update(|now| {
            let Some(e) = now else { return };
            if e.job.is_none() && newer {
                e.job = Some(job);
                self.last_job.set(job);
            }
            if e.job == Some(job) {
                act(e);
            }
        });
    }

    /// After the door: the list of patients.
    pub(crate) fn enter(self) {
        self.status.update(|s| {
            if let Some(s) = s {
                (s.log_exists, s.unlocked) = (true, true);
            }
        });
        self.go(Page::Patients);
    }

    pub(crate) fn go(self, page: Page) {
        self.failure.set(None);
        self.overlay.set(None);
        // A page begins at its top, wherever the one before was read.
        window().scroll_to_with_x_and_y(0.0, 0.0);
        self.page.set(page);
    }

    /// Keeps the open visit, then closes the log.
    pub(crate) fn lock(self) {
        spawn_local(async move {
            if let Err(failure) = self.keep_now().await {
                // Locking while a change is not kept would lose it.
                return self.failed(failure);
            }
            match client::log_lock(Nothing {}).await {
                Ok(_) => self.leave_log(),
                Err(failure) => self.failed(failure),
            }
        });
    }

    fn leave_log(self) {
        self.visit.set(None);
        self.patient.set(None);
        self.understood.set(None);
        self.triage.set(None);
        self.explanation.set(None);
        self.paper.set(None);
        self.proposing.set(None);
        self.talk.exchanges.set(vec![]);
        self.status.update(|s| {
            if let Some(s) = s {
                s.unlocked = false;
            }
        });
        self.go(Page::Door);
    }

    /// Changes the language at once and keeps the choice.
    pub(crate) fn set_language(self, lang: Lang) {
        // Setting the same language again would rebuild the page for nothing, and lose what is half typed in it.
        if self.lang.get_untracked() == lang {
            return;
        }
        self.lang.set(lang);
        self.change_settings(move |s| s.language = lang);
    }

    pub(crate) fn change_settings(self, change: impl FnOnce(&mut Settings)) {
        let Some(mut settings) = self.status.with_untracked(|s| s.as_ref().map(|s| s.settings.clone())) else { return };
        change(&mut settings);
        self.status.update(|s| {
            if let Some(s) = s {
                s.settings = settings.clone();
            }
        });
        self.run(client::settings_save(settings), |_| {});
    }

    /// Opens a stored visit where the user left it.
    pub(crate) fn open_visit(self, record: VisitRecord) {
        let patient = record.patient.clone();
        self.run(client::patient_timeline(PatientRef { patient }), move |timeline| {
            self.patient.set(Some(timeline.patient));
            self.understood.set(None);
            self.told.set(vec![]);
            self.explanation.set(None);
            self.paper.set(None);
            self.proposing.set(None);
            self.triage.set(record.assessment.as_ref().map(|a| a.triage.clone()));
            self.kept.set(Kept::Saved);
            let stage = record.stage;
            self.visit.set(Some(record));
            self.go(Page::Visit(stage));
        });
    }

    /// Number of the latest change.
    pub(crate) fn change_number(self) -> u64 {
        self.changes.get_untracked()
    }

    /// Changes the open visit and keeps it shortly after. A finished visit stays as it is.
    pub(crate) fn change(self, act: impl FnOnce(&mut VisitRecord)) {
        let open = self.visit.with_untracked(|v| v.as_ref().is_some_and(|v| v.finished.is_none()));
        if !open {
            return;
        }
        self.visit.update(|v| {
            if let Some(v) = v {
                act(v);
            }
        });
        self.kept.set(Kept::Changed);
        self.changes.update(|n| *n += 1);
        let number = self.change_number();
        set_timeout(
            move || {
                // A newer change brings its own timer.
                if self.change_number() == number {
                    spawn_local(async move {
                        if let Err(failure) = self.keep_now().await {
                            self.failed(failure);
                        }
                    });
                }
            },
            std::time::Duration::from_millis(600),
        );
    }

    /// Writes the open visit to the log, if it has changed.
    pub(crate) async fn keep_now(self) -> Result<(), Failure> {
        let Some(record) = self.visit.get_untracked().filter(|v| v.finished.is_none()) else { return Ok(()) };
        if self.kept.get_untracked() == Kept::Saved {
            return Ok(());
        }
        let number = self.change_number();
        self.kept.set(Kept::Saving);
        let result = client::visit_save(record).await;
        let now = match (&result, self.change_number() == number) {
            (Ok(_), true) => Kept::Saved,
            (Ok(_), false) => Kept::Changed,
            (Err(_), _) => Kept::Failed,
        };
        self.kept.set(now);
        result.map(|_| ())
    }
}
