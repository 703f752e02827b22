import { FACTS_VERSION } from '../facts/facts-version.ts';
import { codeId, POPULAR_MEMO } from './generated-names.ts';
import type { HistorySize } from './history-size.ts';

export const FIRST_LEDGER = 50_000_000;
export const FIRST_CLOSE = Date.UTC(2026, 0, 1);
export const LEDGER_MS = 5000;

/** Spreads the corridors over the assets: it is prime, so that no two have the same source. */
const STRIDE = 7919;

/** The id of the source asset of a corridor. The corridors are numbered from 1, the busiest first. */
export function sourceAssetOf({ assets }: HistorySize, corridor: number): number {
  return 1 + ((corridor * STRIDE) % (assets - 1));
}

/** Statements that insert the ledgers `from` (inclusive) to `to` (exclusive) with all that is in them. */
export function insertions(size: HistorySize, from: number, to: number): string[] {
  const firstOf = (ledger: number) => Math.ceil(((ledger - FIRST_LEDGER) * size.payments) / size.ledgers);
  const drawn = draws(size, firstOf(from), firstOf(to) - 1);
  return [
    `insert into ledgers (sequence, hash, previous_hash, closed_at, protocol_version, base_fee, base_reserve, total_coins, fee_pool,
                          facts_version)
     select sequence, sha256(int4send(sequence)), sha256(int4send(sequence - 1)),
            to_timestamp(${FIRST_CLOSE / 1000} + (sequence - ${FIRST_LEDGER}) * ${LEDGER_MS / 1000}),
            23, 100, 5000000, 1054439020873472865, 94131418, ${FACTS_VERSION}
     from generate_series(${from}, ${to - 1}) sequence`,
    `insert into transactions (fee_charged, ledger, index, source, fee_source, operation_count, result, inner_result, succeeded,
                               memo_type, hash, inner_hash, memo)
     select 100 + n % 1000, ledger, index, source, source, 1,
            case when is_bump then case when succeeded then ${codeId('txFEE_BUMP_INNER_SUCCESS')} else ${codeId('txFEE_BUMP_INNER_FAILED')} end
                 when succeeded then ${codeId('txSUCCESS')} else ${codeId('txFAILED')} end,
            case when is_bump then case when succeeded then ${codeId('txSUCCESS')} else ${codeId('txFAILED')} end end,
            succeeded, case when memo is null then 'n' else 't' end::"char",
            sha256(int8send(n)), case when is_bump then sha256(int8send(-n - 1)) end, memo
     from ${drawn}`,
    `insert into payments (fixed_amount, limit_amount, sent_amount, delivered_amount, ledger, position, source, destination,
                           source_asset, dest_asset, operation_result, failure_reason, failure_blame, type, fixed_side,
                           succeeded, is_self_payment, is_cycle, path, destination_muxed_id)
     select amount, case when is_path then amount / 2 end, case when succeeded then amount end,
            case when succeeded then amount end, ledger, (index << 12) | 1, source, destination, source_asset, dest_asset,
            case when not succeeded then reason when is_path then ${codeId('PATH_PAYMENT_STRICT_SEND_SUCCESS')}
                 else ${codeId('PAYMENT_SUCCESS')} end,
            case when not succeeded then reason end, case when not succeeded then 's'::"char" end,
            case when is_path then 's' else 'p' end::"char", case when is_path then 's' else 'd' end::"char",
            succeeded, source = destination, false, case when is_path and n % 4 = 0 then array[1 + (n % ${size.assets - 1})::int4] end,
            case when n % 20 = 0 then n end
     from ${drawn}`,
    `insert into trades (sold_amount, bought_amount, ledger, position, "order", buyer, sold_asset, bought_asset, pool)
     select amount, amount, ledger, (index << 12) | 1, 0, source, source_asset, dest_asset, sha256(int4send(source_asset))
     from ${drawn} where is_path and succeeded and n % 8 = 0`,
    `insert into trades (sold_amount, bought_amount, offer_id, ledger, position, "order", buyer, sold_asset, bought_asset, seller)
     select amount, amount, n, ledger, (index << 12) | 1, 0, source, source_asset, dest_asset, destination
     from ${drawn} where is_path and succeeded and n % 8 = 4`,
    `insert into claimable_balances (amount, ledger, position, account, asset, operation_result, type, succeeded, balance_id, claimants)
     select amount, ledger, (index << 12) | 2, source, source_asset, ${codeId('PAYMENT_SUCCESS')}, 'c', true,
            sha256(int8send(n)), array[destination]
     from ${drawn} where n % 100 = 0`,
    `insert into claimable_balances (ledger, position, account, operation_result, type, succeeded, balance_id)
     select ledger, (index << 12) | 2, source, ${codeId('PAYMENT_SUCCESS')}, 'l', true, sha256(int8send(n - 1))
     from ${drawn} where n % 100 = 1`,
    `insert into clawbacks (amount, ledger, position, account, from_account, asset, operation_result, type, succeeded)
     select amount, ledger, (index << 12) | 5, source, destination, source_asset, ${codeId('PAYMENT_SUCCESS')}, 'c', true
     from ${drawn} where n % 200 = 0`,
    `insert into contract_transfers (ledger, position, "order", contract, asset, from_address, to_address, operation_result,
                                     failure_reason, failure_blame, type, succeeded, is_hashed, amount, to_address_muxed_id)
     select ledger, (index << 12) | 6, "order", ${size.accounts} + source_asset, source_asset, source,
            case when n % 40 = 0 then destination else ${size.accounts} + dest_asset end,
            case when succeeded then ${codeId('INVOKE_HOST_FUNCTION_SUCCESS')} else ${codeId('INVOKE_HOST_FUNCTION_TRAPPED')} end,
            case when not succeeded then ${codeId('INVOKE_HOST_FUNCTION_TRAPPED')} end,
            case when not succeeded then 'u'::"char" end, 't', succeeded, true, amount,
            case when n % 200 = 0 then n end
     from ${drawn}, generate_series(0, 1) as "order" where n % 20 = 0 and (succeeded or "order" = 0)`,
    `insert into trustline_operations ("limit", set_flags, clear_flags, ledger, position, account, trustor, asset, operation_result,
                                       type, succeeded)
     select case when n % 400 > 0 then amount end, case when n % 400 = 0 then 0 end, case when n % 400 = 0 then 1 end,
            ledger, (index << 12) | 3, source, case when n % 400 > 0 then source else destination end, dest_asset,
            ${codeId('PAYMENT_SUCCESS')}, case when n % 400 > 0 then 'c' else 'f' end::"char", succeeded
     from ${drawn} where n % 100 = 0`,
    `insert into pool_operations (shares, limit_a, limit_b, ledger, position, account, operation_result, type, succeeded, pool)
     select case when n % 400 = 0 then amount end, amount, amount, ledger, (index << 12) | 4, source,
            ${codeId('PAYMENT_SUCCESS')}, case when n % 400 = 0 then 'w' else 'd' end::"char", succeeded,
            sha256(int4send(source_asset))
     from ${drawn} where n % 200 = 0`,
  ];
}

