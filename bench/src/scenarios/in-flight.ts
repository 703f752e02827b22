import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Contestant } from '../contestant.ts';
import { request } from '../http-client.ts';
import { LIMIT_MS, type Scenario } from '../scenario.ts';

const SLOW = 50;
const STREAMS = 5;

export const inFlight: Scenario = {
  title: `${SLOW} slow requests and ${STREAMS} streams in flight`,
  rows: {
    slow: `slow answers whole, of ${SLOW}`,
    streams: `streams whole, of ${STREAMS}`,
    exit: 'exit after the last byte, ms',
  },
  concurrency: 2,
  async run(candidate) {
    const contestant = await Contestant.start(candidate);
    const agent = new Agent({ keepAlive: true });
    const slow = Array.from({ length: SLOW }, () => request(contestant.port, '/slow', agent));
    const streams = Array.from({ length: STREAMS }, () => request(contestant.port, '/stream', agent));
    await delay(400);
    contestant.terminate();
    const exit = contestant.exited(LIMIT_MS);
    const answers = await Promise.all(slow);
    const streamed = await Promise.all(streams);
    const lastByte = Math.max(...[...answers, ...streamed].map(({ at }) => at));
    const { at } = await exit;
    agent.destroy();
    await contestant.dispose();
    return {
      slow: answers.filter(({ body }) => body === 'end').length,
      streams: streamed.filter(({ body }) => body === `${'chunk '.repeat(10)}end`).length,
      exit: at - lastByte,
    };
  },
};
