// Events of orders-events; emitted by pubsub-gen from the Rust declarations, so edit those and not this file.

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

/** The type of the server; `createTRPCProxyClient<AppRouter>` takes it. */
export type AppRouter = CreateRouterInner<Config, {
  /** Sends one event; `<channel>.<word>` does the same with the exact type of the reply. */
  sendEvent: Mutation<E.SendEventInput, E.SendEventOutput>;
  /** Receives what is published on one channel or several, and what may be lost. */
  subscribe: Subscription<E.SubscribeInput, Tracked<E.ChannelEvent<E.ChannelNames>>>;
  /** Reads what was published. */
  fetchHistory: Query<E.FetchHistoryInput, E.Channels[E.ChannelNames][]>;
  /** What the operators watch. */
  ops: CreateRouterInner<Config, {
    /** Receives what is published on this channel, and what may be lost. */
    subscribe: Subscription<E.SubscribeOptions | void, Tracked<E.ChannelEvent<'ops'>>>;
    /** Reads what was published on this channel, page by page. */
    history: Query<E.HistoryInput | void, E.HistoryPage<E.Channels['ops']>>;
  }>;
  /** Everything that happens to an order. */
  orders: CreateRouterInner<Config, {
    /** Stores the order and tells everybody. */
    created: Mutation<E.OrderCreated & E.SendOptions, E.OrderAck, E.OrderError>;
    /** Receives what is published on this channel, and what may be lost. */
    subscribe: Subscription<E.SubscribeOptions | void, Tracked<E.ChannelEvent<'orders'>>>;
    /** Reads what was published on this channel, page by page. */
    history: Query<E.HistoryInput | void, E.HistoryPage<E.Channels['orders']>>;
  }>;
}>;

export {};
