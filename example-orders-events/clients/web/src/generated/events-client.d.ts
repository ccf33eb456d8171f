// Events of orders-events; emitted by pubsub-gen from the Rust declarations, so edit those and not this file.

/** The answer to a placed order. */
export interface OrderAck {
  /** Whether the order is new; `false` if one of this id was stored before. */
  ok: boolean;
}

/** An order was placed. */
export interface OrderCreated {
  /** What the client calls the order. */
  orderId: string;
  /** What it costs. */
  total: number;
}

/** Why an order was not stored. */
export interface OrderError {
  /** Nothing is left. */
  type: 'sold_out';
}

/** An order was stored. */
export interface OrderIngested {
  /** What the client calls the order. */
  orderId: string;
}

/** The name of an event: its channel, a colon, a word. */
export type EventName = `${string}:${string}`;

/** One published occurrence of an event. */
export interface EventEnvelope<
  Name extends EventName = EventName,
  Payload = unknown,
  Channel extends string = string,
> {
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
}

/** What else is known of an event. */
export interface EventMeta {
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
}

/** The first event of a subscription: from here on nothing is missed silently. */
export interface PubSubReady {
  /** The place the subscription starts after. */
  cursor: string;
}

/** After events were replayed or lost, the subscription has caught up; told again while it is quiet, so that its place stays fresh. */
export interface PubSubLive {
  /** The place reached. */
  cursor: string;
}

/** Something cannot be replayed, or continuity cannot be proven; it comes before the next event. */
export interface PubSubGap {
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
}

/** Why continuity is lost. */
export type GapReason =
  | 'retention'
  | 'epoch_changed'
  | 'history_rewound'
  | 'history_diverged'
  | 'invalid_cursor'
  | 'unknown_id'
  | 'too_many'
  | 'slow_consumer'
  | 'no_history'
  | 'unknown_consumer'
  | 'unconfirmed'
  | 'unknown';

/** What a failed call and a failed subscription tell; tRPC clients find it as `error.shape`. */
export interface PubSubError {
  /** What is wrong, for people. */
  message: string;
  /** The JSON-RPC number of `data.code`. */
  code: number;
  /** What is wrong, for programs. */
  data: PubSubErrorData;
}

/** What is wrong, for programs. */
export interface PubSubErrorData extends ErrorDetails {
  /** The tRPC name, such as `BAD_REQUEST`. */
  code: string;
  /** The HTTP status that goes with the code. */
  httpStatus: number;
  /** The procedure, where one was called. */
  path?: string;
}

/** What this server adds to tRPC's own `error.data`; `Event` is what the action may say. */
export interface ErrorDetails<Event = EventErrors> {
  /** What is wrong with the input. */
  issues?: Issue[];
  /** The error that the action declares. */
  event?: Event;
  /** What is lost, where a subscription ends with `PRECONDITION_FAILED`: its channel does not go on after a gap. */
  gap?: PubSubGap;
}

/** What the server itself tells every subscription. */
export type SystemEvent =
  | EventEnvelope<'pubsub:ready', PubSubReady>
  | EventEnvelope<'pubsub:gap', PubSubGap>
  | EventEnvelope<'pubsub:live', PubSubLive>;

/** The data of `pubsub:error`, which ends a plain event stream for good; tRPC clients get it through `onError` instead. */
export interface ErrorEvent {
  /** Why it ended. */
  error: PubSubError;
}

/** One thing wrong with an input. */
export interface Issue {
  /** Where: names of members and indexes of lists, outermost first; empty for the input itself. */
  path: (string | number)[];
  /** What is wrong there, for people. */
  message: string;
  /** What is wrong there, for programs, such as `invalid_type`. */
  code: string;
}

/** What may be added to every sent event. */
export interface SendOptions {
  /** An id of the sender's choice, given to the action and to subscribers in `meta`; an event sent again still runs again. */
  clientEventId?: string;
}

/** Where a subscription starts: the first of `lastEventId`, `cursor`, `since` and `from` that is given decides. */
export interface SubscribeOptions {
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
}

