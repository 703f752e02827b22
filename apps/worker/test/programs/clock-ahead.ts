/**
 * Loaded with `--import`, it puts the wall clock of a process ahead by CLOCK_AHEAD_MS. Timers and `performance.now()` go on
 * as they were.
 */
const aheadMs = Number(process.env['CLOCK_AHEAD_MS']);
const RealDate = Date;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: [], subclass) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + aheadMs] : args, subclass) as Date,
  get: (target, name, receiver) =>
    name === 'now' ? () => RealDate.now() + aheadMs : (Reflect.get(target, name, receiver) as unknown),
});
