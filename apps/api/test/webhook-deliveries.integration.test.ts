import {
  uuidOf,
  type AttemptList,
  type DeliveryList,
  type TestDeliveryAnswer,
} from '@stellar-insights/contract/webhooks';
import { readHead } from '@stellar-insights/db/log';
import { expect } from 'vitest';
import { expectProblem } from './support/open-api.ts';
import { pathOf, test } from './support/webhooks.ts';

test('a test is a delivery that stays out of the log', async ({ fresh, db }) => {
  const webhook = await fresh.create();
  const { lastId } = await readHead(db);
  const delivery = await fresh.askData<TestDeliveryAnswer>('POST', pathOf(webhook, '/test'), 202);
  expect(delivery.event_id).toMatch(/^evt_test_[0-9a-f-]{36}$/);
  const { data } = await fresh.ask<DeliveryList>('GET', pathOf(webhook, '/deliveries'));
  expect(data).toMatchObject([{ ...delivery, event: 'webhook.test', state: 'pending', attempts: 0 }]);
  expect((await readHead(db)).lastId).toBe(lastId);
});

test('deliveries and attempts are listed page by page', async ({ fresh, db }) => {
  const webhook = await fresh.create();
  const uuid = uuidOf(webhook.id);
  await db.run(
    ({ sql }) => sql`
    insert into webhook_deliveries (webhook_id, epoch, event_id, event, state, due_at, created_at, finished_at)
    select ${uuid}, 'e', n, 'payment.created', (array['pending', 'failed'])[1 + n % 2], now(), now(), now()
    from generate_series(1, 10) n`,
  );
  await db.run(
    ({ sql }) =>
      sql`create table if not exists webhook_attempts_1 partition of webhook_attempts for values from (0) to (100000)`,
  );
  await db.run(
    ({ sql }) => sql`
    insert into webhook_attempts (day, at, webhook_id, delivery_id, attempt, epoch, event_id, event, outcome, status,
                                  latency_ms, address, head)
    select 20000, to_timestamp(1728000000 + n), ${uuid}, n, 1, 'e', n, 'payment.created',
           (array['delivered', 'retried'])[1 + n % 2], 200, n, '192.0.2.1', '\\xff6f6b00'
    from generate_series(1, 10) n`,
  );
  for (const [path, count] of [
    ['/deliveries?state=pending', 5],
    ['/deliveries?state=failed', 5],
    ['/deliveries?state=delivered', 5],
    ['/attempts?', 10],
    ['/attempts?outcome=unsuccessful', 5],
  ] as const) {
    const whole = await fresh.ask<DeliveryList | AttemptList>('GET', pathOf(webhook, path));
    expect(whole.data).toHaveLength(count);
    const rows: object[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: DeliveryList | AttemptList = await fresh.ask(
        'GET',
        pathOf(webhook, `${path}&limit=3${next}`),
      );
      rows.push(...page.data);
      cursor = page.page.next_cursor;
    }
    expect(rows).toStrictEqual(whole.data);
    const cursor = (await fresh.ask<DeliveryList>('GET', pathOf(webhook, `${path}&limit=1`))).page
      .next_cursor;
    for (const other of [
      '/deliveries?state=pending',
      '/deliveries?state=failed',
      '/attempts?outcome=delivered',
    ]) {
      if (other === path) continue;
      const { code } = await expectProblem(
        await fresh.send('GET', pathOf(webhook, `${other}&cursor=${cursor}`)),
        400,
      );
      expect(code).toBe('invalid_cursor');
    }
  }
  const { data } = await fresh.ask<AttemptList>('GET', pathOf(webhook, '/attempts?limit=1'));
  expect(data).toMatchObject([
    { delivery_id: 'del_10', event_id: 'evt_e_10', response_head: '\uFFFDok\u0000' },
  ]);
});
