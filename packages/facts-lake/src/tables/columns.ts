import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DECIMAL,
  DuckDBBlobValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBTimestampTZValue,
  INTEGER,
  LIST,
  TIMESTAMPTZ,
  VARCHAR,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';

/** How values lie in a column of a Parquet file. */
export interface ColumnType<Value> {
  readonly type: DuckDBType;
  encode(value: Value): DuckDBValue;
  decode(value: DuckDBValue): Value;
}

export type Columns = Readonly<Record<string, ColumnType<unknown>>>;

/** A row by the names of its columns. */
export type RowOf<Table extends Columns> = {
  readonly [Name in keyof Table]: Table[Name] extends ColumnType<infer Value> ? Value : never;
};

/** What DuckDB itself takes and gives in a column of the type. */
function asIs<Value extends DuckDBValue>(type: DuckDBType): ColumnType<Value> {
  return { type, encode: (value) => value, decode: (value) => value as Value };
}

export const boolean = asIs<boolean>(BOOLEAN);
export const int32 = asIs<number>(INTEGER);
export const int64 = asIs<bigint>(BIGINT);

/** An int64 of this brand, such as an amount in stroops. */
export function int64Of<Value extends bigint>(): ColumnType<Value> {
  return asIs<Value>(BIGINT);
}

/** Text of this brand, or one of these words. */
export function textOf<Value extends string>(): ColumnType<Value> {
  return asIs<Value>(VARCHAR);
}

/** A uint32. Not every engine knows unsigned columns. */
export function uint32Of<Value extends number>(): ColumnType<Value> {
  return {
    type: BIGINT,
    encode: (value) => BigInt(value),
    decode: (value) => Number(value) as Value,
  };
}

/** A uint64. */
export const uint64: ColumnType<bigint> = decimal(20);

/** A whole number of so many digits. */
export function decimal(width: number): ColumnType<bigint> {
  return {
    type: DECIMAL(width, 0),
    encode: (value) => new DuckDBDecimalValue(value, width, 0),
    decode: (value) => (value as DuckDBDecimalValue).value,
  };
}

/** Unix time in milliseconds. */
export const timestamp: ColumnType<number> = {
  type: TIMESTAMPTZ,
  encode: (value) => new DuckDBTimestampTZValue(BigInt(value) * 1000n),
  decode: (value) => Number((value as DuckDBTimestampTZValue).micros / 1000n),
};

export const bytes: ColumnType<Uint8Array> = {
  type: BLOB,
  encode: (value) => new DuckDBBlobValue(value),
  decode: (value) => (value as DuckDBBlobValue).bytes,
};

export function listOf<Value extends string>(): ColumnType<readonly Value[]> {
  return {
    type: LIST(VARCHAR),
    encode: (value) => new DuckDBListValue([...value]),
    decode: (value) => (value as DuckDBListValue).items as Value[],
  };
}

export function nullable<Value>(column: ColumnType<Value>): ColumnType<Value | null> {
  return {
    type: column.type,
    encode: (value) => (value === null ? null : column.encode(value)),
    decode: (value) => (value === null ? null : column.decode(value)),
  };
}
