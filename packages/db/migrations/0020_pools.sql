-- Older builds run on this schema. The buckets of what they store are marked by the roll-up.
CREATE TABLE "dirty_pool_buckets" (
	"bucket_start" timestamp (3) with time zone NOT NULL,
	"ledger" bigint NOT NULL,
	CONSTRAINT "dirty_pool_buckets_key" PRIMARY KEY("bucket_start","ledger")
);
--> statement-breakpoint
CREATE TABLE "pool_buckets" (
	"bucket_start" timestamp (3) with time zone NOT NULL,
	"pool" "bytea" NOT NULL,
	"bought_asset" integer NOT NULL,
	"sold_asset" integer NOT NULL,
	"trades" integer NOT NULL,
	"bought" numeric(38, 0) NOT NULL,
	CONSTRAINT "pool_buckets_key" PRIMARY KEY("bucket_start","pool","bought_asset")
);
--> statement-breakpoint
CREATE TABLE "pool_counts" (
	"pool" "bytea" NOT NULL,
	"window" text NOT NULL,
	"trades" integer NOT NULL,
	"input_a" numeric(38, 0) NOT NULL,
	"input_b" numeric(38, 0) NOT NULL,
	"volume" numeric(38, 0),
	"fees" numeric(38, 0),
	CONSTRAINT "pool_counts_key" PRIMARY KEY("pool","window")
);
--> statement-breakpoint
CREATE TABLE "pool_figures" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"from_ledger" bigint NOT NULL,
	"to_ledger" bigint NOT NULL,
	"from_24h" timestamp (3) with time zone NOT NULL,
	"from_7d" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone NOT NULL,
	"pools" integer NOT NULL,
	"valued_pools" integer NOT NULL,
	"trustlines" integer,
	"value" numeric(38, 0),
	CONSTRAINT "pool_figures_only_row" CHECK ("pool_figures"."only_row")
);
--> statement-breakpoint
CREATE TABLE "pool_hours" (
	"bucket_start" timestamp (3) with time zone NOT NULL,
	"pool" "bytea" NOT NULL,
	"bought_asset" integer NOT NULL,
	"sold_asset" integer NOT NULL,
	"trades" integer NOT NULL,
	"bought" numeric(38, 0) NOT NULL,
	CONSTRAINT "pool_hours_key" PRIMARY KEY("bucket_start","pool","bought_asset")
);
--> statement-breakpoint
CREATE TABLE "pool_price_paths" (
	"asset" integer PRIMARY KEY NOT NULL,
	"path" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pool_retention" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"thinned_to" timestamp (3) with time zone,
	"checked_to" bigint NOT NULL,
	CONSTRAINT "pool_retention_only_row" CHECK ("pool_retention"."only_row")
);
--> statement-breakpoint
CREATE TABLE "pool_snapshots" (
	"reserve_a" bigint NOT NULL,
	"reserve_b" bigint NOT NULL,
	"shares" bigint NOT NULL,
	"read_at" timestamp (3) with time zone NOT NULL,
	"from_ledger" bigint NOT NULL,
	"to_ledger" bigint NOT NULL,
	"trustlines" integer NOT NULL,
	"pool" "bytea" NOT NULL,
	"value" numeric(38, 0),
	CONSTRAINT "pool_snapshots_key" PRIMARY KEY("pool","read_at")
);
--> statement-breakpoint
CREATE TABLE "pools" (
	"pool" "bytea" PRIMARY KEY NOT NULL,
	"asset_a" integer NOT NULL,
	"asset_b" integer NOT NULL,
	"fee_bp" smallint NOT NULL,
	"reserve_a" bigint,
	"reserve_b" bigint,
	"shares" bigint,
	"trustlines" integer,
	"modified_ledger" bigint,
	"value" numeric(38, 0),
	"week_ago" timestamp (3) with time zone,
	"week_ago_a" bigint,
	"week_ago_b" bigint,
	"dropped_at" timestamp (3) with time zone,
	CONSTRAINT "pools_state" CHECK (num_nulls("pools"."reserve_a", "pools"."reserve_b", "pools"."shares", "pools"."trustlines", "pools"."modified_ledger") in (0, 5))
);
--> statement-breakpoint
CREATE INDEX "pool_snapshots_by_time" ON "pool_snapshots" USING btree ("read_at");--> statement-breakpoint
CREATE INDEX "pools_by_asset_a" ON "pools" USING btree ("asset_a");--> statement-breakpoint
CREATE INDEX "pools_by_asset_b" ON "pools" USING btree ("asset_b");--> statement-breakpoint
INSERT INTO "pool_retention" ("checked_to") VALUES (0);