/** What is drawn for each payment `n`: always the same for the same number. */
function draws(size: HistorySize, first: number, last: number): string {
  const { ledgers, payments, accounts, assets, corridors } = size;
  const firstReason = codeId('PAYMENT_UNDERFUNDED');
  // The last one is of no payment.
  const reasons = codeId('PAYMENT_NO_ISSUER') - firstReason;
  return `(
    select n, (${FIRST_LEDGER} + n * ${ledgers} / ${payments})::int4 as ledger,
           (1 + n - (n * ${ledgers} / ${payments} * ${payments} + ${ledgers - 1}) / ${ledgers})::int4 as index,
           source, case when ${uniform(1)} < 0.05 then source else 1 + ${zipf(2, accounts - 2)} end as destination,
           source_asset, dest_asset, source_asset <> dest_asset as is_path,
           ${uniform(3)} < 0.9 as succeeded, ${firstReason} - 1 + ${zipf(4, reasons)} as reason,
           floor(exp(${uniform(5)} * 25))::int8 as amount, n % 50 = 0 as is_bump,
           case when n % 100 = 1 then '${POPULAR_MEMO}' when n % 3 = 0 then 'memo ' || ${zipf(6, payments)} end as memo
    from generate_series(${first}::int8, ${last}) n, lateral (
      select case when ${uniform(7)} < 0.25 then 1 else 1 + ${zipf(8, accounts - 2)} end as source,
             ${zipf(9, corridors)} as corridor
    ) drawn, lateral (
      select 1 + (corridor * ${STRIDE}) % ${assets - 1} as source_asset
    ) sent, lateral (
      select case when corridor % 3 = 0 then 1 + (source_asset * 31) % ${assets - 1} else source_asset end as dest_asset
    ) received
  ) drawn`;
}

/** Uniform in [0, 1), from the payment's number and the purpose. */
function uniform(purpose: number): string {
  return `((hashint8extended(n, ${purpose}) & ${2 ** 53 - 1})::float8 / ${2 ** 53})`;
}

/** From 1 to `count`; each number is drawn in inverse proportion to itself. */
function zipf(purpose: number, count: number): string {
  return `floor(exp(${uniform(purpose)} * ln(${count + 1}::float8)))::int4`;
}