/** Which page of a channel's history: without `cursor`, the oldest forward and the newest backward. */
export interface HistoryInput {
  /** The `next` or `prev` of another page, or any place received before. */
  cursor?: string;
  /** `forward` gives what follows the cursor, which is the default, `backward` what ends at it. */
  direction?: 'forward' | 'backward';
  /** How many events: 1 to 1000. */
  limit?: number;
}

/** One page of a channel's history. */
export interface HistoryPage<Event> {
  /** The events, oldest first in either direction. */
  events: Event[];
  /** The cursor of the following page; `null` if there is none. */
  next: string | null;
  /** The cursor of the page before; `null` if there is none. */
  prev: string | null;
  /** What is lost between the cursor and the page. */
  gap?: PubSubGap;
}

/** Every declared event. */
export interface Events {
  /**
   * An order was placed.
   *
   * @example
   * {"orderId":"abc","total":100}
   */
  'orders:created': {
    channel: 'orders';
    direction: 'both';
    version: 1;
    payload: OrderCreated;
    input: OrderCreated;
    reply: OrderAck;
    error: OrderError;
    envelope: EventEnvelope<'orders:created', OrderCreated, 'orders'>;
  };
  /**
   * An order was stored.
   *
   * @example
   * {"orderId":"abc"}
   */
  'orders:ingested': {
    channel: 'orders';
    direction: 'sse';
    version: 1;
    payload: OrderIngested;
    input: never;
    reply: never;
    error: never;
    envelope: EventEnvelope<'orders:ingested', OrderIngested, 'orders'>;
  };
}

/** The name of a declared event. */
export type EventNames = keyof Events;
/** What subscribers receive; `never` if the event is not published. */
export type EventPayload<N extends EventNames> = Events[N]['payload'];
/** What clients may send; `never` if they may not. */
export type EventInput<N extends EventNames> = Events[N]['input'];
/** What the sender is answered; `never` if clients may not send the event. */
export type EventReply<N extends EventNames> = Events[N]['reply'];
/** What the sender is told of a failure; `never` if nothing is declared. */
export type EventError<N extends EventNames> = Events[N]['error'];
/** Every declared error, as it stands in `error.data.event`. */
export type EventErrors = Events[EventNames]['error'];

/** Every channel that clients may read, with what is published on it. */
export interface Channels {
  /** What the operators watch. */
  ops: never;
  /** Everything that happens to an order. */
  orders:
    | Events['orders:created']['envelope']
    | Events['orders:ingested']['envelope'];
}
/** The name of a channel that clients may read. */
export type ChannelNames = keyof Channels;
/** What a subscription of the channel receives. */
export type ChannelEvent<C extends ChannelNames> = Channels[C] | SystemEvent;

/** Every event that actions emit. */
type Emitted = Events['orders:ingested']['envelope'];

/** One event that clients may send. */
export type SendEventInput = { name: 'orders:created'; payload: Events['orders:created']['input']; clientEventId?: string };
/** What the server says of a sent event. */
export interface SendEventOutput {
  /** Always `ok` so far; `duplicate` is kept for what ran before under its `clientEventId`, `queued` for what is published later. */
  status: 'ok' | 'duplicate' | 'queued';
  /** What the action returned. */
  result?: OrderAck;
  /** What the action emitted and the sender may read. */
  emittedEvents?: Emitted[];
  /** The place right after the published events. */
  cursor?: string;
}

/** One channel or several, and where to start. */
export interface SubscribeInput extends SubscribeOptions {
  /** The channel, or the channels; at most 32. */
  channel: ChannelNames | readonly ChannelNames[];
}

/** Which part of the history of one channel or several: with `since` or `cursor` what follows, else the newest. */
export interface FetchHistoryInput {
  /** The channel, or the channels; at most 32. */
  channel: ChannelNames | readonly ChannelNames[];
  /** A time (inclusive) or the id of an event (exclusive). */
  since?: string;
  /** How many events: 1 to 1000; 100 if absent. */
  limit?: number;
  /** The place to read after, as a subscription, a page of history or an answer told it. */
  cursor?: string;
}

export {};
