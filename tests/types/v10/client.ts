export { createTRPCProxyClient as createClient } from '@trpc/client';
export type { AppRouter } from './generated/trpc-v10.js';
