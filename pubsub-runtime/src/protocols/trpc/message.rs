//! tRPC over WebSocket: text messages to calls, answers to text.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{codes::write_error_shape, input::merge_last_event_id};
use crate::words::{
    error::{Error, ErrorKind, Result},
    procedure::ProcedureKind,
};

/// The longest message id, in bytes of JSON text: every answer repeats it.
const MAX_ID_BYTES: usize = 64;

/// The id of a call, as the JSON text the client sent: a number or a string.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Id(Box<str>);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.trim_matches('"'))
    }
}

/// What every answer to one call begins with: the id, and `jsonrpc` where the call had it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// The id of the call.
    pub(crate) id: Id,
    jsonrpc: bool,
}

impl Head {
    /// The bytes before `"result"` or `"error"`, such as `{"id":58,`.
    pub(crate) fn prefix(&self) -> Box<[u8]> {
        let mut out = Vec::with_capacity(self.id.0.len() + 24);
        self.write(&mut out);
        out.into_boxed_slice()
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"id\":");
        out.extend_from_slice(self.id.0.as_bytes());
        out.extend_from_slice(if self.jsonrpc {
            b",\"jsonrpc\":\"2.0\","
        } else {
            b","
        });
    }
}

/// One query, mutation or subscription.
#[derive(Debug)]
pub(crate) struct Call {
    /// What its answers begin with.
    pub(crate) head: Head,
    /// What the client takes the procedure for.
    pub(crate) kind: ProcedureKind,
    /// The dotted path.
    pub(crate) path: String,
    /// The input, with the id of the last event merged into it.
    pub(crate) input: Option<Box<RawValue>>,
}

/// One message from a client.
#[derive(Debug)]
pub(crate) enum Message {
    /// Runs a procedure.
    Call(Call),
    /// Ends a subscription.
    Stop(Id),
}

/// One text frame from a client.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// Text `PING`: to be answered by text `PONG`, in order.
    Ping,
    /// Text `PONG`: nothing to do.
    Pong,
    /// One message, or a batch of at most the limit.
    Messages(Vec<Message>),
    /// A batch over the limit: nothing of it runs, and each call is told.
    TooMany(Vec<Head>),
}

/// Reads one text frame.
///
/// # Errors
///
/// [`ErrorKind::Parse`] if any part is malformed; nothing of the frame runs, and the answer is one [`write_failed`] without a head.
///
/// # Source
///
/// tRPC v11 `adapters/ws.ts`, `parseMessage`.
pub(crate) fn parse(text: &str, max_batch: usize) -> Result<Incoming> {
    match text {
        "PING" => return Ok(Incoming::Ping),
        "PONG" => return Ok(Incoming::Pong),
        _ => {}
    }
    let messages = if first_byte(text) == Some(b'[') {
        serde_json::from_str::<Batch<'_>>(text)
            .map_err(not_json)?
            .outcome?
    } else {
        // The whole text is checked to be JSON before any part of it is judged, as `JSON.parse` does.
        let message: &RawValue = serde_json::from_str(text).map_err(not_json)?;
        vec![parse_message(message)?]
    };
    if messages.len() > max_batch {
        let heads = messages.into_iter().filter_map(|message| match message {
            Message::Call(call) => Some(call.head),
            Message::Stop(_) => None,
        });
        return Ok(Incoming::TooMany(heads.collect()));
    }
    Ok(Incoming::Messages(messages))
}

/// What [`Incoming::TooMany`] is answered with.
pub(crate) fn too_many() -> Error {
    Error::new(ErrorKind::BadRequest, "Batch call exceeds maximum size")
}

/// What a call to a path without such a procedure is answered with.
pub(crate) fn no_procedure(kind: ProcedureKind, path: &str) -> Error {
    Error::new(
        ErrorKind::NotFound,
        format!("No \"{}\"-procedure on path \"{path}\"", kind.as_str()),
    )
}

/// What a binary frame is answered with.
pub(crate) fn binary_frame() -> Error {
    Error::new(ErrorKind::Parse, "messages are text frames")
}

/// Reads the first text frame of a socket opened with `?connectionParams=1`: `data` of it.
///
/// ```json
/// {"method": "connectionParams", "data": {"token": "abc"}}
/// ```
///
/// # Errors
///
/// [`ErrorKind::Parse`] if it is no object, or `data` is neither `null` nor an object of strings; the socket is then closed.
pub(crate) fn parse_connection_params(
    text: &str,
) -> Result<Option<std::collections::BTreeMap<String, String>>> {
    #[derive(Deserialize)]
    struct Params<'a> {
        #[serde(borrow, default, deserialize_with = "present")]
        data: Option<&'a RawValue>,
    }
    let shape = || Error::new(ErrorKind::Parse, "Invalid connection params shape");
    let malformed = |_| Error::new(ErrorKind::Parse, "Malformed TRPCConnectionParamsMessage");
    let params: &RawValue = serde_json::from_str(text).map_err(malformed)?;
    if first_byte(params.get()) != Some(b'{') {
        return Err(shape());
    }
    let params: Params<'_> = serde_json::from_str(params.get()).map_err(malformed)?;
    let data = params.data.ok_or_else(shape)?;
    serde_json::from_str(data.get()).map_err(|_| shape())
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    method: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    params: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Params<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    path: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    input: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    last_event_id: Option<&'a RawValue>,
}

