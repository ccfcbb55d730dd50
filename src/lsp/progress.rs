//! How far a long run is, where the client shows it.

use super::client::Client;
use lsp_types::notification::Progress;
use lsp_types::request::WorkDoneProgressCreate;
use lsp_types::{
    NumberOrString, ProgressParams, ProgressParamsValue, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd, WorkDoneProgressReport,
};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often it is told.
const TELL: Duration = Duration::from_millis(200);

/// Tells how far a run is.
pub struct Telling {
    client: Client,
    token: NumberOrString,
    all: usize,
    last: Mutex<Instant>,
}

impl Telling {
    /// A run over so many files begins; `runs` counts those that were told of.
    pub fn begin(client: Client, runs: &mut u64, all: usize) -> Telling {
        *runs += 1;
        let token = NumberOrString::String(format!("amllint-run-{runs}"));
        client.ask::<WorkDoneProgressCreate>(WorkDoneProgressCreateParams {
            token: token.clone(),
        });
        let telling = Telling {
            client,
            token,
            all,
            last: Mutex::new(Instant::now()),
        };
        telling.say(WorkDoneProgress::Begin(WorkDoneProgressBegin {
            title: "amllint".to_owned(),
            cancellable: Some(false),
            message: Some(format!("{all} files")),
            percentage: Some(0),
        }));
        telling
    }

    /// So many files are done.
    pub fn tell(&self, done: usize) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() < TELL {
            return;
        }
        *last = Instant::now();
        let all = self.all;
        self.say(WorkDoneProgress::Report(WorkDoneProgressReport {
            cancellable: Some(false),
            message: Some(format!("{done} of {all} files")),
            percentage: Some((done.min(all) * 100 / all.max(1)) as u32),
        }));
    }

    /// The run has come to its end, or was left.
    pub fn end(&self) {
        self.say(WorkDoneProgress::End(WorkDoneProgressEnd { message: None }));
    }

    fn say(&self, value: WorkDoneProgress) {
        self.client.notify::<Progress>(ProgressParams {
            token: self.token.clone(),
            value: ProgressParamsValue::WorkDone(value),
        });
    }
}
