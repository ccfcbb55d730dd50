//! Messages on standard input and output. What is no message is answered as such and passed over: a client that sends nonsense does not
//! end the server.
//!
//! ```text
//! Content-Length: 52\r\n
//! \r\n
//! {"jsonrpc":"2.0","id":1,"method":"shutdown"}
//! ```

use lsp_server::{ErrorCode, Message, RequestId};
use serde_json::{Value, json};
use std::io::{self, BufRead, Read, Write};

/// A message of more bytes is passed over: a file of the largest size that is read fits into it, however it is escaped.
pub const MAX_MESSAGE: u64 = 256 << 20;
/// A line of a header of more bytes is none.
const MAX_LINE: u64 = 4 << 10;

/// What came in.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Message),
    /// Something else.
    Nonsense {
        /// What it would be answered to.
        id: Option<RequestId>,
        /// What is wrong with it.
        code: ErrorCode,
        /// The same in words.
        message: String,
    },
}

/// Reads what comes next; `None` at the end.
pub fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let Some(length) = header(input)? else {
        return Ok(None);
    };
    if length > MAX_MESSAGE {
        let skipped = io::copy(&mut input.by_ref().take(length), &mut io::sink())?;
        if skipped < length {
            return Ok(None);
        }
        let message = format!("a message of {length} bytes is too large");
        return Ok(Some(nonsense(ErrorCode::InvalidRequest, message)));
    }
    let mut bytes = Vec::new();
    input.by_ref().take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Ok(None);
    }
    Ok(Some(parse(&bytes)))
}

fn nonsense(code: ErrorCode, message: String) -> Incoming {
    Incoming::Nonsense {
        id: None,
        code,
        message,
    }
}

/// Reads a header; gives the length of what follows. Lines that belong to no header are passed over.
fn header(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        let read = input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() && length.is_some() {
            return Ok(length);
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
            && let Ok(value) = value.trim().parse()
        {
            length = Some(value);
        }
    }
}

fn parse(bytes: &[u8]) -> Incoming {
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => return nonsense(ErrorCode::ParseError, error.to_string()),
    };
    let id = value.get("id").cloned();
    match serde_json::from_value(value) {
        Ok(message) => Incoming::Message(message),
        Err(_) => Incoming::Nonsense {
            id: id.and_then(|id| serde_json::from_value(id).ok()),
            code: ErrorCode::InvalidRequest,
            message: "this is neither a request nor a response nor a notification".to_owned(),
        },
    }
}

/// Writes a message.
pub fn write(output: &mut impl Write, message: &[u8]) -> io::Result<()> {
    write!(output, "Content-Length: {}\r\n\r\n", message.len())?;
    output.write_all(message)?;
    output.flush()
}

/// The answer to something that is no message.
pub fn refusal(id: Option<&RequestId>, code: ErrorCode, message: &str) -> Value {
    let error = json!({ "code": code as i32, "message": message });
    json!({ "jsonrpc": "2.0", "id": id, "error": error })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut bytes: &[u8]) -> Vec<String> {
        let mut read_so_far = Vec::new();
        while let Ok(Some(incoming)) = read(&mut bytes) {
            read_so_far.push(match incoming {
                Incoming::Message(Message::Request(request)) => request.method,
                Incoming::Message(message) => format!("{message:?}"),
                Incoming::Nonsense { id, code, .. } => format!("{id:?} {code:?}"),
            });
        }
        read_so_far
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn nonsense_between_messages_is_passed_over() {
        let good = r#"{"jsonrpc":"2.0","id":1,"method":"shutdown"}"#;
        let text = [
            "noise\r\nmore: noise\r\n\r\n".to_owned(),
            framed(good),
            framed("{"),
            framed("[]"),
            framed(r#"{"id":7}"#),
            "content-length: nine\r\n\r\n".to_owned(),
            framed(&"[".repeat(5_000)),
            framed(good),
        ];
        let expected = [
            "shutdown",
            "None ParseError",
            "None InvalidRequest",
            "Some(RequestId(I32(7))) InvalidRequest",
            "None ParseError",
            "shutdown",
        ];
        assert_eq!(all(text.concat().as_bytes()), expected);
    }

    #[test]
    fn a_message_that_is_too_large_is_not_kept() {
        let length = MAX_MESSAGE + 1;
        let header = format!("Content-Length: {length}\r\n\r\n");
        let good = framed(r#"{"jsonrpc":"2.0","id":1,"method":"shutdown"}"#);
        let bytes = header.as_bytes().chain(io::repeat(b' ').take(length));
        let mut bytes = io::BufReader::new(bytes.chain(good.as_bytes()));
        let first = read(&mut bytes).ok().flatten();
        assert!(matches!(first, Some(Incoming::Nonsense { .. })));
        let second = read(&mut bytes).ok().flatten();
        assert!(matches!(second, Some(Incoming::Message(_))));
    }

    #[test]
    fn a_message_that_breaks_off_is_the_end() {
        assert!(all(b"Content-Length: 99\r\n\r\n{}").is_empty());
        assert!(all(b"Content-Length: 999999999999\r\n\r\n{}").is_empty());
    }
}
