//! [`Hakim`]: the contract's `Core`, holding what lasts between calls.

use crate::ask::{AskSignals, Asker};
use crate::choice::{self, Choice};
use crate::explain::{self, ExplainTask};
use crate::jobs::Jobs;
use crate::meaning::{Meaning, prepare_in_background};
use crate::rare::Rare;
use crate::shelf::Shelf;
use crate::speaker::Speaker;
use crate::{
    Folders, Knowledge, ask, assess, calculators, entry, formulary, growth, log, medicines, models, packs, paper,
    pictures, plan, propose, search, settings, understand, vaccines, views,
};
use hakim_clinical::Lang;
use hakim_contract::*;
use hakim_reasoning::Method;
use hakim_records::{Log, Passphrase, log_exists};
use std::sync::{Arc, Mutex, MutexGuard};

/// Takes events to the window or the terminal.
pub type EventSink = Arc<dyn Fn(Event) + Send + Sync>;

/// The whole core behind one value. All calls may come from any thread.
pub struct Hakim {
    folders: Folders,
    knowledge: Arc<Knowledge>,
    settings: Mutex<Settings>,
    log: Mutex<Option<Log>>,
    speaker: Arc<Speaker>,
    jobs: Jobs,
    asker: Asker,
    shelf: Arc<Shelf>,
    rare: Rare,
    growth: growth::Reference,
    meaning: Arc<Meaning>,
    events: EventSink,
}

impl Hakim {
    /// Loads the packs and looks for a model; opens no log.
    ///
    /// # Errors
    /// As [`Knowledge::load`].
    pub fn open(folders: Folders, events: EventSink) -> Result<Self, Failure> {
        let knowledge = Arc::new(Knowledge::load(&folders)?);
        let meaning = Arc::new(Meaning::new(&folders.assets, folders.data.join("cache")));
        Ok(Self {
            settings: Mutex::new(settings::read(&folders.data)),
            log: Mutex::new(None),
            speaker: Arc::new(Speaker::new(&knowledge, &folders, &meaning)),
            jobs: Jobs::new(Arc::clone(&events)),
            asker: Asker::default(),
            shelf: Arc::new(Shelf::at(folders.data.join("documents"))),
            meaning,
            rare: Rare::new(folders.assets.join("hpo")),
            growth: growth::Reference::new(folders.assets.join("growth")),
            events,
            knowledge,
            folders,
        })
    }

    /// The knowledge in use, for the command line's tools.
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// Assesses by another method than the shipped one, for evaluation.
    ///
    /// # Errors
    /// As `assess`.
    pub fn assess_by(&self, request: &Intake, method: &Method) -> Result<Assessment, Failure> {
        assess::assess_by(&self.knowledge, request, method)
    }

    /// What answers a question, with what the confidence rests on, for evaluation.
    ///
    /// # Errors
    /// As `ask_start`.
    pub fn ask_find(&self, request: &AskRequest) -> Result<(AskFound, AskSignals), Failure> {
        self.asker.find_telling(&self.knowledge, &self.shelf, &self.meaning, request)
    }

    /// The letter that the language model answers a question with, after passages of the packs where `read` is set; for
    /// evaluation.
    ///
    /// # Errors
    /// The model's refusals; those of the search.
    pub fn choose(&self, choice: &Choice, read: bool) -> Result<Option<char>, Failure> {
        let passages = match read {
            true => choice::passages(&self.knowledge, &self.shelf, &self.meaning, choice)?,
            false => vec![],
        };
        choice::letter(&self.speaker, choice, &passages, &self.events)
    }

    /// Search by meaning, for the command line.
    pub fn meaning(&self) -> &Meaning {
        &self.meaning
    }

    /// Makes what searching by meaning needs, in the background; the window calls it once it is open.
    pub fn prepare_meaning(&self) {
        prepare_in_background(&self.meaning, &self.knowledge);
    }

    /// Rare diseases compiled, so that the first question about them does not wait.
    ///
    /// # Errors
    /// `rare-broken` when the annotations are damaged.
    pub fn prepare_rare(&self) -> Result<bool, Failure> {
        self.rare.prepare()
    }

    /// The user's own documents, for the command line.
    pub fn shelf(&self) -> &Arc<Shelf> {
        &self.shelf
    }

    fn records(&self) -> std::path::PathBuf {
        self.folders.data.join("records")
    }

