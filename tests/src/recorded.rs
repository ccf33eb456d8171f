//! The router behind the recorded exchanges in `fixtures/wire`, as `fixtures/wire/README.md` describes it.

use std::{
    collections::VecDeque,
    fmt::Write as _,
    future::Future as _,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use pubsub_runtime::{
    __private::wire::{
        BoxFuture, Caller, End, EventFrame, EventsRequest, Framing, ProcedureKind, Procedures,
        Source, Step,
    },
    Error, ErrorKind, PathSegment, Result, Violation,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use tokio::time::{Sleep, sleep};

/// The recorded router; the fields stand for what some recordings were made with.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// Every call fails like this, as when a server's `createContext` throws.
    pub refuse: Option<(ErrorKind, &'static str)>,
    /// How often a quiet subscription is pinged.
    pub ping: Option<Duration>,
    /// How long a subscription may last before it is closed without a word.
    pub max_duration: Option<Duration>,
}

/// Event number `n`, named and filled.
pub fn envelope(n: u64, name: &str, payload: &Value) -> String {
    format!(
        r#"{{"id":"evt-{n}","name":"{name}","channel":"orders","payload":{payload},"timestamp":"2026-01-01T00:00:00.000Z"}}"#
    )
}

fn created(n: u64) -> String {
    let payload = json!({"orderId": format!("o{n}"), "total": n * 10});
    envelope(n, "orders:created", &payload)
}

#[derive(Deserialize)]
struct SendEvent {
    name: String,
    payload: Value,
}

#[derive(Deserialize)]
struct FetchHistory {
    #[serde(rename = "channel")]
    _channel: String,
    limit: Option<u64>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Subscribe {
    #[serde(rename = "channel")]
    _channel: String,
    last_event_id: Option<String>,
    count: Option<u64>,
    #[serde(default)]
    end: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderCreated {
    order_id: String,
    #[serde(rename = "total")]
    _total: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Throw {
    code: String,
    message: Option<String>,
    retry_after_ms: Option<u64>,
    #[serde(default)]
    after: u64,
}

impl Throw {
    fn error(self) -> Error {
        let kind = ErrorKind::from_name(&self.code).expect("a recorded code");
        let error = Error::new(kind, self.message.unwrap_or(self.code));
        match self.retry_after_ms {
            Some(millis) => error.with_retry_after(Duration::from_millis(millis)),
            None => error,
        }
    }
}

#[derive(Deserialize)]
struct Slow {
    ms: u64,
    v: Value,
}

fn decode<T: DeserializeOwned>(input: Option<&RawValue>) -> Result<T> {
    let json = input.map_or("null", RawValue::get);
    serde_json::from_str(json).map_err(|error| {
        Error::new(ErrorKind::BadRequest, "invalid input").with_violations(vec![Violation {
            path: vec![PathSegment::Key("input".into())],
            message: error.to_string(),
            code: "invalid_type",
        }])
    })
}

impl Procedures for Recorded {
    fn kind(&self, path: &str) -> Option<ProcedureKind> {
        Some(match path {
            "fetchHistory" | "debug.throwQuery" | "debug.plainError" | "debug.noInput"
            | "debug.undef" | "debug.nul" | "debug.echo" | "debug.slow" | "debug.whoami"
            | "debug.panic" => ProcedureKind::Query,
            "sendEvent" | "orders.created" | "debug.throwMutation" | "debug.noInputMutation" => {
                ProcedureKind::Mutation
            }
            "subscribe" | "subscribePlain" | "orders.subscribe" | "debug.throwSub"
            | "debug.throwSubSync" => ProcedureKind::Subscription,
            _ => return None,
        })
    }

    fn call(
        &self,
        caller: Caller,
        path: &str,
        input: Option<Box<RawValue>>,
    ) -> BoxFuture<Result<Option<Box<RawValue>>>> {
        let refused = self.refuse;
        let path = path.to_owned();
        Box::pin(async move {
            if let Some((kind, message)) = refused {
                return Err(Error::new(kind, message));
            }
            let answer = answer(&caller, &path, input.as_deref()).await?;
            Ok(answer.map(|value| to_raw_value(&value).expect("a value is JSON")))
        })
    }

    fn subscribe(
        &self,
        _caller: Caller,
        path: &str,
        input: Option<Box<RawValue>>,
    ) -> BoxFuture<Result<Box<dyn Source>>> {
        let items = match self.refuse {
            Some((kind, message)) => Err(Error::new(kind, message)),
            None => items(path, input.as_deref()),
        };
        let (ping, max_duration) = (self.ping, self.max_duration);
        Box::pin(async move {
            let mut items = items?;
            items.ping = ping.map(|every| (every, Box::pin(sleep(every))));
            items.deadline = max_duration.map(|after| Box::pin(sleep(after)));
            Ok(Box::new(items) as Box<dyn Source>)
        })
    }

    fn events(
        &self,
        _caller: Caller,
        request: EventsRequest,
    ) -> BoxFuture<Result<Box<dyn Source>>> {
        Box::pin(async move {
            if let Some(unknown) = request.channels.iter().find(|name| *name != "orders") {
                let message = format!("Unknown channel \"{unknown}\"");
                return Err(Error::new(ErrorKind::NotFound, message));
            }
            let seen = request.last_event_id.or(request.cursor);
            Ok(Box::new(Items::from(after(seen.as_deref()), 2, true)) as Box<dyn Source>)
        })
    }
}

async fn answer(caller: &Caller, path: &str, input: Option<&RawValue>) -> Result<Option<Value>> {
    Ok(Some(match path {
        "sendEvent" => {
            let sent: SendEvent = decode(input)?;
            let emitted = envelope(1, &sent.name, &sent.payload);
            let emitted: Value = serde_json::from_str(&emitted).expect("an envelope is JSON");
            json!({"status": "ok", "result": {"ok": true}, "emittedEvents": [emitted]})
        }
        "fetchHistory" => {
            let asked: FetchHistory = decode(input)?;
            let events = (1..=asked.limit.unwrap_or(3).min(3))
                .map(|n| serde_json::from_str::<Value>(&created(n)).expect("an envelope is JSON"));
            Value::Array(events.collect())
        }
        "orders.created" => {
            let order: OrderCreated = decode(input)?;
            json!({"ok": true, "orderId": order.order_id})
        }
        "debug.throwQuery" | "debug.throwMutation" => {
            return Err(decode::<Throw>(input)?.error());
        }
        "debug.plainError" => return Err(Error::new(ErrorKind::Internal, "boom")),
        "debug.noInput" => json!("pong"),
        "debug.noInputMutation" => json!("done"),
        "debug.undef" => return Ok(None),
        "debug.nul" => Value::Null,
        "debug.echo" => match input {
            Some(input) => {
                json!({"input": serde_json::from_str::<Value>(input.get()).expect("JSON")})
            }
            None => json!({"input": "<undefined>"}),
        },
        "debug.slow" => {
            let slow: Slow = decode(input)?;
            sleep(Duration::from_millis(slow.ms)).await;
            slow.v
        }
        "debug.whoami" => json!({"connectionParams": caller.connection_params.as_deref()}),
        _ => panic!("debug.panic does what it says"),
    }))
}

fn after(seen: Option<&str>) -> u64 {
    seen.and_then(|id| id.strip_prefix("evt-")?.parse().ok())
        .unwrap_or(0)
}

fn items(path: &str, input: Option<&RawValue>) -> Result<Items> {
    if path.starts_with("debug.") {
        let throw: Throw = decode(input)?;
        if path == "debug.throwSubSync" {
            return Err(throw.error());
        }
        let mut items = Items::from(0, throw.after, true);
        items.end = Some(End::Failed(throw.error()));
        return Ok(items);
    }
    let asked: Subscribe = match input {
        None if path == "orders.subscribe" => Subscribe::default(),
        input => decode(input)?,
    };
    let seen = after(asked.last_event_id.as_deref());
    let mut items = Items::from(seen, asked.count.unwrap_or(2), path != "subscribePlain");
    items.end = asked.end.then_some(End::Finished);
    Ok(items)
}

/// Some numbered events, then an end or silence.
#[derive(Debug)]
struct Items {
    ready: VecDeque<u64>,
    tracked: bool,
    last: String,
    end: Option<End>,
    ping: Option<(Duration, Pin<Box<Sleep>>)>,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Items {
    fn from(seen: u64, count: u64, tracked: bool) -> Self {
        Self {
            ready: (seen + 1..=seen + count).collect(),
            tracked,
            last: format!("evt-{seen}"),
            end: None,
            ping: None,
            deadline: None,
        }
    }
}

impl Source for Items {
    fn poll_frames(
        &mut self,
        cx: &mut Context<'_>,
        framing: &dyn Framing,
        budget: usize,
        out: &mut Vec<Bytes>,
    ) -> Poll<Step> {
        let mut written = 0;
        while written < budget
            && let Some(n) = self.ready.pop_front()
        {
            let body = created(n);
            self.last.clear();
            write!(self.last, "evt-{n}").expect("a string takes what it is given");
            let mut frame = BytesMut::new();
            let event = EventFrame {
                body: body.as_bytes(),
                name: "orders:created",
                id: &self.last,
                token: self.tracked.then_some(&self.last),
            };
            framing.event(event, &mut frame);
            written += frame.len();
            out.push(frame.freeze());
        }
        if written > 0 {
            return Poll::Ready(Step::Frames);
        }
        if let Some(end) = self.end.take() {
            return Poll::Ready(Step::End(end));
        }
        if let Some(deadline) = &mut self.deadline
            && deadline.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Step::End(End::Closed));
        }
        if let Some((every, timer)) = &mut self.ping
            && timer.as_mut().poll(cx).is_ready()
        {
            *timer = Box::pin(sleep(*every));
            let mut frame = BytesMut::new();
            framing.checkpoint(Some(&self.last), &mut frame);
            if frame.is_empty() {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            out.push(frame.freeze());
            return Poll::Ready(Step::Frames);
        }
        Poll::Pending
    }
}
