import { lifecycle } from '@stellar-insights/lifecycle';
import { connectPostgres } from '@stellar-insights/lifecycle/postgres';

const { DATABASE_URL = '', MODE = '' } = process.env;
const app = lifecycle({
  name: 'pool',
  phases: [
    { name: 'work', budget: 30 },
    { name: 'database', budget: 2 },
  ],
});

console.log('starting');
const { sql } = await app.acquire('database', (signal) => connectPostgres(DATABASE_URL, { signal, max: 3 }));
const failed = (error: { code?: string }): void => console.log(`failed with ${error.code}`);
if (MODE === 'quick') void sql`select pg_sleep(0.3)`.then(() => console.log('finished'), failed);
if (MODE === 'slow') void sql`select pg_sleep(60)`.catch(failed);
if (MODE === 'transaction') {
  void sql
    .begin(async (transaction) => {
      await transaction`insert into kept values ('no')`;
      await transaction`select pg_sleep(60)`;
    })
    .catch(failed);
}
if (MODE === 'reserved') await sql.reserve();
if (MODE === 'behind a hang') {
  await app.acquire('work', () => ({ name: 'hang', close: () => new Promise(() => undefined) }));
}
console.log('ready');
await app.run();
