import type { IncomingMessage } from 'node:http';
import { isSecretOf, isToken, parseKey, useTokens } from '@stellar-insights/db/keys';
import type { Resource } from '@stellar-insights/lifecycle';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';
import type { Clock } from '@stellar-insights/runtime/time';
import { Counter, type Registry } from 'prom-client';
import { databaseUnavailable } from '../answers/problem.ts';
import type { Services } from '../answers/route-context.ts';
import type { Grant } from '../realtime/connections/authorize.ts';
import { allows, callerWith, type Caller } from './caller.ts';
import { BatchedReads } from './batched-reads.ts';
import { bearerOf, offeredToken } from './credentials.ts';
import { KeyCache, knownAt, type KnownSecret } from './key-cache.ts';
import { KeyUses } from './key-uses.ts';
import { keyRefused, keyRequired, scopeMissing } from './problems.ts';
import { isValid, StreamGrants } from './stream-grants.ts';

/** `open`: reads need no key. `keyed`: everything needs one. */
export type AccessMode = 'open' | 'keyed';

export interface AccessParts {
  readonly mode: AccessMode;
  readonly services: Pick<Services, 'db'>;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Log;
}

const SECOND_MS = 1000;
const WRITE_USES_EVERY = 5;
const TOKEN_TIMEOUT_MS = 2000;
/** What a secret is compared with if there is none: an unknown key takes as long as a wrong one. */
const NO_HASH = new Uint8Array(32);

/** Who may do what: the keys of requests, and those of the streams that are open. */
export class Access implements Resource {
  readonly name = 'access';
  readonly mode: AccessMode;
  readonly #services: Pick<Services, 'db'>;
  readonly #clock: Clock;
  readonly #keys: KeyCache;
  readonly #tokens: BatchedReads<KnownSecret>;
  readonly #uses: KeyUses;
  readonly #grants: StreamGrants;
  readonly #reminder: ErrorReminder;
  readonly #stopped = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor({ mode, services, registry, clock, log }: AccessParts) {
    this.mode = mode;
    this.#services = services;
    this.#clock = clock;
    this.#keys = new KeyCache(services, clock);
    this.#tokens = new BatchedReads((tokens) => this.#useTokens(tokens), clock);
    this.#uses = new KeyUses(clock);
    this.#grants = new StreamGrants(this.#keys, () => clock.now());
    this.#reminder = new ErrorReminder(log, { service: this.name }, clock);
    const keys = this.#keys;
    const reads = new Counter({
      name: 'insights_api_key_reads_total',
      help: 'Statements that read keys, for requests and for open streams.',
      registers: [],
      collect() {
        this.reset();
        this.inc(keys.reads);
      },
    });
    registry.registerMetric(reads);
  }

  /**
   * The caller that an `Authorization` header names; undefined if there is none. A key that is not valid is refused, also
   * where none is needed: whoever sends one relies on it.
   *
   * @throws ProblemError 401; DatabaseUnavailableError
   */
  async authenticate(authorization: string | undefined): Promise<Caller | undefined> {
    const text = bearerOf(authorization);
    if (text === undefined) return undefined;
    if (isToken(text)) throw keyRefused('a token', 'a token opens one stream; send the key itself here');
    return callerWith(await this.#secretOf(text));
  }

  /**
   * Whether this request may open a stream: with a key or a token in `Authorization`, or a token as the protocol of a
   * WebSocket. A token is used up. Undefined where no right is needed, and none can end.
   *
   * @throws ProblemError 401 or 403; DatabaseUnavailableError
   */
  readonly authorizeStream = async (
    request: Pick<IncomingMessage, 'headers'>,
  ): Promise<Grant | undefined> => {
    const token = offeredToken(request);
    const text = token ?? bearerOf(request.headers.authorization);
    if (text === undefined) {
      if (this.mode === 'open') return undefined;
      throw keyRequired();
    }
    const isUsedUp = token !== undefined || isToken(text);
    const secret = await (isUsedUp ? this.#use(text) : this.#secretOf(text));
    if (this.mode === 'keyed' && !allows(callerWith(secret), 'read')) throw scopeMissing('read');
    return this.#grants.grant(secret);
  };

  /** Once a second: ends the streams whose key has ended; every few seconds it records which keys were used. */
  start(): void {
    this.#running = this.#everySecond();
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    await this.#quietly(() => this.#writeUses());
  }

  async #secretOf(text: string): Promise<KnownSecret> {
    const sent = parseKey(text);
    if (sent === null) throw keyRefused('something that is no key of this API');
    const secret = await this.#keys.find(sent.prefix);
    if (!isSecretOf(sent.secret, secret?.hash ?? NO_HASH) || secret === undefined) {
      throw keyRefused('an unknown key');
    }
    return this.#valid(secret);
  }

  async #use(token: string): Promise<KnownSecret> {
    const refused = () =>
      keyRefused('a token that is unknown, used up or older than 60 s', 'ask for another token');
    // Of two that send it in one moment, one gets in.
    if (!isToken(token) || this.#tokens.isWanted(token)) throw refused();
    const secret = await this.#tokens.find(token);
    if (secret === undefined) throw refused();
    return this.#valid(secret);
  }

  async #useTokens(tokens: readonly string[]): Promise<ReadonlyMap<string, KnownSecret>> {
    const { db } = this.#services;
    if (db === undefined) throw databaseUnavailable();
    const usedAt = this.#clock.now();
    const used = await useTokens(db.direct, tokens, { timeoutMs: TOKEN_TIMEOUT_MS });
    return new Map([...used].map(([token, secret]) => [token, knownAt(secret, usedAt)]));
  }

  #valid(secret: KnownSecret): KnownSecret {
    if (secret.isRevoked) throw keyRefused('a key that was revoked', 'use another key');
    if (!isValid(secret, this.#clock.now())) {
      throw keyRefused('a key that has expired, or was replaced', 'use the new key');
    }
    this.#uses.used(secret.keyId);
    return secret;
  }

  async #everySecond(): Promise<void> {
    const { signal } = this.#stopped;
    for (let second = 1; !signal.aborted; second += 1) {
      await this.#clock.sleep(SECOND_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.#quietly(() => this.#grants.check());
      if (second % WRITE_USES_EVERY === 0) await this.#quietly(() => this.#writeUses());
    }
  }

  async #writeUses(): Promise<void> {
    const { db } = this.#services;
    if (db !== undefined) await this.#uses.write(db.direct);
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#reminder.occurred(error);
    }
  }
}