    fn draft(&self, request: &DocumentRequest) -> paper::Draft {
        // Only the letter names the patient; with the log closed the name is left to be filled in.
        let named = (request.kind == DocumentKind::Referral)
            .then(|| self.with_log(|l| l.patient(&request.record.patient).map_err(|e| log::failed(&e))));
        paper::draft(request, named.and_then(Result::ok).flatten().as_ref())
    }

    fn explain_task(&self, request: ExplainRequest) -> Result<ExplainTask, Failure> {
        let ExplainRequest { intake, condition, language } = request;
        let triage = assess::assess(&self.knowledge, &intake)?.triage;
        let candidate = assess::why_condition(&self.knowledge, &WhyRequest { intake, condition })?;
        Ok(ExplainTask { candidate, triage, language })
    }

    fn slot(&self) -> MutexGuard<'_, Option<Log>> {
        // A panic elsewhere while the log was held leaves the log itself sound: every write is one transaction.
        self.log.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn with_log<T>(&self, act: impl FnOnce(&mut Log) -> Result<T, Failure>) -> Result<T, Failure> {
        act(self.slot().as_mut().ok_or_else(|| Failure::new("log-locked"))?)
    }

    fn settings(&self) -> Settings {
        self.settings.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    fn passphrase(typed: &str) -> Result<Passphrase, Failure> {
        Passphrase::new(typed).map_err(|e| log::failed(&e))
    }
}

impl Core for Hakim {
    fn app_status(&self, _: Nothing) -> Result<AppStatus, Failure> {
        Ok(AppStatus {
            version: env!("CARGO_PKG_VERSION").into(),
            settings: self.settings(),
            log_exists: log_exists(&self.records()),
            unlocked: self.slot().is_some(),
            packs: self.knowledge.packs(),
            pack_problems: self.knowledge.problems.clone(),
            model: self.speaker.state(),
            assets: self.knowledge.assets.clone(),
            facts_seen: self.knowledge.stats.facts_seen,
            facts: self.knowledge.stats.facts,
            facts_estimated: self.knowledge.stats.facts_estimated,
        })
    }

    fn settings_save(&self, request: Settings) -> Result<Settings, Failure> {
        settings::write(&self.folders.data, &request)?;
        *self.settings.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = request.clone();
        Ok(request)
    }

    fn also_consider(&self, request: Intake) -> Result<RareReply, Failure> {
        self.rare.also_consider(&self.knowledge, &request)
    }

    fn formulary_list(&self, _: Nothing) -> Result<FormularyList, Failure> {
        Ok(formulary::list(&self.knowledge.base))
    }

    fn calculators_list(&self, _: Nothing) -> Result<CalculatorList, Failure> {
        Ok(calculators::list(&self.knowledge.base))
    }

    fn calculator(&self, request: CalculatorRequest) -> Result<CalculatorView, Failure> {
        calculators::view(&self.knowledge, &request)
    }

    fn calculate(&self, request: CalculateRequest) -> Result<Calculation, Failure> {
        calculators::work(&self.knowledge.base, &request)
    }

    fn growth(&self, request: GrowthRequest) -> Result<GrowthReply, Failure> {
        let known = match &request.patient {
            Some(patient) => self.with_log(|l| growth::from_log(l, patient, &request))?,
            None => growth::FromLog::default(),
        };
        Ok(growth::reply(&self.knowledge.base, &self.growth, &request, &known))
    }

    fn vaccine_schedules(&self, _: Nothing) -> Result<ScheduleList, Failure> {
        Ok(vaccines::schedules(&self.knowledge.base))
    }

    fn vaccines(&self, request: VaccinesRequest) -> Result<VaccinesReply, Failure> {
        vaccines::due(&self.knowledge.base, &request, self.settings().place)
    }

    fn vaccines_save(&self, request: VaccinesSave) -> Result<PatientView, Failure> {
        self.with_log(|l| vaccines::save(l, request))
    }

    fn documents_import(&self, request: ImportRequest) -> Result<JobRef, Failure> {
        Ok(self.shelf.start(request, Arc::clone(&self.events)))
    }

    fn documents_cancel(&self, request: JobRef) -> Result<Nothing, Failure> {
        self.shelf.cancel(request);
        Ok(Nothing {})
    }

