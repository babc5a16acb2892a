//! Work in the background that can be stopped: each has a number, and its last event tells that it is over.

use crate::core::EventSink;
use hakim_contract::{Event, JobRef};
use hakim_models::Cancel;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// All that runs. Numbers grow over all kinds of work.
pub(crate) struct Jobs {
    events: EventSink,
    running: Arc<Mutex<BTreeMap<u64, Cancel>>>,
    next: AtomicU64,
}

impl Jobs {
    pub(crate) fn new(events: EventSink) -> Self {
        Self { events, running: Arc::default(), next: AtomicU64::new(1) }
    }

    /// Runs `work` on a thread of its own; what it returns is told last.
    pub(crate) fn start(&self, work: impl FnOnce(u64, &Cancel, &EventSink) -> Event + Send + 'static) -> JobRef {
        let job = self.next.fetch_add(1, Ordering::Relaxed);
        let cancel = Cancel::default();
        held(&self.running).insert(job, cancel.clone());
        let (events, running) = (Arc::clone(&self.events), Arc::clone(&self.running));
        std::thread::spawn(move || {
            let last = work(job, &cancel, &events);
            held(&running).remove(&job);
            events(last);
        });
        JobRef { job }
    }

    pub(crate) fn cancel(&self, job: JobRef) {
        if let Some(cancel) = held(&self.running).get(&job.job) {
            cancel.raise();
        }
    }

    pub(crate) fn cancel_all(&self) {
        held(&self.running).values().for_each(Cancel::raise);
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
