export { fakeClock, type FakeClock } from './fake-clock.ts';
export { fakeProcess, type FakeProcess } from './fake-process.ts';