    fn documents_list(&self, _: Nothing) -> Result<DocumentList, Failure> {
        Ok(self.shelf.list())
    }

    fn document_remove(&self, request: ShelfRef) -> Result<Nothing, Failure> {
        self.shelf.remove(&request.id)?;
        Ok(Nothing {})
    }

    fn document_open(&self, request: ShelfPlace) -> Result<ShelfPage, Failure> {
        self.shelf.page(&request)
    }

    fn pack_install(&self, request: PackUpload) -> Result<PackChange, Failure> {
        packs::install(&self.folders, &request)
    }

    fn pack_rollback(&self, request: PackRef) -> Result<PackChange, Failure> {
        packs::roll_back(&self.folders, request)
    }

    fn log_create(&self, request: Secret) -> Result<RecoveryKey, Failure> {
        let mut slot = self.slot();
        if log_exists(&self.records()) {
            return Err(Failure::new("log-exists"));
        }
        let (log, key) =
            Log::create(&self.records(), &Self::passphrase(&request.passphrase)?).map_err(|e| log::failed(&e))?;
        *slot = Some(log);
        Ok(RecoveryKey { key: key.printed() })
    }

    fn log_unlock(&self, request: Secret) -> Result<Nothing, Failure> {
        let mut slot = self.slot();
        if slot.is_none() {
            if !log_exists(&self.records()) {
                return Err(Failure::new("log-missing"));
            }
            // A passphrase too short to have been chosen is simply the wrong one here.
            let passphrase =
                Self::passphrase(&request.passphrase).map_err(|_| Failure::new("records-wrong-passphrase"))?;
            *slot = Some(Log::unlock(&self.records(), &passphrase).map_err(|e| log::failed(&e))?);
        }
        Ok(Nothing {})
    }

    fn log_recover(&self, request: Recover) -> Result<Nothing, Failure> {
        let mut slot = self.slot();
        let passphrase = Self::passphrase(&request.passphrase)?;
        let mut log = Log::unlock_with_recovery(&self.records(), &request.recovery_key).map_err(|e| log::failed(&e))?;
        log.change_passphrase(&passphrase).map_err(|e| log::failed(&e))?;
        *slot = Some(log);
        Ok(Nothing {})
    }

    fn log_lock(&self, _: Nothing) -> Result<Nothing, Failure> {
        self.jobs.cancel_all();
        if let Some(log) = self.slot().take() {
            log.lock().map_err(|e| log::failed(&e))?;
        }
        Ok(Nothing {})
    }

    fn patients_find(&self, request: PatientQuery) -> Result<PatientList, Failure> {
        self.with_log(|l| log::find_patients(l, &request.query))
    }

    fn patient_save(&self, request: PatientDraft) -> Result<PatientView, Failure> {
        self.with_log(|l| log::save_patient(l, request))
    }

    fn patient_timeline(&self, request: PatientRef) -> Result<Timeline, Failure> {
        self.with_log(|l| log::timeline(l, &request.patient))
    }

    fn visit_start(&self, request: PatientRef) -> Result<VisitRecord, Failure> {
        let settings = self.settings();
        self.with_log(|l| log::start_visit(l, &request.patient, &settings))
    }

    fn visit_open(&self, request: VisitRef) -> Result<VisitRecord, Failure> {
        self.with_log(|l| log::open_visit(l, &request.visit))
    }

    fn visit_save(&self, request: VisitRecord) -> Result<Saved, Failure> {
        understand::readable(&request.intake.text)?;
        if request.finished.is_some() {
            return Err(Failure::new("records-visit-finished"));
        }
        self.with_log(|l| log::save_visit(l, &request))
    }

    fn visit_finish(&self, mut request: VisitRecord) -> Result<VisitRecord, Failure> {
        understand::readable(&request.intake.text)?;
        request.stage = Stage::Record;
        request.finished = Some(log::now());
        self.with_log(|l| log::save_visit(l, &request))?;
        Ok(request)
    }

    fn evaluation(&self, _: Nothing) -> Result<Evaluation, Failure> {
        Ok(serde_json::from_str(include_str!("../evaluation.json")).unwrap_or_default())
    }

    fn understand(&self, request: UnderstandRequest) -> Result<Understood, Failure> {
        understand::understand(&self.knowledge, &request.text, request.patient.sex)
    }

