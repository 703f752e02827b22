import { expectEnding, type Expected } from './expect-ending.ts';
import type { Scenario, Stage } from './stage.ts';
import { working } from './worker-scenarios.ts';

/** Budgets short enough that a forced phase is seen soon. */
const env = {
  SHUTDOWN_READINESS_DELAY: '0',
  SHUTDOWN_GRACEFUL_TIMEOUT: '2',
  SHUTDOWN_BACKGROUND_TIMEOUT: '3',
  SHUTDOWN_DB_TIMEOUT: '2',
};

const strikes = {
  'Redis killed': (stage: Stage) => stage.redis.kill(),
  'Redis frozen': (stage: Stage) => stage.redis.freeze(),
  'Postgres killed': (stage: Stage) => stage.postgres.stop('immediate'),
  'Postgres frozen': (stage: Stage) => stage.postgres.freeze(),
};

/** A killed server needs no QUIT. A frozen server may have received what was sent, so the report must say that this is unknown. */
const CLEAN: Expected = { code: 0, outcome: 'clean' };
const NOT_CUT: Expected = { code: 1, unclean: ['postgres'] };
const EXPECTED: Readonly<Record<'api' | 'worker', Readonly<Record<keyof typeof strikes, Expected>>>> = {
  api: {
    'Redis killed': CLEAN,
    'Redis frozen': { code: 1, forced: ['cache'], unclean: ['redis'] },
    'Postgres killed': CLEAN,
    'Postgres frozen': NOT_CUT,
  },
  worker: {
    'Redis killed': CLEAN,
    'Redis frozen': CLEAN,
    'Postgres killed': CLEAN,
    'Postgres frozen': NOT_CUT,
  },
};

export const outageScenarios: readonly Scenario[] = (['api', 'worker'] as const).flatMap((name) =>
  (Object.keys(strikes) as (keyof typeof strikes)[]).map((outage) => {
    const expected = { ...EXPECTED[name][outage], withinSeconds: 10 };
    return {
      title: `${name}, ${outage}: it ends in time with exit ${expected.code}`,
      play: async (stage: Stage) => {
        const app = await stage[name](env);
        if (name === 'worker') await working(app);
        await strikes[outage](stage);
        expectEnding(await app.stop(), expected);
      },
    };
  }),
);
