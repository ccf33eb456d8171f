//! The operations as procedures.

use std::{error::Error as _, sync::Arc};

use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    consumers::{Consumer, Naming},
    core::Core,
    filters::Filters,
    history::{fetch_history, history},
    input::{
        FetchHistoryInput, SendInput, SubscribeInput, read, read_or_default, take_client_event_id,
    },
    procedures::{BoxFuture, Caller, EventsRequest, Procedures},
    send::{Sending, send},
    start::{Presented, StartAt},
    subscribe::{Subscribing, subscribe},
    table::Procedure,
};
use crate::{
    delivery::source::Source,
    words::{
        error::{Error, ErrorKind, Result},
        procedure::ProcedureKind,
    },
};

/// The operations of a server, as its transports call them.
#[derive(Debug, Clone)]
pub(crate) struct Operations(pub(super) Arc<Core>);

impl Operations {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self(core)
    }
}

type Answer = Option<Box<RawValue>>;

fn to_answer(value: &impl Serialize) -> Result<Answer> {
    serde_json::value::to_raw_value(value)
        .map(Some)
        .map_err(Error::internal)
}

async fn call(
    core: &Arc<Core>,
    caller: Caller,
    procedure: Procedure,
    input: Option<Box<RawValue>>,
) -> Result<Answer> {
    match procedure {
        Procedure::SendEvent => {
            let SendInput {
                name,
                payload,
                client_event_id,
            } = read(input.as_deref())?;
            let event = core.table.event_number(&name)?;
            let sent = send(
                core,
                caller,
                Sending {
                    event,
                    payload,
                    client_event_id,
                    at: &["payload"],
                },
            )
            .await?;
            to_answer(&sent)
        }
        Procedure::SendTyped(event) => {
            let input = input.unwrap_or_else(|| RawValue::NULL.to_owned());
            let (payload, client_event_id) = take_client_event_id(input)?;
            let sending = Sending {
                event,
                payload: &payload,
                client_event_id,
                at: &[],
            };
            let sent = send(core, caller, sending).await?;
            Ok(Some(
                sent.result.unwrap_or_else(|| RawValue::NULL.to_owned()),
            ))
        }
        Procedure::FetchHistory => {
            let input: FetchHistoryInput = read(input.as_deref())?;
            to_answer(&fetch_history(core, &caller.principal, input).await?)
        }
        Procedure::ChannelHistory(channel) => {
            let channel = core.table.channel_at(channel)?;
            let input = read_or_default(input.as_deref())?;
            to_answer(&history(core, &caller.principal, channel, input).await?)
        }
        Procedure::Subscribe | Procedure::ChannelSubscribe(_) => Err(Error::new(
            ErrorKind::MethodNotSupported,
            "this is a subscription",
        )),
    }
}

async fn open(
    core: Arc<Core>,
    caller: Caller,
    procedure: Procedure,
    input: Option<Box<RawValue>>,
) -> Result<Box<dyn Source>> {
    let input: SubscribeInput = read_or_default(input.as_deref())?;
    let from = StartAt::read(Presented {
        last_event_id: input.last_event_id,
        cursor: input.cursor,
        since: input.since,
        from: input.from,
    })?;
    let channels = match procedure {
        Procedure::ChannelSubscribe(channel) => {
            vec![core.table.channel_at(channel)?.name.to_owned()]
        }
        _ => input
            .channel
            .map(super::input::OneOrMany::into_vec)
            .unwrap_or_default(),
    };
    let filters = Filters::read(input.filters.as_ref())?;
    let consumer = match &input.consumer {
        None => None,
        Some(name) => {
            let naming = Naming {
                caller: &caller,
                name,
                channels: &channels,
                filters: input.filters.as_ref(),
            };
            Some(Consumer::claim(&core, naming).await?)
        }
    };
    let is_resumed = from.names_a_place();
    let subscribing = Subscribing {
        channels,
        from: from.or_after(consumer.as_ref().and_then(Consumer::place)),
        filters,
        with_system: input.system.unwrap_or(true),
    };
    let live = subscribe(&core, &caller, subscribing).await?;
    Ok(match consumer {
        None => Box::new(live),
        Some(consumer) => Box::new(consumer.keep(&core, live, is_resumed).await?),
    })
}

/// Tells the operator what the caller is not told.
fn log_defect(path: &str, request_id: &str, error: &Error) {
    if error.kind().codes().status == 500 && error.source().is_some() {
        tracing::error!(path, request_id, cause = error.causes(), "a call failed");
    }
}

fn unknown(path: &str) -> Error {
    Error::new(
        ErrorKind::NotFound,
        format!("No procedure found on path \"{path}\""),
    )
}

impl Procedures for Operations {
    fn kind(&self, path: &str) -> Option<ProcedureKind> {
        self.0.table.procedure(path).map(Procedure::kind)
    }

    fn call(
        &self,
        caller: Caller,
        path: &str,
        input: Option<Box<RawValue>>,
    ) -> BoxFuture<Result<Answer>> {
        match self.0.table.procedure(path) {
            Some(procedure) => {
                let (core, request_id) = (Arc::clone(&self.0), Arc::clone(&caller.request_id));
                Box::pin(async move {
                    let answer = call(&core, caller, procedure, input).await;
                    answer.inspect_err(|error| {
                        log_defect(core.table.path(procedure), &request_id, error);
                    })
                })
            }
            None => Box::pin(std::future::ready(Err(unknown(path)))),
        }
    }

    fn subscribe(
        &self,
        caller: Caller,
        path: &str,
        input: Option<Box<RawValue>>,
    ) -> BoxFuture<Result<Box<dyn Source>>> {
        match self.0.table.procedure(path) {
            Some(procedure) => Box::pin(open(Arc::clone(&self.0), caller, procedure, input)),
            None => Box::pin(std::future::ready(Err(unknown(path)))),
        }
    }

    fn events(&self, caller: Caller, request: EventsRequest) -> BoxFuture<Result<Box<dyn Source>>> {
        let core = Arc::clone(&self.0);
        Box::pin(async move {
            let from = StartAt::read(Presented {
                last_event_id: request.last_event_id,
                cursor: request.cursor,
                since: request.since,
                from: request.from,
            })?;
            let subscribing = Subscribing {
                channels: request.channels,
                from,
                filters: Filters::read_text(request.filters.as_deref())?,
                with_system: true,
            };
            let live = subscribe(&core, &caller, subscribing).await?;
            Ok(Box::new(live) as Box<dyn Source>)
        })
    }
}
