import { KINDS, type Kind } from './names.ts';
import { RecentMap } from './recent-map.ts';

const CAPACITY = 200_000;

export type MutableIds = Readonly<Record<Kind, Map<string, number>>>;

/** Ids of the dictionary with one identity. An id is added only after the database has answered it. */
export class NameCache {
  readonly identity: string;
  readonly #ids: Readonly<Record<Kind, RecentMap<string, number>>> = {
    accounts: new RecentMap(CAPACITY),
    assets: new RecentMap(CAPACITY),
    codes: new RecentMap(CAPACITY),
  };

  constructor(identity: string) {
    this.identity = identity;
  }

  get(kind: Kind, name: string): number | undefined {
    return this.#ids[kind].get(name);
  }

  add(ids: MutableIds): void {
    for (const kind of KINDS) for (const [name, id] of ids[kind]) this.#ids[kind].set(name, id);
  }
}
