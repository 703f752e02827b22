import { randomBytes } from 'node:crypto';
import { ConfigError } from '@stellar-insights/runtime/env';
import { expect, test } from 'vitest';
import { SecretBox, secretBoxConfig, SecretUnreadableError } from '../src/webhooks/index.ts';

const [one, two] = [randomBytes(32), randomBytes(32)];
const secret = Buffer.from('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');

test('a sealed secret is opened with its key and its id only, and does not contain the secret', () => {
  const box = new SecretBox({ current: one });
  const sealed = box.seal(secret, 'a');
  expect(box.open(sealed, 'a')).toStrictEqual(secret);
  expect(sealed.includes(secret.subarray(0, 8))).toBe(false);
  expect(box.seal(secret, 'a')).not.toStrictEqual(sealed);
  expect(() => box.open(sealed, 'b')).toThrow(SecretUnreadableError);
  expect(() => new SecretBox({ current: two }).open(sealed, 'a')).toThrow(SecretUnreadableError);
  for (let place = 0; place < sealed.length; place++) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(sealed.readUInt8(place) ^ 1, place);
    expect(() => box.open(changed, 'a'), `byte ${place}`).toThrow(SecretUnreadableError);
    expect(() => box.open(sealed.subarray(0, place), 'a'), `${place} bytes`).toThrow(SecretUnreadableError);
  }
});

test('while the key is changed, the old one still opens, and the new one seals', () => {
  const sealed = new SecretBox({ current: one }).seal(secret, 'a');
  const both = new SecretBox({ current: two, old: one });
  expect(both.open(sealed, 'a')).toStrictEqual(secret);
  expect(new SecretBox({ current: two }).open(both.seal(secret, 'a'), 'a')).toStrictEqual(secret);
});

test('the key is 32 bytes in base64, and no message repeats it', () => {
  expect(secretBoxConfig({})).toBeUndefined();
  expect(secretBoxConfig({ WEBHOOK_SECRET_KEY: one.toString('base64') })).toBeInstanceOf(SecretBox);
  for (const text of [one.toString('hex'), randomBytes(31).toString('base64'), 'hunter2', '====']) {
    expect(() => secretBoxConfig({ WEBHOOK_SECRET_KEY: text })).toThrow(ConfigError);
    expect(() => secretBoxConfig({ WEBHOOK_SECRET_KEY: text })).not.toThrow(text);
  }
  expect(() => secretBoxConfig({ WEBHOOK_SECRET_KEY_OLD: one.toString('base64') })).toThrow(
    'WEBHOOK_SECRET_KEY',
  );
});
