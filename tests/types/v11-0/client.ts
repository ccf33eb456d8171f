export { createTRPCClient as createClient } from '@trpc/client';
export type { AppRouter } from './generated/trpc-v11.js';
