export { createTRPCProxyClient as createClient } from '@trpc/client';
export type { AppRouter, ErrorOf } from './generated/trpc-v10.js';
