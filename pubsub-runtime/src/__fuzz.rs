//! What the fuzz targets run: every parser of input from the network, with what must hold besides that none panics.

use std::{borrow::Cow, cell::OnceCell, convert::Infallible, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use serde_json::{Value, value::RawValue};

use crate::{
    client::{ChannelClient, HttpEvents, SubscribeRequest, Transport, TransportError},
    delivery::{
        framing::{EventFrame, Framing as _},
        tokens::Tokens,
    },
    protocols::{
        cloud_events::CloudEvent,
        framing::{RawSse, RawSseToken, TrpcSse},
        query, sse,
        trpc::{
            input::merge_last_event_id,
            message::{self, Incoming, Message},
            request::{Head, Rules},
            response::{Answer, write_batch},
            stream::Format,
            ws_framing::WsTracked,
        },
    },
    words::{
        cursor::{Cursor, token_of},
        envelope::{Envelope, Timestamp},
        error::{Error, ErrorKind},
        procedure::ProcedureKind,
    },
};

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("what a writer wrote is JSON")
}

/// Lines as fields: the last one is the rest.
fn fields<const N: usize>(data: &[u8]) -> [&[u8]; N] {
    let mut parts = data.splitn(N, |byte| *byte == b'\n');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// Events of other systems: one that is read is written, and reads back as the same.
pub fn cloud_event(data: &[u8]) {
    let Ok(event) = CloudEvent::from_json(data) else {
        return;
    };
    let written = event.to_json().expect("what was read can be written");
    let again = CloudEvent::from_json(written.as_bytes()).expect("what was written can be read");
    assert_eq!(again.to_json().ok(), Some(written));
    assert_eq!(again.envelope.payload.get(), event.envelope.payload.get());
    assert_eq!(again.extensions, event.extensions);
}

/// Cursor tokens, plain and encrypted: one that is read is written, and reads back.
pub fn cursor(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let plain = Tokens::default();
    let encrypted = Tokens::encrypted(&[7; 32], &[[8; 32]]);
    let read_back = |cursor: &Cursor| {
        for tokens in [&plain, &encrypted] {
            let written = tokens.write(cursor);
            assert_eq!(tokens.read(&written).as_ref(), Ok(cursor), "{written}");
        }
        assert!(
            encrypted.read(&plain.write(cursor)).is_err(),
            "a forged token is read"
        );
    };
    for tokens in [&plain, &encrypted] {
        if let Ok(cursor) = tokens.read(&text) {
            read_back(&cursor);
        }
    }
    // A check hides the parser behind it from the fuzzer: here it is given what a check was right for.
    if let Ok(cursor) = Cursor::from_content(data) {
        read_back(&cursor);
    }
    let _unused = encrypted.read(&token_of(&[&[1, data.len() as u8], data].concat()));
}

/// Query strings, `/events` requests and the WebSocket handshake. Lines: query, then headers.
pub fn query(data: &[u8]) {
    let [query, headers] = fields(data);
    let query = String::from_utf8_lossy(query);
    let headers = headers_of(headers);
    for (name, value) in query::parameters(&query) {
        let decoded = query::decode(value);
        assert!(decoded.len() <= 3 * value.len(), "{name}: {value}");
        let encoded =
            percent_encoding::utf8_percent_encode(&decoded, percent_encoding::NON_ALPHANUMERIC);
        assert_eq!(query::decode(&encoded.to_string()), decoded);
    }
    let last = query::last_event_id(&headers, &query);
    assert!(last.is_none_or(|id| !id.is_empty()));
    if let Ok(request) = crate::protocols::events::request(&headers, &query) {
        let mut channels = request.channels.clone();
        channels.sort_unstable();
        channels.dedup();
        assert_eq!(
            channels.len(),
            request.channels.len(),
            "each channel is named once"
        );
    }
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.headers = headers;
    if let Ok(uri) = format!("/trpc?{query}").parse() {
        parts.uri = uri;
    }
    if let (Ok(key), ..) = crate::transports::ws::read_handshake(&parts) {
        assert_eq!(key.len(), 28);
    }
}

fn headers_of(text: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in text.split(|byte| *byte == b'\n') {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = HeaderName::from_bytes(parts.next().unwrap_or_default().trim_ascii());
        let value = HeaderValue::from_bytes(parts.next().unwrap_or_default().trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    headers
}

fn kind(path: &str) -> Option<ProcedureKind> {
    match path {
        "orders.list" | "fetchHistory" => Some(ProcedureKind::Query),
        "orders.created" | "sendEvent" => Some(ProcedureKind::Mutation),
        "subscribe" => Some(ProcedureKind::Subscription),
        _ => None,
    }
}

/// tRPC over HTTP. Lines: method, path, query, headers up to an empty line, body.
pub fn request(data: &[u8]) {
    let [method, path, query, rest] = fields(data);
    let end = rest.windows(2).position(|pair| pair == b"\n\n");
    let (headers, body) = end.map_or((rest, &b""[..]), |end| (&rest[..end], &rest[end + 2..]));
    let method = Method::from_bytes(method).unwrap_or(Method::GET);
    let (path, query) = (
        String::from_utf8_lossy(path),
        String::from_utf8_lossy(query),
    );
    let headers = headers_of(headers);
    let rules = Rules {
        max_batch: 20,
        method_override: body.len() % 2 == 0,
        path_separator: (path.len() % 4 == 0).then_some('/'),
    };
    let head = match Head::parse(&method, &path, &query, &headers, rules, kind) {
        Ok(head) => head,
        Err(refusal) => {
            let mut out = Vec::new();
            crate::protocols::trpc::response::write_error(&mut out, &refusal.error, None);
            json(&out);
            return;
        }
    };
    let paths: Vec<_> = head.paths().collect();
    assert_eq!(paths.len(), head.count);
    assert!(head.count <= 20);
    for path in &paths {
        let _unused = head.admit(path, kind(path));
    }
    let from_query = head.query_input();
    let input = if head.input_in_body() {
        body
    } else {
        from_query.as_bytes()
    };
    let inputs = head.inputs(input);
    let answers: Vec<Answer> = match inputs {
        Ok(inputs) => {
            assert_eq!(inputs.len(), head.count);
            inputs.into_iter().map(Ok).collect()
        }
        Err(error) => vec![Err(error)],
    };
    // What came in goes out again as an answer: it is JSON whatever it holds.
    let mut out = Vec::new();
    write_batch(&mut out, paths.iter().copied(), &answers);
    is_json_or_holds_more_than_json(&out, &answers);
    for format in [Format::JsonLines, Format::Object] {
        let mut out = Vec::new();
        format.write_head(&mut out, answers.len());
        for (index, (path, answer)) in paths.iter().zip(&answers).enumerate() {
            format.write_answer(&mut out, index == 0, index, path, answer);
        }
        format.write_tail(&mut out);
        match format {
            Format::JsonLines => out
                .split(|byte| *byte == b'\n')
                .filter(|line| !line.is_empty())
                .for_each(|line| is_json_or_holds_more_than_json(line, &answers)),
            Format::Object => is_json_or_holds_more_than_json(&out, &answers),
        }
    }
}

/// Raw JSON may hold numbers and surrogates that no `Value` can, and lines; then it is only checked to be JSON as it stands.
fn is_json_or_holds_more_than_json(out: &[u8], answers: &[Answer]) {
    let is_plain = |text: &str| serde_json::from_str::<Value>(text).is_ok() && !text.contains('\n');
    let all_plain = answers
        .iter()
        .all(|answer| !matches!(answer, Ok(Some(raw)) if !is_plain(raw.get())));
    if all_plain {
        json(out);
    }
}

/// tRPC over WebSocket: text frames, connection parameters, and the answers.
pub fn message(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _unused = message::parse_connection_params(&text);
    let answer = |head: &message::Head| {
        let error = Error::new(ErrorKind::BadRequest, text.clone().into_owned());
        let mut out = Vec::new();
        message::write_failed(&mut out, Some(head), &error, Some(&text));
        let id = json(&out)["id"].clone();
        assert!(id.is_string() || id.is_number());
        for tail in [message::STARTED, message::STOPPED] {
            let mut out = head.prefix().into_vec();
            out.extend_from_slice(tail);
            assert_eq!(json(&out)["id"], id);
        }
        let mut out = BytesMut::from(&head.prefix()[..]);
        WsTracked.event(frame(b"{}"), &mut out);
        assert_eq!(json(&out)["id"], id);
    };
    match message::parse(&text, 10) {
        Ok(Incoming::Messages(messages)) => {
            assert!(messages.len() <= 10);
            for message in messages {
                if let Message::Call(call) = message {
                    answer(&call.head);
                    let mut out = Vec::new();
                    message::write_data(&mut out, &call.head, call.input.as_deref());
                    let _: &RawValue = serde_json::from_slice(&out).expect("an answer is JSON");
                }
            }
        }
        Ok(Incoming::TooMany(heads)) => heads.iter().for_each(answer),
        Ok(Incoming::Ping | Incoming::Pong) => {}
        Err(error) => {
            let mut out = Vec::new();
            message::write_failed(&mut out, None, &error, None);
            json(&out);
        }
    }
}

fn frame(body: &[u8]) -> EventFrame<'_> {
    EventFrame {
        body,
        name: "orders:created",
        id: "0198f2b0-7d3a-7000-8a5e-0242ac120002",
        token: Some("c1.AA"),
    }
}

/// Inputs of procedures. Lines: the id of the last event, then JSON.
pub fn input(data: &[u8]) {
    let [id, text] = fields(data);
    let (id, text) = (String::from_utf8_lossy(id), String::from_utf8_lossy(text));
    let Ok(value) = serde_json::from_str::<Box<RawValue>>(&text) else {
        return;
    };
    let merged = merge_last_event_id(Some(value.clone()), &id).expect("there is an input");
    if value.get().starts_with('{') && serde_json::from_str::<Value>(value.get()).is_ok() {
        assert_eq!(json(merged.get().as_bytes())["lastEventId"], *id);
    }
    if let Some((rest, _)) = crate::ops::read_any(value) {
        let _: &RawValue =
            serde_json::from_str(rest.get()).expect("what is left of an input is JSON");
    }
    let _unused = crate::ops::read_any(merged);
}

thread_local! {
    static RUNTIME: OnceCell<tokio::runtime::Runtime> = const { OnceCell::new() };
}

fn block_on<F: Future>(future: F) -> F::Output {
    RUNTIME.with(|runtime| {
        let start = || {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            builder.enable_time().build().expect("a runtime starts")
        };
        runtime.get_or_init(start).block_on(future)
    })
}

fn chunks(bytes: &[u8], size: usize) -> Vec<Bytes> {
    bytes
        .chunks(size.max(1))
        .map(Bytes::copy_from_slice)
        .collect()
}

/// Server-sent events: any bytes as the client reads them, and what the server writes, read back. Lines: id, event, data.
pub fn sse(data: &[u8]) {
    const LIMIT: usize = 4_096;
    let size = data.first().map_or(1, |byte| usize::from(byte % 16) + 1);
    let whole = block_on(crate::client::frames(chunks(data, data.len()), LIMIT));
    let split = block_on(crate::client::frames(chunks(data, size), LIMIT));
    if whole.1 && split.1 {
        assert_eq!(whole.0, split.0, "how bytes are split changes nothing");
    }
    for frame in whole.0 {
        if let Some(Ok(envelope)) = frame
            .data
            .map(|data| serde_json::from_str::<Envelope>(&data))
        {
            let written = serde_json::to_vec(&envelope).expect("an envelope is JSON");
            let again: Envelope = serde_json::from_slice(&written).expect("an envelope reads back");
            assert_eq!(
                (again.id, again.timestamp),
                (envelope.id, envelope.timestamp)
            );
        }
    }

    let [id, event, body] = fields(data);
    let (Ok(id), Ok(event), Ok(body)) = (
        std::str::from_utf8(id),
        std::str::from_utf8(event),
        std::str::from_utf8(body),
    ) else {
        return;
    };
    let mut out = BytesMut::new();
    sse::write_event(&mut out, Some(id), Some(event), body.as_bytes());
    let mut framed = BytesMut::new();
    RawSse.event(frame(body.as_bytes()), &mut framed);
    RawSseToken.event(frame(body.as_bytes()), &mut framed);
    TrpcSse.event(frame(body.as_bytes()), &mut framed);
    TrpcSse.checkpoint(Some("c1.AA"), &mut framed);
    let limit = 8 * (out.len() + framed.len()) + 1_024;
    let (read, whole) = block_on(crate::client::frames(chunks(&out, size), limit));
    assert!(
        whole && read.len() == 1,
        "one event, whatever is in it: {read:?}"
    );
    let lines = body.replace("\r\n", "\n").replace('\r', "\n");
    let read = &read[0];
    assert_eq!(read.data.as_deref(), Some(&*lines));
    let clean = |text: &&str| !text.contains(['\r', '\n', '\0']);
    assert_eq!(read.id.as_deref(), Some(id).filter(clean));
    let named = |text: &&str| clean(text) && !text.is_empty();
    assert_eq!(
        read.event.as_deref().filter(|event| !event.is_empty()),
        Some(event).filter(named)
    );
    let (read, whole) = block_on(crate::client::frames(chunks(&framed, size), limit));
    assert!(whole && read.len() == 4, "four events: {read:?}");
}

/// A server that answers every event with these bytes.
#[derive(Debug, Clone)]
struct Answers<'a>(Cow<'a, str>);

impl Transport for Answers<'static> {
    type Events = HttpEvents;

    async fn mutate(&self, _: &str, _: String) -> Result<String, TransportError> {
        Ok(self.0.clone().into_owned())
    }

    async fn subscribe(
        &self,
        _: SubscribeRequest,
    ) -> Result<HttpEvents, crate::client::ClientError> {
        Err(TransportError::new("this server has no streams", None).into())
    }
}

/// Replies as the client reads them, envelopes and refusals.
pub fn reply(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    if let Ok(envelope) = serde_json::from_str::<Envelope>(&text) {
        let written = serde_json::to_string(&envelope).expect("an envelope is JSON");
        let again: Envelope = serde_json::from_str(&written).expect("an envelope reads back");
        assert_eq!(
            (
                again.id,
                again.name,
                again.channel,
                again.timestamp,
                again.meta
            ),
            (
                envelope.id,
                envelope.name,
                envelope.channel,
                envelope.timestamp,
                envelope.meta
            )
        );
        assert_eq!(again.payload.get(), envelope.payload.get());
    }
    if let Some(time) = Timestamp::parse(&text) {
        let written = time.to_string();
        assert_eq!(
            Timestamp::parse(&written),
            Some(time),
            "{text} is written {written}"
        );
    }
    let client = ChannelClient::new(Answers(Cow::Owned(text)), "orders");
    let call = client.call::<(), Value, Infallible, Envelope>("orders:created", ());
    let _unused =
        block_on(async { tokio::time::timeout(Duration::from_secs(1), call.detailed()).await });
}
