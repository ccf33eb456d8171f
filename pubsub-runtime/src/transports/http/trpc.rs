//! `/trpc/…`: calls, batches and subscriptions.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, join_all},
};
use http::{Response, request::Parts};
use http_body::Body;
use serde_json::value::RawValue;

use super::{
    BoxError, HttpTransport,
    batch::BatchStream,
    body::{Ending, EventStream, ResponseBody},
    panicked, reply, request_body,
};
use crate::{
    ops::procedures::{Caller, Procedures},
    protocols::{
        framing::TrpcSse,
        query, sse,
        trpc::{
            input::merge_last_event_id,
            request::{Head, NotAdmitted, Refusal, input},
            response::{Answer, Outcome, write_answer, write_batch, write_error},
        },
    },
    words::{
        error::{Error, ErrorKind, Result},
        procedure::ProcedureKind,
    },
};

impl HttpTransport {
    pub(super) async fn trpc<B>(&self, path: &str, parts: &Parts, body: B) -> Response<ResponseBody>
    where
        B: Body + Unpin,
        B::Error: Into<BoxError>,
    {
        let head = Head::parse(
            &parts.method,
            path,
            parts.uri.query().unwrap_or_default(),
            &parts.headers,
            self.rules(),
            |path| self.procedures.kind(path),
        );
        let mut head = match head {
            Ok(head) => head,
            Err(refusal) => return refused(&refusal),
        };
        let mut caller = self.caller(&parts.headers);
        caller.connection_params = head.connection_params.take();
        if head.batch {
            self.batch(&head, parts, body, caller).await
        } else {
            self.single(&head, parts, body, caller).await
        }
    }

    async fn single<B>(
        &self,
        head: &Head<'_>,
        parts: &Parts,
        body: B,
        caller: Caller,
    ) -> Response<ResponseBody>
    where
        B: Body + Unpin,
        B::Error: Into<BoxError>,
    {
        let path = head.paths().next().unwrap_or_default();
        let kind = self.procedures.kind(path);
        let kind = match head.admit(path, kind) {
            Ok(kind) => kind,
            Err(NotAdmitted { error, allow }) => {
                let response = if kind == Some(ProcedureKind::Subscription) {
                    self.failed_subscription(&error, path)
                } else {
                    answered(path, &Err(error))
                };
                return reply::allow(response, allow);
            }
        };
        let read = self
            .input_bytes(head, parts, body)
            .await
            .and_then(|json| input(&json));
        if kind == ProcedureKind::Subscription {
            return match self.open(parts, caller, path, read).await {
                Ok(stream) => reply::event_stream(ResponseBody::events(stream)),
                Err(error) => self.failed_subscription(&error, path),
            };
        }
        let answer = match read {
            Ok(input) => call(&self.procedures, caller, path, input).await,
            Err(error) => Err(error),
        };
        answered(path, &answer)
    }