    fn vocabulary_find(&self, request: VocabularyQuery) -> Result<FindingList, Failure> {
        Ok(understand::find_vocabulary(&self.knowledge, &request))
    }

    fn assess(&self, request: Intake) -> Result<Assessment, Failure> {
        assess::assess(&self.knowledge, &request)
    }

    fn why(&self, request: WhyRequest) -> Result<CandidateView, Failure> {
        assess::why_condition(&self.knowledge, &request)
    }

    fn plan(&self, request: PlanRequest) -> Result<Plan, Failure> {
        plan::plan(&self.knowledge, &request, self.settings().formulary)
    }

    fn medicines_check(&self, request: MedicinesRequest) -> Result<MedicinesReply, Failure> {
        medicines::check(&self.knowledge, &request)
    }

    fn document(&self, request: DocumentRequest) -> Result<Document, Failure> {
        Ok(self.draft(&request).document())
    }

    fn paper_start(&self, request: DocumentRequest) -> Result<JobRef, Failure> {
        let draft = self.draft(&request);
        Ok(paper::wording::start(&self.speaker, &self.jobs, request.kind, draft))
    }

    fn propose_start(&self, request: UnderstandRequest) -> Result<JobRef, Failure> {
        understand::readable(&request.text)?;
        Ok(propose::start(&self.speaker, &self.knowledge, &self.meaning, &self.jobs, request))
    }

    fn picture_attach(&self, request: PictureRequest) -> Result<PictureView, Failure> {
        self.with_log(|l| pictures::attach(l, &request))
    }

    fn picture_remove(&self, request: PictureRef) -> Result<Nothing, Failure> {
        self.with_log(|l| l.remove_attachment(&request.attachment).map_err(|e| log::failed(&e)))?;
        Ok(Nothing {})
    }

    fn passage(&self, request: PassageRef) -> Result<PassageView, Failure> {
        let base = &self.knowledge.base;
        let passage = base.passages.get(&request.passage);
        passage
            .map(|p| views::passage_view(base, p))
            .ok_or_else(|| Failure::new("passage-unknown").with("passage", &request.passage))
    }

    fn entry(&self, request: EntryRef) -> Result<EntryView, Failure> {
        entry::entry(&self.knowledge.base, &request.id)
    }

    fn search(&self, request: SearchRequest) -> Result<SearchReply, Failure> {
        understand::readable(&request.query)?;
        search::search(&self.knowledge, &self.shelf, &self.meaning, &request)
    }

    fn explain_prepare(&self, request: ExplainRequest) -> Result<Nothing, Failure> {
        let ExplainRequest { intake, condition, language } = request;
        // Called whenever a condition is looked at: nothing is worked out that no model will read.
        if language == Lang::En && self.speaker.has_model() {
            let candidate = assess::why_condition(&self.knowledge, &WhyRequest { intake, condition })?;
            explain::prepare(&self.speaker, &candidate, &self.events);
        }
        Ok(Nothing {})
    }

    fn explain_start(&self, request: ExplainRequest) -> Result<JobRef, Failure> {
        Ok(explain::start(&self.speaker, &self.jobs, self.explain_task(request)?))
    }

    fn job_cancel(&self, request: JobRef) -> Result<Nothing, Failure> {
        self.jobs.cancel(request);
        Ok(Nothing {})
    }

    fn ask_start(&self, request: AskRequest) -> Result<AskStarted, Failure> {
        understand::readable(&request.question)?;
        let found = self.asker.find(&self.knowledge, &self.shelf, &self.meaning, &request)?;
        let job = ask::start(&self.speaker, &self.jobs, &request, found.clone());
        Ok(AskStarted { found, job })
    }

    fn models_list(&self, _: Nothing) -> Result<ModelList, Failure> {
        models::list(&self.speaker)
    }

    fn model_add(&self, request: ModelFile) -> Result<JobRef, Failure> {
        Ok(models::add(&self.speaker, &self.jobs, request))
    }

    fn model_check(&self, request: ModelRef) -> Result<JobRef, Failure> {
        Ok(models::check(&self.speaker, &self.jobs, request))
    }

    fn model_use(&self, request: ModelRef) -> Result<ModelList, Failure> {
        models::choose(&self.speaker, &request.id)
    }

    fn model_remove(&self, request: ModelRef) -> Result<ModelList, Failure> {
        models::remove(&self.speaker, &request.id)
    }
}
