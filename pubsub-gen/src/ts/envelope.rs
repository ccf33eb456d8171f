//! The types that every domain's file has.

use pubsub_runtime::system::{GAP, LIVE, READY, SNAPSHOT};

use super::words;

/// Why a gap is reported, as on the wire; a test compares it with the runtime.
pub(crate) const GAP_REASONS: [&str; 12] = [
    "retention",
    "epoch_changed",
    "history_rewound",
    "history_diverged",
    "invalid_cursor",
    "unknown_id",
    "too_many",
    "slow_consumer",
    "no_history",
    "unknown_consumer",
    "unconfirmed",
    "unknown",
];

/// Envelope, system events, and the inputs that do not depend on what is declared.
pub(super) fn common() -> String {
    let reasons: Vec<_> = GAP_REASONS
        .iter()
        .map(|reason| format!("  | {}", words::text(reason)))
        .collect();
    format!(
        r"/** The name of an event: its channel, a colon, a word. */
export type EventName = `${{string}}:${{string}}`;

/** One published occurrence of an event. */
export interface EventEnvelope<
  Name extends EventName = EventName,
  Payload = unknown,
  Channel extends string = string,
> {{
  /** Unique; of a `pubsub:` event it is the cursor, except of a gap that something else has to follow first, such as a snapshot. */
  id: string;
  /** What happened. */
  name: Name;
  /** Where it was published. */
  channel: Channel;
  /** What the event carries. */
  payload: Payload;
  /** When it was published: ISO 8601, UTC, milliseconds. */
  timestamp: string;
  /** What else is known of it. */
  meta?: EventMeta;
}}

/** What else is known of an event. */
export interface EventMeta {{
  /** The version of the event's declaration. */
  version?: number;
  /** The program that published it. */
  source?: string;
  /** The request that led to it. */
  requestId?: string;
  /** The id its sender gave. */
  clientEventId?: string;
  /** The key that decides its log; order is promised among the events of one key. */
  partitionKey?: string;
  /** The id of the event whose action emitted it. */
  causedBy?: string;
}}

/** The first event of a subscription: from here on nothing is missed silently. */
export interface PubSubReady {{
  /** The place the subscription starts after. */
  cursor: string;
}}

/** After events were replayed or lost, the subscription has caught up; told again while it is quiet, so that its place stays fresh. */
export interface PubSubLive {{
  /** The place reached. */
  cursor: string;
}}

/** Something cannot be replayed, or continuity cannot be proven; it comes before the next event. */
export interface PubSubGap {{
  /** The channel that lost continuity. */
  channel: string;
  /** Why. */
  reason: GapReason;
  /** How many events between `requested` and `resumeFrom` do not come, where that is known exactly. */
  missed?: number;
  /** The cursor or event id the subscription asked to resume after. */
  requested: string;
  /** The cursor it goes on after; where a subscription ends with its gap, another one given this `cursor` gets what is retained. */
  resumeFrom: string;
  /** The timestamp of the oldest event still retained. */
  oldest?: string;
  /** `false` where events may be lost and nobody can tell; absent where it is certain. */
  certain?: false;
}}

/** Why continuity is lost. */
export type GapReason =
{reasons};

/** What a failed call and a failed subscription tell; tRPC clients find it as `error.shape`. */
export interface PubSubError {{
  /** What is wrong, for people. */
  message: string;
  /** The JSON-RPC number of `data.code`. */
  code: number;
  /** What is wrong, for programs. */
  data: PubSubErrorData;
}}

/** What is wrong, for programs. */
export interface PubSubErrorData extends ErrorDetails {{
  /** The tRPC name, such as `BAD_REQUEST`. */
  code: string;
  /** The HTTP status that goes with the code. */
  httpStatus: number;
  /** The procedure, where one was called. */
  path?: string;
}}

/** What this server adds to tRPC's own `error.data`; `Event` is what the action may say. */
export interface ErrorDetails<Event = EventErrors> {{
  /** What is wrong with the input. */
  issues?: Issue[];
  /** The error that the action declares. */
  event?: Event;
  /** What is lost, where a subscription ends with `PRECONDITION_FAILED`: its channel does not go on after a gap. */
  gap?: PubSubGap;
}}

/** What the server itself tells every subscription. */
export type SystemEvent =
  | EventEnvelope<{ready}, PubSubReady>
  | EventEnvelope<{gap}, PubSubGap>
  | EventEnvelope<{live}, PubSubLive>;

/** The data of `pubsub:error`, which ends a plain event stream for good; tRPC clients get it through `onError` instead. */
export interface ErrorEvent {{
  /** Why it ended. */
  error: PubSubError;
}}

/** One thing wrong with an input. */
export interface Issue {{
  /** Where: names of members and indexes of lists, outermost first; empty for the input itself. */
  path: (string | number)[];
  /** What is wrong there, for people. */
  message: string;
  /** What is wrong there, for programs, such as `invalid_type`. */
  code: string;
}}

/** What may be added to every sent event. */
export interface SendOptions {{
  /** An id of the sender's choice, given to the action and to subscribers in `meta`; an event sent again still runs again. */
  clientEventId?: string;
}}

/** Where a subscription starts: the first of `lastEventId`, `cursor`, `since` and `from` that is given decides. */
export interface SubscribeOptions {{
  /** Resumes after the item with this id; tRPC clients that reconnect by themselves give it. */
  lastEventId?: string | null;
  /** Resumes after this place: a `cursor` or an `id` that was received before, perhaps by another program. */
  cursor?: string | null;
  /** Starts with the first event published at this time or later: ISO 8601, such as `2026-01-01T00:00:00Z`. */
  since?: string;
  /** Starts with the oldest event that is retained, or with what is published from now on, which is the default. */
  from?: 'earliest' | 'now';
  /**
   * A stable name of this client, for WebSocket clients that do not send an id when they reconnect: the server remembers what
   * arrived, and a later subscription of the same name goes on there. A newer subscription ends an older one of its name.
   * The first one of a name is told a gap with reason `unknown_consumer`, as the name may be one that was forgotten.
   */
  consumer?: string;
  /** `false` leaves out `pubsub:ready` and `pubsub:live`; a gap is told always. */
  system?: boolean;
}}

/** Which page of a channel's history: without `cursor`, the oldest forward and the newest backward. */
export interface HistoryInput {{
  /** The `next` or `prev` of another page, or any place received before. */
  cursor?: string;
  /** `forward` gives what follows the cursor, which is the default, `backward` what ends at it. */
  direction?: 'forward' | 'backward';
  /** How many events: 1 to 1000. */
  limit?: number;
}}

/** One page of a channel's history. */
export interface HistoryPage<Event> {{
  /** The events, oldest first in either direction. */
  events: Event[];
  /** The cursor of the following page; `null` if there is none. */
  next: string | null;
  /** The cursor of the page before; `null` if there is none. */
  prev: string | null;
  /** What is lost between the cursor and the page. */
  gap?: PubSubGap;
}}
",
        reasons = reasons.join("\n"),
        ready = words::text(READY),
        gap = words::text(GAP),
        live = words::text(LIVE),
    )
}

/// The envelope of a channel's snapshot.
pub(super) fn snapshot(channel: &str, payload: &str) -> String {
    format!(
        "EventEnvelope<{}, {payload}, {}>",
        words::text(SNAPSHOT),
        words::text(channel)
    )
}
