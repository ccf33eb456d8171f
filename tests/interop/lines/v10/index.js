export * from '@trpc/client';
