type Bench = (args: readonly string[]) => Promise<number>;

/** Each is loaded only when it runs. */
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  decode: async () => (await import('./decode.ts')).benchDecode,
  ingest: async () => (await import('./ingest.ts')).benchIngest,
  backfill: async () => (await import('./backfill/backfill.ts')).benchBackfill,
  growth: async () => (await import('./growth/growth.ts')).benchGrowth,
  storage: async () => (await import('./storage.ts')).benchStorage,
  access: async () => (await import('./access.ts')).benchAccess,
  api: async () => (await import('./api.ts')).benchApi,
  formats: async () => (await import('./formats.ts')).benchFormats,
  lake: async () => (await import('./lake.ts')).benchLake,
  'fan-out': async () => (await import('./fan-out/fan-out.ts')).benchFanOut,
  tip: async () => (await import('./tip/tip.ts')).benchTip,
  webhooks: async () => (await import('./webhooks/webhooks.ts')).benchWebhooks,
  jobs: async () => (await import('./jobs/jobs.ts')).benchJobs,
  shutdown: async () => (await import('./shutdown.ts')).benchShutdown,
};

const [name = '', ...args] = process.argv.slice(2);
const load = benches[name];
if (load === undefined) {
  console.error(`usage: pnpm bench ${Object.keys(benches).join('|')} [options]`);
  process.exitCode = 2;
} else {
  const bench = await load();
  process.exitCode = await bench(args);
}
