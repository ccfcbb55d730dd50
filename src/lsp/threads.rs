//! The threads of the server, and how it ends: when the client says so, when its input ends, or when the client's process does.

use super::client::Client;
use super::server::Server;
use super::transport::{self, Incoming};
use crossbeam_channel::{Receiver, Sender, unbounded};
use lsp_server::{Message, RequestId};
use rustc_hash::FxHashSet;
use std::io::{BufReader, BufWriter};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Deep templates recurse; the stack of the worker in bytes.
const STACK: usize = 32 << 20;
/// How long the worker may go on after the client has gone.
const GRACE: Duration = Duration::from_secs(2);
/// How often one looks whether the client is still there.
const LOOK: Duration = Duration::from_millis(500);

/// What the threads share beside their channels.
#[derive(Debug, Default)]
pub struct Shared {
    cancelled: Mutex<FxHashSet<RequestId>>,
    /// The process of the client; 0 while nobody knows.
    pub parent: AtomicU32,
}

impl Shared {
    /// Whether a request was cancelled; asked once.
    pub fn is_cancelled(&self, id: &RequestId) -> bool {
        let mut cancelled = self
            .cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        cancelled.remove(id)
    }

    /// Nobody waits for the answer of what comes later by this id.
    fn cancel(&self, parameters: &serde_json::Value) {
        let id = parameters.get("id").cloned();
        let Some(Ok(id)) = id.map(serde_json::from_value::<RequestId>) else {
            return;
        };
        let mut cancelled = self
            .cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // A client may cancel what was answered long ago.
        if cancelled.len() > 1_000 {
            cancelled.clear();
        }
        cancelled.insert(id);
    }
}

/// Runs the server; gives its exit status.
pub fn run() -> u8 {
    let (to_client, messages) = unbounded();
    let (to_worker, incoming) = unbounded();
    let (done, is_done) = unbounded();
    let shared = Arc::new(Shared::default());
    let writer = std::thread::spawn(move || write_all(&messages));
    let ends = done.clone();
    std::thread::spawn({
        let shared = shared.clone();
        move || {
            read_all(&to_worker, &shared);
            drop(to_worker);
            std::thread::sleep(GRACE);
            let _ = ends.send(1);
        }
    });
    let worker = std::thread::Builder::new().stack_size(STACK).spawn({
        let shared = shared.clone();
        let client = Client::new(to_client);
        move || {
            let status = Server::new(client, shared).run(&incoming);
            let _ = done.send(status);
        }
    });
    if worker.is_err() {
        return 2;
    }
    let status = wait(&is_done, &shared);
    // What was answered last is still to be written, unless nobody reads.
    let written = std::time::Instant::now();
    while !writer.is_finished() && written.elapsed() < LOOK {
        std::thread::sleep(Duration::from_millis(5));
    }
    status
}

/// Waits until the server is done, or its client has gone.
fn wait(is_done: &Receiver<u8>, shared: &Shared) -> u8 {
    loop {
        if let Ok(status) = is_done.recv_timeout(LOOK) {
            return status;
        }
        let parent = shared.parent.load(Ordering::Relaxed);
        if parent != 0 && !is_alive(parent) {
            return 1;
        }
    }
}

#[cfg(unix)]
fn is_alive(process: u32) -> bool {
    let process = i32::try_from(process).ok();
    let process = process.and_then(rustix::process::Pid::from_raw);
    // A process of somebody else is alive, too.
    process.is_none_or(|process| {
        rustix::process::test_kill_process(process) != Err(rustix::io::Errno::SRCH)
    })
}

/// Elsewhere the end of the input is what tells.
#[cfg(not(unix))]
fn is_alive(_: u32) -> bool {
    true
}

fn read_all(to_worker: &Sender<Incoming>, shared: &Shared) {
    let mut input = BufReader::with_capacity(1 << 16, std::io::stdin());
    while let Ok(Some(incoming)) = transport::read(&mut input) {
        if let Incoming::Message(Message::Notification(notification)) = &incoming
            && notification.method == "$/cancelRequest"
        {
            shared.cancel(&notification.params);
            continue;
        }
        let is_exit = matches!(&incoming,
            Incoming::Message(Message::Notification(notification)) if notification.method == "exit");
        if to_worker.send(incoming).is_err() || is_exit {
            return;
        }
    }
}

fn write_all(messages: &Receiver<Vec<u8>>) {
    let mut output = BufWriter::with_capacity(1 << 16, std::io::stdout());
    while let Ok(message) = messages.recv() {
        if transport::write(&mut output, &message).is_err() {
            return;
        }
    }
}
