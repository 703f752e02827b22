export { fakeClock, type FakeClock, type FakeClockOptions } from './fake-clock.ts';
export { fakeProcess, type FakeProcess } from './fake-process.ts';