/// Tells `null` from absent, which an `Option` by itself does not.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

fn parse_message(message: &RawValue) -> Result<Message> {
    let wire: Wire<'_> = object(message)?;
    let id = parse_id(wire.id)?;
    let jsonrpc = match wire.jsonrpc {
        None => false,
        Some(version) if version.get() == "\"2.0\"" => true,
        Some(_) => return Err(malformed("Must be JSONRPC 2.0")),
    };
    let kind = match wire.method.map(RawValue::get) {
        Some("\"query\"") => ProcedureKind::Query,
        Some("\"mutation\"") => ProcedureKind::Mutation,
        Some("\"subscription\"") => ProcedureKind::Subscription,
        Some("\"subscription.stop\"") => return Ok(Message::Stop(id)),
        _ => return Err(malformed("Invalid procedure type")),
    };
    let params: Params<'_> = object(wire.params.ok_or_else(|| malformed("Not an object"))?)?;
    let path = string(params.path)?;
    let mut input = params.input.map(ToOwned::to_owned);
    if params.last_event_id.is_some() {
        input = merge_last_event_id(input, &string(params.last_event_id)?);
    }
    Ok(Message::Call(Call {
        head: Head { id, jsonrpc },
        kind,
        path,
        input,
    }))
}

fn parse_id(id: Option<&RawValue>) -> Result<Id> {
    let text = id.map(RawValue::get).unwrap_or_default();
    if text == "null" {
        return Err(malformed("`id` is required"));
    }
    let known = text.len() <= MAX_ID_BYTES
        && match first_byte(text) {
            // Reading it refuses numbers out of range and lone surrogates, which raw text may hold.
            Some(b'"') => serde_json::from_str::<String>(text).is_ok(),
            Some(b'-' | b'0'..=b'9') => serde_json::from_str::<f64>(text).is_ok(),
            _ => false,
        };
    if known {
        Ok(Id(text.into()))
    } else {
        Err(malformed("Invalid request id"))
    }
}

fn object<'a, T: Deserialize<'a>>(value: &'a RawValue) -> Result<T> {
    if first_byte(value.get()) != Some(b'{') {
        return Err(malformed("Not an object"));
    }
    // What is left to fail is a member that stands twice.
    serde_json::from_str(value.get()).map_err(not_json)
}

fn string(value: Option<&RawValue>) -> Result<String> {
    value
        .and_then(|value| serde_json::from_str(value.get()).ok())
        .ok_or_else(|| malformed("Invalid string"))
}

fn first_byte(json: &str) -> Option<u8> {
    json.trim_ascii_start().as_bytes().first().copied()
}

fn malformed(message: &'static str) -> Error {
    Error::new(ErrorKind::Parse, message)
}

#[allow(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
fn not_json(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Parse, error.to_string())
}

/// A batch, read element by element; `outcome` is the first complaint about one, kept until all of the text proved to be JSON.
struct Batch<'a> {
    outcome: Result<Vec<Message>>,
    text: PhantomData<&'a ()>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Batch<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements;

        impl<'de> Visitor<'de> for Elements {
            type Value = Batch<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of messages")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut outcome = Ok(Vec::new());
                while let Some(element) = seq.next_element::<&RawValue>()? {
                    if let Ok(messages) = &mut outcome {
                        match parse_message(element) {
                            Ok(message) => messages.push(message),
                            Err(error) => outcome = Err(error),
                        }
                    }
                }
                Ok(Batch {
                    outcome,
                    text: PhantomData,
                })
            }
        }

        deserializer.deserialize_seq(Elements)
    }
}

/// Appends the answer of a query or mutation; `None` leaves `data` out.
///
/// ```json
/// {"id": 1, "result": {"type": "data", "data": "pong"}}
/// ```
pub(crate) fn write_data(out: &mut Vec<u8>, head: &Head, data: Option<&RawValue>) {
    head.write(out);
    out.extend_from_slice(b"\"result\":{\"type\":\"data\"");
    if let Some(data) = data {
        out.extend_from_slice(b",\"data\":");
        out.extend_from_slice(data.get().as_bytes());
    }
    out.extend_from_slice(b"}}");
}

/// Appends a failure; without a head it concerns the connection, or a message that was not understood.
///
/// ```json
/// {"id": null, "error": {"message": "Not an object", "code": -32700, "data": {"code": "PARSE_ERROR", "httpStatus": 400}}}
/// ```
pub(crate) fn write_failed(
    out: &mut Vec<u8>,
    head: Option<&Head>,
    error: &Error,
    path: Option<&str>,
) {
    match head {
        Some(head) => head.write(out),
        None => out.extend_from_slice(b"{\"id\":null,"),
    }
    out.extend_from_slice(b"\"error\":");
    write_error_shape(out, error, path);
    out.push(b'}');
}

/// What a subscription's own prefix is followed by once it is accepted.
pub(crate) const STARTED: &[u8] = b"\"result\":{\"type\":\"started\"}}";
/// What a subscription's own prefix is followed by once it is over.
pub(crate) const STOPPED: &[u8] = b"\"result\":{\"type\":\"stopped\"}}";
/// The answer to text `PING`.
pub(crate) const PONG: &[u8] = b"PONG";

#[cfg(test)]
mod tests;
