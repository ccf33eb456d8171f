// Events of orders-events; emitted by pubsub-gen from the Rust declarations, so edit those and not this file.

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

/** The type of the server; `createTRPCClient<AppRouter>` takes it. */
export type AppRouter = BuiltRouter<Root, {
  /** Sends one event; `<channel>.<word>` does the same with the exact type of the reply. */
  sendEvent: Mutation<E.SendEventInput, E.SendEventOutput>;
  /** Receives what is published on one channel or several, and what may be lost. */
  subscribe: Subscription<E.SubscribeInput, Tracked<E.ChannelEvent<E.ChannelNames>>>;
  /** Reads what was published. */
  fetchHistory: Query<E.FetchHistoryInput, E.Channels[E.ChannelNames][]>;
  /** What the operators watch. */
  ops: {
    /** Receives what is published on this channel, and what may be lost. */
    subscribe: Subscription<E.SubscribeOptions | void, Tracked<E.ChannelEvent<'ops'>>>;
    /** Reads what was published on this channel, page by page. */
    history: Query<E.HistoryInput | void, E.HistoryPage<E.Channels['ops']>>;
  };
  /** Everything that happens to an order. */
  orders: {
    /** Stores the order and tells everybody. */
    created: Mutation<E.OrderCreated & E.SendOptions, E.OrderAck, E.OrderError>;
    /** Receives what is published on this channel, and what may be lost. */
    subscribe: Subscription<E.SubscribeOptions | void, Tracked<E.ChannelEvent<'orders'>>>;
    /** Reads what was published on this channel, page by page. */
    history: Query<E.HistoryInput | void, E.HistoryPage<E.Channels['orders']>>;
  };
}>;

export {};
