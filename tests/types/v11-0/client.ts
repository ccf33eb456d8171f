export { createTRPCClient as createClient } from '@trpc/client';
export type { AppRouter, ErrorOf } from './generated/trpc-v11.js';
