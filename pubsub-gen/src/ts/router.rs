//! `trpc-v11.d.ts` and `trpc-v10.d.ts`: the type of a router, with no server behind it.

use std::fmt::Write as _;

use pubsub_runtime::{
    AccessManifest, ChannelManifest, EventManifest, IdempotentManifest, Manifest,
};

use crate::model::{Direction, Docs, Extra, Graph, Place, Shape, TypeError, takes_extra_keys};

use super::{docs, shape::Types, subscribe::Filters, words};

/// Which client the types are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    V10,
    V11,
}

/// Names that the clients' proxies answer themselves.
///
/// # Source
///
/// tRPC v11 and v10 `createProxy.ts`, and v10 `createTRPCClientProxy`, whose own members hide a router of that name.
const RESERVED_BY_PROXY: [&str; 3] = ["then", "call", "apply"];
const RESERVED_AT_TOP: [&str; 10] = [
    "subscribe",
    "pubsub",
    "$request",
    "links",
    "mutation",
    "query",
    "requestAsPromise",
    "requestId",
    "runtime",
    "subscription",
];
const RESERVED_IN_CHANNEL: [&str; 2] = ["subscribe", "history"];

#[derive(Debug, Clone, Copy)]
enum Kind {
    Mutation,
    Query,
    Subscription,
}

#[derive(Debug)]
struct Procedure {
    name: String,
    kind: Kind,
    input: String,
    output: String,
    /// What a failed call tells under `error.data.event`, where one event is sent.
    error: Option<String>,
    docs: Docs,
}

/// Names that would make the client's type an error or hide a procedure.
pub(crate) fn check_names(manifest: &Manifest) -> Vec<TypeError> {
    let refuse = |place: &str, word: &str, remedy: &str| {
        let what = format!("`{word}` is reserved by the tRPC client");
        TypeError::new(&Place::root(place), what, &[remedy])
    };
    let channels = manifest.channels.iter().filter_map(|channel| {
        let name = channel.name.as_str();
        (RESERVED_BY_PROXY.contains(&name) || RESERVED_AT_TOP.contains(&name))
            .then(|| refuse(name, name, "give the channel another name"))
    });
    let events = manifest.events.iter().filter_map(|event| {
        let word = event.word.as_str();
        let reserved = RESERVED_BY_PROXY.contains(&word) || RESERVED_IN_CHANNEL.contains(&word);
        (reserved && event.direction.is_client_sent()).then(|| {
            refuse(
                &event.name,
                word,
                "give it another name with `name = \"…\"`",
            )
        })
    });
    channels.chain(events).collect()
}

/// Events whose typed procedure has no place for the `clientEventId` that must be there.
pub(crate) fn check_ids(manifest: &Manifest, graph: &Graph) -> Vec<TypeError> {
    let has_no_place = |event: &&EventManifest| {
        let sent = || graph.event(&event.name)?.sent.as_ref();
        event.idempotent == IdempotentManifest::Required
            && sent().is_some_and(|sent| {
                matches!(takes_extra_keys(graph, sent), Extra::None | Extra::Some)
            })
    };
    let refused = manifest.events.iter().filter(has_no_place);
    refused
        .map(|event| TypeError {
            place: Place::root(&event.name),
            what: format!(
                "the event is `idempotent = \"required\"`, but its payload `{}` has no place for `clientEventId` beside it",
                event.rust_type
            ),
            remedies: vec!["send a struct with named fields".to_owned()],
        })
        .collect()
}

/// The text of the file, without its first line.
pub(crate) fn app_router(manifest: &Manifest, graph: &Graph, dialect: Dialect) -> String {
    let mut text = dialect.head().to_owned();
    text.push_str(match dialect {
        Dialect::V11 => "\n/** The type of the server; `createTRPCClient<AppRouter>` takes it. */\nexport type AppRouter = BuiltRouter<Root, {\n",
        Dialect::V10 => "\n/** The type of the server; `createTRPCProxyClient<AppRouter>` takes it. */\nexport type AppRouter = CreateRouterInner<Config, {\n",
    });
    for procedure in top_level() {
        text.push_str(&procedure.line(2));
    }
    let filters = Filters::of(manifest, graph);
    for channel in &manifest.channels {
        let procedures = of_channel(manifest, graph, &filters, channel);
        if procedures.is_empty() {
            continue;
        }
        let said = Docs {
            text: channel.description.clone(),
            deprecated: None,
        };
        text.push_str(&docs::comment(&said, 2));
        let _ = writeln!(
            text,
            "  {}: {}",
            words::member(&channel.name),
            dialect.open_router()
        );
        for procedure in &procedures {
            text.push_str(&procedure.line(4));
        }
        let _ = writeln!(text, "  {}", dialect.close_router());
    }
    text.push_str("}>;\n");
    text.push_str(super::NOTHING_ELSE);
    text
}

