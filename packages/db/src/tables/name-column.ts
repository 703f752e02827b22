import type { ColumnBuilderBaseConfig, ColumnBaseConfig } from 'drizzle-orm';
import type { AnyPgTable, PgCustomColumnBuilder } from 'drizzle-orm/pg-core';
import type { Kind } from '../dictionary/names.ts';
import { PgColumn, PgColumnBuilder } from './drizzle.ts';

type Config = { readonly kind: Kind };

/** A column of ids of the dictionary. In a row its value is the name: who writes or reads the row puts the other in its place. */
export class NameColumn extends PgColumn<ColumnBaseConfig<'custom', 'NameColumn'>, Config> {
  readonly kind: Kind;

  constructor(table: AnyPgTable, config: Config) {
    super(table, config as never);
    this.kind = config.kind;
  }

  override getSQLType(): string {
    return this.kind === 'codes' ? 'smallint' : 'integer';
  }
}

class NameColumnBuilder extends PgColumnBuilder<ColumnBuilderBaseConfig<'custom', 'NameColumn'>, Config> {
  constructor(name: string, kind: Kind) {
    super(name, 'custom', 'NameColumn');
    Object.assign(this.config, { kind });
  }

  build(table: AnyPgTable): NameColumn {
    return new NameColumn(table, this.config);
  }
}

/** To the types, a custom column whose data are names. */
type NameColumnOf<Name> = PgCustomColumnBuilder<{
  name: string;
  dataType: 'custom';
  columnType: 'PgCustomColumn';
  data: Name;
  driverParam: number;
  enumValues: undefined;
}>;

export function nameColumn<Name extends string>(name: string, kind: Kind): NameColumnOf<Name> {
  return new NameColumnBuilder(name, kind) as unknown as NameColumnOf<Name>;
}
