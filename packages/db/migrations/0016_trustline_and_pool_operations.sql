-- Older builds run on this schema. The ledgers that they store have version 1.
CREATE TABLE "pool_operations" (
	"shares" bigint,
	"limit_a" bigint NOT NULL,
	"limit_b" bigint NOT NULL,
	"ledger" integer NOT NULL,
	"position" integer NOT NULL,
	"account" integer NOT NULL,
	"operation_result" smallint,
	"failure_reason" smallint,
	"cause_code" smallint,
	"cause_index" smallint,
	"failure_blame" "char",
	"type" "char" NOT NULL,
	"succeeded" boolean NOT NULL,
	"pool" "bytea" NOT NULL,
	"account_muxed_id" numeric(20, 0),
	CONSTRAINT "pool_operations_key" PRIMARY KEY("ledger","position")
) PARTITION BY RANGE ("ledger");
--> statement-breakpoint
CREATE TABLE "trustline_operations" (
	"limit" bigint,
	"set_flags" bigint,
	"clear_flags" bigint,
	"ledger" integer NOT NULL,
	"position" integer NOT NULL,
	"account" integer NOT NULL,
	"trustor" integer NOT NULL,
	"asset" integer,
	"pool_asset_a" integer,
	"pool_asset_b" integer,
	"operation_result" smallint,
	"failure_reason" smallint,
	"cause_code" smallint,
	"cause_index" smallint,
	"failure_blame" "char",
	"type" "char" NOT NULL,
	"succeeded" boolean NOT NULL,
	"pool" "bytea",
	"account_muxed_id" numeric(20, 0),
	CONSTRAINT "trustline_operations_key" PRIMARY KEY("ledger","position"),
	CONSTRAINT "trustline_operations_line" CHECK (("trustline_operations"."asset" is null) <> ("trustline_operations"."pool" is null))
) PARTITION BY RANGE ("ledger");
--> statement-breakpoint
ALTER TABLE "ledgers" ADD COLUMN "facts_version" smallint DEFAULT 1 NOT NULL;