fn top_level() -> [Procedure; 3] {
    let procedure = |name: &str, kind, input: &str, output: &str, docs: &str| Procedure {
        name: name.to_owned(),
        kind,
        input: input.to_owned(),
        output: output.to_owned(),
        error: None,
        docs: Docs {
            text: docs.to_owned(),
            deprecated: None,
        },
    };
    [
        procedure(
            "sendEvent",
            Kind::Mutation,
            "E.SendEventInput",
            "E.SendEventOutput",
            "Sends one event; `<channel>.<word>` does the same with the exact type of the reply.",
        ),
        procedure(
            "subscribe",
            Kind::Subscription,
            "E.SubscribeInput",
            "E.ChannelEvent<E.ChannelNames>",
            "Receives what is published on one channel or several, and what may be lost.",
        ),
        procedure(
            "fetchHistory",
            Kind::Query,
            "E.FetchHistoryInput",
            "E.Channels[E.ChannelNames][]",
            "Reads what was published.",
        ),
    ]
}

fn of_channel(
    manifest: &Manifest,
    graph: &Graph,
    filters: &Filters<'_>,
    channel: &ChannelManifest,
) -> Vec<Procedure> {
    let mut procedures: Vec<_> = manifest
        .events
        .iter()
        .filter(|event| event.channel == channel.name && event.direction.is_client_sent())
        .filter_map(|event| mutation(event, graph))
        .collect();
    if channel.subscribe != AccessManifest::None {
        let name = words::text(&channel.name);
        let of_all = |name: &str, kind, input: &str, output, docs: &str| Procedure {
            name: name.to_owned(),
            kind,
            input: input.to_owned(),
            output,
            error: None,
            docs: Docs {
                text: docs.to_owned(),
                deprecated: None,
            },
        };
        let input = if filters.has(&channel.name) {
            format!("E.Filtered<{name}> | void")
        } else {
            "E.SubscribeOptions | void".to_owned()
        };
        procedures.push(of_all(
            "subscribe",
            Kind::Subscription,
            &input,
            format!("E.ChannelEvent<{name}>"),
            "Receives what is published on this channel, and what may be lost.",
        ));
        procedures.push(of_all(
            "history",
            Kind::Query,
            "E.HistoryInput | void",
            format!("E.HistoryPage<E.Channels[{name}]>"),
            "Reads what was published on this channel, page by page.",
        ));
    }
    procedures
}

fn mutation(event: &EventManifest, graph: &Graph) -> Option<Procedure> {
    let types = |direction| Types {
        graph,
        direction,
        prefix: "E.",
    };
    let found = graph.event(&event.name)?;
    let sent = found.sent.as_ref()?;
    let payload = types(Direction::Input).shape(sent, 4);
    let grouped = match sent {
        Shape::Union(_) => format!("({payload})"),
        _ => payload.clone(),
    };
    let options = match event.idempotent {
        IdempotentManifest::Optional => "E.SendOptions",
        IdempotentManifest::Required => "E.RequiredSendOptions",
        IdempotentManifest::By(_) => "",
    };
    let input = match takes_extra_keys(graph, sent) {
        _ if options.is_empty() => payload,
        Extra::All => format!("{grouped} & {options}"),
        Extra::Empty => options.to_owned(),
        Extra::Some => format!("{grouped} | ({grouped} & {options})"),
        Extra::None => payload,
    };
    Some(Procedure {
        name: event.word.clone(),
        kind: Kind::Mutation,
        input,
        output: found.reply.as_ref().map_or_else(
            || "null".to_owned(),
            |reply| types(Direction::Output).shape(reply, 4),
        ),
        error: Some(found.error.as_ref().map_or_else(
            || "never".to_owned(),
            |error| types(Direction::Output).shape(error, 4),
        )),
        docs: Docs {
            text: event
                .action
                .as_ref()
                .map(|action| action.description.clone())
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| event.description.clone()),
            deprecated: event.deprecated.clone(),
        },
    })
}

impl Dialect {
    fn head(self) -> &'static str {
        match self {
            Self::V11 => V11_HEAD,
            Self::V10 => V10_HEAD,
        }
    }

    fn open_router(self) -> &'static str {
        match self {
            Self::V11 => "{",
            Self::V10 => "CreateRouterInner<Config, {",
        }
    }

    fn close_router(self) -> &'static str {
        match self {
            Self::V11 => "};",
            Self::V10 => "}>;",
        }
    }
}

