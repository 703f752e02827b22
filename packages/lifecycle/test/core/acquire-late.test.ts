import { describe, expect, it, vi } from 'vitest';
import { fakeApp, resource } from './fake-app.ts';

describe('acquiring late', () => {
  it('is open to any phase once the process runs, and a failure is the caller’s alone', async () => {
    const { app, clock } = fakeApp();
    const close = vi.fn<() => void>();
    await app.acquire('drain', () => resource());
    void app.run();
    await app.acquire('database', () => resource({ close }), { name: 'tenant' });
    await expect(app.acquire('cache', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(app.state).toBe('running');
    expect((await clock.until(app.stop())).outcome).toBe('clean');
    expect(close).toHaveBeenCalledOnce();
  });

  it('that takes too long fails, and what arrives after that is closed on its arrival, once', async () => {
    const { app, clock } = fakeApp();
    const close = vi.fn<() => void>();
    void app.run();
    const late = app.acquire(
      'cache',
      async () => {
        await new Promise<void>((resolve) => clock.after(5000, resolve));
        return resource({ close });
      },
      { timeout: 2 },
    );
    await expect(clock.until(late)).rejects.toMatchObject({ code: 'start_timeout' });
    expect(close).not.toHaveBeenCalled();
    await clock.advance(3000);
    expect(close).toHaveBeenCalledOnce();
    const { phases, outcome } = await clock.until(app.stop());
    expect(close).toHaveBeenCalledOnce();
    expect(outcome).toBe('clean');
    expect(phases[1]?.resources).toEqual([]);
  });

  it('is refused at once while the process stops', async () => {
    const { app, clock } = fakeApp();
    void app.run();
    let refused: unknown;
    await app.acquire('drain', () =>
      resource({
        close: async () => {
          refused = await app.acquire('cache', () => resource()).catch((error: unknown) => error);
        },
      }),
    );
    await clock.until(app.stop());
    expect(refused).toMatchObject({ code: 'stopping' });
  });
});
