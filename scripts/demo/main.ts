/** `pnpm demo`: the whole product, live, with its own Postgres, Redis and simulated network. */
import { demoOptions, DemoUsageError, USAGE } from './demo-options.ts';
import { runDemo } from './run-demo.ts';

async function main(): Promise<number> {
  try {
    const options = demoOptions(process.argv.slice(2), process.env);
    if (options !== 'help') return await runDemo(options);
    process.stdout.write(USAGE);
    return 0;
  } catch (error) {
    if (!(error instanceof DemoUsageError)) throw error;
    process.stderr.write(`error: ${error.message}\n\n${USAGE}`);
    return 2;
  }
}

// If the end was forced, the supervisors remove what is left.
process.exit(await main());
