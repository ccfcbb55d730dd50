//! The other end: what is said to it, and what it is asked.

use super::transport;
use crossbeam_channel::Sender;
use lsp_server::{ErrorCode, Request, RequestId, Response};
use lsp_types::notification::Notification as IsNotification;
use lsp_types::request::Request as IsRequest;
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

/// The client, as its messages are written.
#[derive(Clone, Debug)]
pub struct Client {
    messages: Sender<Vec<u8>>,
    next: Arc<AtomicI32>,
}

#[derive(Serialize)]
struct Framed<T> {
    jsonrpc: &'static str,
    #[serde(flatten)]
    message: T,
}

/// A notification of which nothing is copied.
#[derive(Serialize)]
struct Told<'a, T> {
    method: &'static str,
    params: &'a T,
}

impl Client {
    /// A client whose messages are written by whoever is at the other end of the channel.
    pub fn new(messages: Sender<Vec<u8>>) -> Client {
        Client {
            messages,
            next: Arc::default(),
        }
    }

    fn send(&self, message: impl Serialize) {
        let message = Framed {
            jsonrpc: "2.0",
            message,
        };
        if let Ok(bytes) = serde_json::to_vec(&message) {
            // When nobody writes any more the server is about to end.
            let _ = self.messages.send(bytes);
        }
    }

    /// Tells something.
    pub fn notify<N: IsNotification>(&self, parameters: N::Params) {
        self.notify_with::<N>(&parameters);
    }

    /// The same with parameters that are written as those of the notification are, without being copied first.
    pub fn notify_with<N: IsNotification>(&self, parameters: &impl Serialize) {
        self.send(Told {
            method: N::METHOD,
            params: parameters,
        });
    }

    /// Asks something; the answer carries this id.
    pub fn ask<R: IsRequest>(&self, parameters: R::Params) -> RequestId {
        let id = RequestId::from(self.next.fetch_add(1, Ordering::Relaxed));
        let request = Request {
            id: id.clone(),
            method: R::METHOD.to_owned(),
            params: serde_json::to_value(parameters).unwrap_or_default(),
        };
        self.send(request);
        id
    }

    /// Answers a request.
    pub fn answer(&self, id: RequestId, answer: Answer) {
        self.send(match answer {
            Ok(result) => Response::new_ok(id, result),
            Err((code, message)) => Response::new_err(id, code as i32, message),
        });
    }

    /// Answers something that is no message.
    pub fn refuse(&self, id: Option<&RequestId>, code: ErrorCode, message: &str) {
        if let Ok(bytes) = serde_json::to_vec(&transport::refusal(id, code, message)) {
            let _ = self.messages.send(bytes);
        }
    }
}

/// What a request is answered with.
pub type Answer = Result<serde_json::Value, (ErrorCode, String)>;
