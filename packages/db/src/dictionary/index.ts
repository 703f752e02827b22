export { DictionaryReplacedError } from './errors.ts';
export { requireIdentity, withInterned, type InternedIds } from './intern.ts';
export { findIds, findNames } from './look-up.ts';
export type { Ids, IdsByName, Kind, Names, NamesById } from './names.ts';