    async fn open(
        &self,
        parts: &Parts,
        caller: Caller,
        path: &str,
        input: Result<Option<Box<RawValue>>>,
    ) -> Result<EventStream> {
        let mut input = input?;
        let query = parts.uri.query().unwrap_or_default();
        if let Some(id) = query::last_event_id(&parts.headers, query) {
            input = merge_last_event_id(input, &id);
        }
        let opened = async { self.procedures.subscribe(caller, path, input).await };
        let source = AssertUnwindSafe(opened)
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Err(panicked()))?;
        Ok(EventStream::new(
            self.trpc_head.clone(),
            source,
            &TrpcSse,
            Ending::Trpc(path.to_owned()),
            self.comeback(),
        ))
    }

    /// Clients of subscriptions read errors from the stream only.
    fn failed_subscription(&self, error: &Error, path: &str) -> Response<ResponseBody> {
        let mut body = self.trpc_head.to_vec();
        sse::write_failed(&mut body, error, path);
        reply::ended_event_stream(body)
    }

    async fn batch<B>(
        &self,
        head: &Head<'_>,
        parts: &Parts,
        body: B,
        caller: Caller,
    ) -> Response<ResponseBody>
    where
        B: Body + Unpin,
        B::Error: Into<BoxError>,
    {
        let admitted: Vec<_> = head
            .paths()
            .map(|path| head.admit(path, self.procedures.kind(path)))
            .collect();
        let inputs = if admitted.iter().all(Result::is_err) {
            head.inputs(b"")
        } else {
            self.input_bytes(head, parts, body)
                .await
                .and_then(|json| head.inputs(&json))
        };
        let mut allow = None;
        let room = Arc::new(AtomicUsize::new(self.options.limits.max_batch_answer_bytes));
        let mut calls: Vec<BoxFuture<'static, (usize, Answer)>> = Vec::with_capacity(head.count);
        let (mut inputs, unread) = match inputs {
            Ok(inputs) => (inputs.into_iter(), None),
            Err(error) => (Vec::new().into_iter(), Some(error)),
        };
        for (index, (path, admitted)) in head.paths().zip(admitted).enumerate() {
            let input = inputs.next().flatten();
            let failed = match (admitted, &unread) {
                (Err(refused), _) => {
                    allow = allow.or(refused.allow);
                    Some(refused.error)
                }
                (Ok(_), Some(unread)) => {
                    Some(Error::new(unread.kind(), unread.message().to_owned()))
                }
                (Ok(_), None) => None,
            };
            calls.push(if let Some(error) = failed {
                std::future::ready((index, Err(error))).boxed()
            } else {
                let procedures = Arc::clone(&self.procedures);
                let caller = caller.clone();
                let path = path.to_owned();
                // What a mutation answers is not taken back: it has happened.
                let is_bounded = procedures.kind(&path) == Some(ProcedureKind::Query);
                let room = Arc::clone(&room);
                async move {
                    let answer = call(&procedures, caller, &path, input).await;
                    let answer = if is_bounded {
                        fitting(&room, answer)
                    } else {
                        answer
                    };
                    (index, answer)
                }
                .boxed()
            });
        }
        if let Some(format) = head.stream {
            let paths = head.paths().map(str::to_owned).collect();
            let quiet = self.options.limits.ping_interval;
            let stream = BatchStream::new(format, paths, calls, quiet);
            return reply::streamed(ResponseBody::batch(stream));
        }
        let answers: Vec<_> = join_all(calls)
            .await
            .into_iter()
            .map(|(_, answer)| answer)
            .collect();
        let mut out = Vec::with_capacity(64 * answers.len());
        write_batch(&mut out, head.paths(), &answers);
        reply::allow(reply::json(Outcome::of_batch(&answers), out), allow)
    }

    async fn input_bytes<B>(&self, head: &Head<'_>, parts: &Parts, body: B) -> Result<Bytes>
    where
        B: Body + Unpin,
        B::Error: Into<BoxError>,
    {
        if head.input_in_body() {
            request_body::read(&parts.headers, body, &self.options.limits).await
        } else {
            Ok(Bytes::from(head.query_input().into_owned()))
        }
    }
}

/// Runs one call; a panic fails it alone.
async fn call(
    procedures: &Arc<dyn Procedures>,
    caller: Caller,
    path: &str,
    input: Option<Box<RawValue>>,
) -> Answer {
    let running = async { procedures.call(caller, path, input).await };
    let answer = AssertUnwindSafe(running).catch_unwind().await;
    answer.unwrap_or_else(|_| {
        tracing::error!(path, "a call panicked");
        Err(panicked())
    })
}

/// The answer of a query, unless it takes more than the room that its batch has left.
fn fitting(room: &AtomicUsize, answer: Answer) -> Answer {
    let size = match &answer {
        Ok(Some(data)) => data.get().len(),
        _ => 0,
    };
    let taken = room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
        left.checked_sub(size)
    });
    match taken {
        Ok(_) => answer,
        Err(_) => Err(Error::new(
            ErrorKind::PayloadTooLarge,
            "the answers of this batch are over its limit; ask for them one by one",
        )),
    }
}

fn answered(path: &str, answer: &Answer) -> Response<ResponseBody> {
    let mut body = Vec::new();
    write_answer(&mut body, path, answer);
    reply::json(Outcome::of(answer.as_ref().map(drop)), body)
}

/// A request none of whose calls is run.
fn refused(refusal: &Refusal) -> Response<ResponseBody> {
    let Some((format, calls)) = refusal.stream else {
        return reply::error(&refusal.error);
    };
    let mut envelope = Vec::new();
    write_error(&mut envelope, &refusal.error, None);
    let mut body = Vec::new();
    format.write_head(&mut body, calls);
    for index in 0..calls {
        format.write_envelope(&mut body, index == 0, index, &envelope);
    }
    format.write_tail(&mut body);
    reply::streamed(ResponseBody::full(body.into()))
}
