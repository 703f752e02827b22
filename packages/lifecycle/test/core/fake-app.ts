import { lifecycle, type Lifecycle, type LifecycleOptions, type Resource } from '@stellar-insights/lifecycle';
import {
  fakeClock,
  fakeProcess,
  type FakeClock,
  type FakeProcess,
} from '@stellar-insights/lifecycle/testing';

type Name = 'drain' | 'cache' | 'database' | 'report';

export interface FakeApp {
  readonly app: Lifecycle<Name>;
  readonly clock: FakeClock;
  readonly process: FakeProcess;
}

/** A lifecycle in a fake process: drain 30 s, cache 5 s, database 5 s, report in the last second. */
export function fakeApp(options: Partial<LifecycleOptions<Name>> = {}): FakeApp {
  const clock = fakeClock();
  const process = fakeProcess();
  const app = lifecycle<Name>({
    name: 'api',
    phases: [
      { name: 'drain', budget: 30 },
      { name: 'cache', budget: 5 },
      { name: 'database', budget: 5 },
      { name: 'report' },
    ],
    clock,
    process,
    ...options,
  });
  return { app, clock, process };
}

export const never = (): Promise<never> => new Promise(() => undefined);

/** A resource that closes at once, unless `members` says otherwise. */
export const resource = (members: Partial<Resource> = {}): Resource => ({
  close: () => undefined,
  ...members,
});
