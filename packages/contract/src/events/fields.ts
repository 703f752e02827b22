import { LAST_LEDGER } from '@stellar-insights/ledger';
import { z } from 'zod';

/** 32 bytes as 64 lower-case hex digits. */
export const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** An amount in the asset's smallest unit, an integer in decimal: 1 unit = 10^7 stroops. */
export const stroops = z.string().regex(/^(0|-?[1-9][0-9]*)$/);
/** A uint64 in decimal. */
export const uint64 = z.string().regex(/^(0|[1-9][0-9]{0,19})$/);
/** `G…`. */
export const account = z.string().regex(/^G[A-Z2-7]{55}$/);
/** `native` or `CODE:ISSUER`. */
export const asset = z.string().min(1);
export const ledgerSequence = z.int().min(1).max(LAST_LEDGER);
export const count = z.int().nonnegative();
/** ISO 8601 in UTC, with milliseconds. */
export const time = z.iso.datetime({ precision: 3 });
