//! The types that every domain's file has.

use pubsub_runtime::system::{GAP, READY};

use super::words;

/// Why a gap is reported, as on the wire; a test compares it with the runtime.
pub(super) const GAP_REASONS: [&str; 9] = [
    "retention",
    "epoch_changed",
    "history_rewound",
    "history_diverged",
    "invalid_cursor",
    "unknown_id",
    "too_many",
    "slow_consumer",
    "unknown",
];

/// Envelope, system events, and the inputs that do not depend on what is declared.
pub(super) fn common() -> String {
    let reasons: Vec<_> = GAP_REASONS
        .iter()
        .map(|reason| words::text(reason))
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
  /** Unique; of a `pubsub:` event it is the cursor. */
  id: string;
  name: Name;
  channel: Channel;
  payload: Payload;
  /** When it was published: ISO 8601, UTC, milliseconds. */
  timestamp: string;
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
  partitionKey?: string;
  /** The id of the event whose action emitted it. */
  causedBy?: string;
}}

/** The first event of a subscription: from here on nothing is missed silently. */
export interface PubSubReady {{
  /** The place the subscription starts after. */
  cursor: string;
}}

/** Something cannot be replayed, or continuity cannot be proven; it comes before the next event. */
export interface PubSubGap {{
  /** The channel that lost continuity. */
  channel: string;
  reason:
    | {reasons};
  /** How many events are lost, where that is known exactly. */
  missed?: number;
  /** The cursor or event id the subscription asked to resume after. */
  requested: string;
  /** The cursor it goes on after. */
  resumeFrom: string;
  /** The timestamp of the oldest event still retained. */
  oldest?: string;
}}

/** What the server itself tells every subscription. */
export type SystemEvent =
  | EventEnvelope<{ready}, PubSubReady>
  | EventEnvelope<{gap}, PubSubGap>;

/** One thing wrong with an input. */
export interface Issue {{
  path: (string | number)[];
  message: string;
  code: string;
}}

/** What may be added to every sent event. */
export interface SendOptions {{
  /** An id of the sender's choice, given to the action and to subscribers in `meta`; an event sent again still runs again. */
  clientEventId?: string;
}}

/** Where a subscription starts; without either it starts now. */
export interface ResumeInput {{
  /** The id of the last item received. */
  lastEventId?: string | null;
  /** A cursor. */
  cursor?: string | null;
}}

/** Which page of a channel's history. */
export interface HistoryInput {{
  cursor?: string;
  direction?: 'forward' | 'backward';
  /** 1 to 1000. */
  limit?: number;
}}

/** One page of a channel's history. */
export interface HistoryPage<Event> {{
  events: Event[];
  /** The cursor of the following page; `null` if there is none. */
  next: string | null;
  /** The cursor of the page before; `null` if there is none. */
  prev: string | null;
}}
",
        reasons = reasons.join("\n    | "),
        ready = words::text(READY),
        gap = words::text(GAP),
    )
}
