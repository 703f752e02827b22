import { parseArgs } from 'node:util';
import { median, report, reportOptions, type Measurement } from '../measurement.ts';
import { matchingMs } from './matching.ts';
import { SENDERS, WebhookStage, type Sender, type Sent } from './stage.ts';

const USAGE = `usage: pnpm bench webhooks [--json] [--check] [--rounds N] [--deliveries N] [--answer-ms N] [--endpoints N]
  --rounds      how often each sender sends, all in turn; default: 3
  --deliveries  of a round; default: 8000
  --answer-ms   how long the receiver takes to answer; default: 50
  --endpoints   webhooks with a concurrency of 10; default: 8
  --json        print JSON instead of a table
  --check       exit with 1 if a limit is missed

Needs the build: pnpm build.`;

const CONCURRENCY = 10;
const EVENTS_ON_THE_WIRE = 100;
const [FEW, MANY] = [1000, 100_000];

const TITLES: Readonly<Record<Sender, string>> = {
  bare: 'undici alone',
  guarded: 'the guarded client alone',
  worker: 'the worker: log, matching, queue, signature, results',
};

/** The least share of what undici alone delivers. */
const LEAST_SHARE = 0.7;
const MOST_WIRE_MS = 250;
/** The most that matching may cost with a hundred times the subscriptions. */
const MOST_MATCHING = 2;

type Rounds = Readonly<Record<Sender, Sent>>;

/** Delivers webhooks to one receiver in several ways, in turn. Resolves to the exit code. */
export async function benchWebhooks(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...reportOptions,
      rounds: { type: 'string', default: '3' },
      deliveries: { type: 'string', default: '8000' },
      'answer-ms': { type: 'string', default: '50' },
      endpoints: { type: 'string', default: '8' },
    },
  });
  const rounds = Number(values.rounds);
  const endpoints = Number(values.endpoints);
  const deliveries = Math.round(Number(values.deliveries) / endpoints) * endpoints;
  const answerMs = Number(values['answer-ms']);
  if (![rounds, endpoints, deliveries].every((value) => value >= 1) || !(answerMs >= 0)) {
    console.error(USAGE);
    return 2;
  }
  const measurements = [
    ...(await measureSenders({ answerMs, endpoints, concurrency: CONCURRENCY }, rounds, deliveries)),
    ...(await measureMatching()),
  ];
  return report(measurements, values);
}

async function measureSenders(
  options: { answerMs: number; endpoints: number; concurrency: number },
  rounds: number,
  deliveries: number,
): Promise<Measurement[]> {
  await using stage = await WebhookStage.start(options);
  const all: Rounds[] = [];
  // The first round warms up all of them.
  for (let round = 0; round <= rounds; round += 1) {
    const sent: Partial<Record<Sender, Sent>> = {};
    for (const sender of SENDERS) {
      const result = await stage.send(sender, deliveries);
      const { perSecond, cpuMicroseconds } = result;
      console.error(
        `${TITLES[sender]}: ${perSecond.toFixed(0)} deliveries/s, ${cpuMicroseconds.toFixed(0)} µs each`,
      );
      sent[sender] = result;
    }
    if (round > 0) all.push(sent as Rounds);
  }
  const wire = (await stage.commitToWire(EVENTS_ON_THE_WIRE)).toSorted((a, b) => a - b);
  return [
    ...SENDERS.flatMap((sender) => senderFigures(sender, all)),
    { what: 'commit to wire, median', value: median(wire), unit: 'ms', limit: MOST_WIRE_MS },
    { what: 'commit to wire, 95 %', value: wire[Math.floor(wire.length * 0.95)] ?? Number.NaN, unit: 'ms' },
  ];
}

function senderFigures(sender: Sender, rounds: readonly Rounds[]): Measurement[] {
  const of = (figure: (round: Rounds) => number): number => median(rounds.map(figure));
  const title = TITLES[sender];
  return [
    { what: title, value: of((round) => round[sender].perSecond), unit: 'deliveries/s' },
    {
      what: `${title}: CPU time of a delivery`,
      value: of((round) => round[sender].cpuMicroseconds),
      unit: 'µs',
    },
    // Other work on the machine weighs on one round as a whole, so each is compared within itself.
    ...(sender === 'bare'
      ? []
      : [
          {
            what: `${title}: share of undici alone`,
            value: of((round) => (100 * round[sender].perSecond) / round.bare.perSecond),
            unit: '%',
            least: 100 * LEAST_SHARE,
          },
        ]),
  ];
}

async function measureMatching(): Promise<Measurement[]> {
  const [few = Number.NaN, many = Number.NaN] = await matchingMs([FEW, MANY]);
  return [
    { what: `200 events matched, ${FEW} subscriptions`, value: few, unit: 'ms' },
    { what: `200 events matched, ${MANY} subscriptions`, value: many, unit: 'ms' },
    { what: 'a hundred times the subscriptions', value: many / few, unit: '×', limit: MOST_MATCHING },
  ];
}