impl Procedure {
    /// Its line in a router, with what is said of it before; the aliases stand in the head of the file.
    fn line(&self, indent: usize) -> String {
        let (alias, output) = match self.kind {
            Kind::Mutation => ("Mutation", self.output.clone()),
            Kind::Query => ("Query", self.output.clone()),
            Kind::Subscription => ("Subscription", format!("Tracked<{}>", self.output)),
        };
        let error = self.error.as_ref();
        let error = error.map_or_else(String::new, |error| format!(", {error}"));
        let (comment, pad) = (docs::comment(&self.docs, indent), " ".repeat(indent));
        let (name, input) = (words::member(&self.name), &self.input);
        format!("{comment}{pad}{name}: {alias}<{input}, {output}{error}>;\n")
    }
}

// `unstable-core-do-not-import` is where every 11.x has these two; the names in `@trpc/server` itself came with 11.4.
const V11_HEAD: &str = "
import type { TRPCMutationProcedure, TRPCQueryProcedure, TRPCSubscriptionProcedure } from '@trpc/server';
import type { BuiltRouter, DefaultErrorShape } from '@trpc/server/unstable-core-do-not-import';
import type * as E from './events-client.js';

/** The shape of every error: tRPC's own, with what this server adds; `Event` is what the action may say. */
export interface ErrorShape<Event = E.EventErrors> extends DefaultErrorShape {
  data: DefaultErrorShape['data'] & E.ErrorDetails<Event>;
}

/** What a failed call of one event tells: `cause as TRPCClientError<ErrorOf<'channel:word'>>`. */
export interface ErrorOf<N extends E.EventNames> {
  errorShape: ErrorShape<E.EventError<N>>;
  transformer: false;
}

type Root = { ctx: object; meta: object; errorShape: ErrorShape; transformer: false };
/** JSON of exactly this type crosses the wire: clients and `inferRouterOutputs` give `T` itself, not a copy of each member. */
type Json<T> = { toJSON(): T };
type Definition<I, O, Event = E.EventErrors> = { input: I; output: O; meta: object; errorShape: ErrorShape<Event> };
type Mutation<I, O, Event = E.EventErrors> = TRPCMutationProcedure<Definition<I, Json<O>, Event>>;
type Query<I, O> = TRPCQueryProcedure<Definition<I, Json<O>>>;
type Subscription<I, O> = TRPCSubscriptionProcedure<Definition<I, O>>;
/** Every item comes with the id to resume after. */
type Tracked<T> = AsyncIterable<Json<{ id: string; data: T }>, void, any>;
";

const V10_HEAD: &str = "
import type { BuildProcedure, CreateRouterInner, DefaultDataTransformer, DefaultErrorShape, RootConfig } from '@trpc/server';
import type { Observable } from '@trpc/server/observable';
import type * as E from './events-client.js';

type ErrorData<Event> = DefaultErrorShape['data'] & E.ErrorDetails<Event>;
/** The shape of every error: tRPC's own, with what this server adds; `Event` is what the action may say. */
export interface ErrorShape<Event = E.EventErrors> extends DefaultErrorShape {
  data: { [Member in keyof ErrorData<Event>]: ErrorData<Event>[Member] };
}

/** What a failed call of one event tells: `cause as TRPCClientError<ErrorOf<'channel:word'>>`. */
export type ErrorOf<N extends E.EventNames> = ErrorShape<E.EventError<N>>;

type Config<Event = E.EventErrors> = RootConfig<{
  ctx: object; meta: object; errorShape: ErrorShape<Event>; transformer: DefaultDataTransformer;
}>;
type Procedure<T extends 'mutation' | 'query' | 'subscription', I, O, Event = E.EventErrors> = BuildProcedure<T, {
  _config: Config<Event>; _meta: object; _ctx_out: object; _input_in: I; _input_out: I; _output_in: O; _output_out: O;
}, unknown>;
/** JSON of exactly this type crosses the wire: clients and `inferRouterOutputs` give `T` itself, not a copy of each member. */
type Json<T> = { toJSON(): T };
type Mutation<I, O, Event = E.EventErrors> = Procedure<'mutation', I, Json<O>, Event>;
type Query<I, O> = Procedure<'query', I, Json<O>>;
type Subscription<I, O> = Procedure<'subscription', I, O>;
/** Every item comes with the id to resume after. */
type Tracked<T> = Observable<Json<{ id: string; data: T }>, unknown>;
";
