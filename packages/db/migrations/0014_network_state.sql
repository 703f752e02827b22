-- Older builds run on this schema. The ledgers that they store have version 1; the roll-up of pools marks the buckets
-- of their trades.
CREATE TABLE "anchor_accounts" (
	"account" text PRIMARY KEY NOT NULL,
	"home_domain" text,
	"is_listed" boolean DEFAULT false NOT NULL,
	"read_at" timestamp (3) with time zone,
	"ledger" bigint,
	"next_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "anchor_assets" (
	"anchor" text NOT NULL,
	"asset" integer NOT NULL,
	"is_listed" boolean NOT NULL,
	CONSTRAINT "anchor_assets_key" PRIMARY KEY("anchor","asset")
);
--> statement-breakpoint
CREATE TABLE "anchor_corridors" (
	"anchor" text NOT NULL,
	"source_asset" integer NOT NULL,
	"dest_asset" integer NOT NULL,
	"attempts" integer NOT NULL,
	"successes" integer NOT NULL,
	"failures" jsonb NOT NULL,
	CONSTRAINT "anchor_corridors_key" PRIMARY KEY("anchor","source_asset","dest_asset")
);
--> statement-breakpoint
CREATE TABLE "anchor_counts" (
	"anchor" text NOT NULL,
	"window" text NOT NULL,
	"attempts" integer NOT NULL,
	"successes" integer NOT NULL,
	"failures" jsonb NOT NULL,
	CONSTRAINT "anchor_counts_key" PRIMARY KEY("anchor","window")
);
--> statement-breakpoint
CREATE TABLE "anchor_domain_ranges" (
	"anchor" text NOT NULL,
	"domain" text NOT NULL,
	"valid_from" timestamp (3) with time zone NOT NULL,
	"valid_to" timestamp (3) with time zone,
	CONSTRAINT "anchor_domain_ranges_key" PRIMARY KEY("anchor","valid_from")
);
--> statement-breakpoint
CREATE TABLE "anchor_domains" (
	"domain" text PRIMARY KEY NOT NULL,
	"is_candidate" boolean NOT NULL,
	"asked_at" timestamp (3) with time zone,
	"next_at" timestamp (3) with time zone NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"failure" text,
	"read_at" timestamp (3) with time zone,
	"file" jsonb,
	"answered_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "anchor_incidents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"anchor" text NOT NULL,
	"kind" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ledger" bigint,
	"details" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "anchor_issuers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "anchor_issuers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"anchor" text NOT NULL,
	"issuer" text NOT NULL,
	"domain" text NOT NULL,
	"valid_from" timestamp (3) with time zone NOT NULL,
	"valid_to" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "anchor_progress" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"named_to" bigint NOT NULL,
	"revoked_to" bigint,
	"windows" jsonb,
	"thinned_to" timestamp (3) with time zone,
	"walked_to" text,
	CONSTRAINT "anchor_progress_only_row" CHECK ("anchor_progress"."only_row")
);
--> statement-breakpoint
CREATE TABLE "anchor_snapshots" (
	"anchor" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"status" text NOT NULL,
	"issuers" integer NOT NULL,
	"assets" integer NOT NULL,
	"attempts" integer NOT NULL,
	"successes" integer NOT NULL,
	"failures" jsonb NOT NULL,
	"window_from" timestamp (3) with time zone,
	"window_to" timestamp (3) with time zone,
	"from_ledger" bigint,
	"to_ledger" bigint,
	CONSTRAINT "anchor_snapshots_key" PRIMARY KEY("anchor","at")
);
--> statement-breakpoint
CREATE TABLE "anchors" (
	"id" text PRIMARY KEY NOT NULL,
	"domain" text NOT NULL,
	"origin" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"removed_at" timestamp (3) with time zone,
	"organization" text,
	"url" text,
	"status" text NOT NULL,
	"reason" text,
	"since" timestamp (3) with time zone NOT NULL,
	"rate" text NOT NULL,
	"issuers" integer NOT NULL,
	"assets" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "asset_progress" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"source" text,
	"assets_since" bigint,
	"trustlines_since" bigint,
	"crawl_started_at" timestamp (3) with time zone,
	"crawl_finished_at" timestamp (3) with time zone,
	"crawl_cursor" text,
	"crawl_from_ledger" bigint,
	"crawl_assets" integer DEFAULT 0 NOT NULL,
	"last_crawl_finished_at" timestamp (3) with time zone,
	"thinned_to" timestamp (3) with time zone,
	"expired_to" timestamp (3) with time zone,
	CONSTRAINT "asset_progress_only_row" CHECK ("asset_progress"."only_row")
);
--> statement-breakpoint
CREATE TABLE "asset_snapshots" (
	"asset" integer NOT NULL,
	"read_at" timestamp (3) with time zone NOT NULL,
	"source" text NOT NULL,
	"ledger" integer NOT NULL,
	"flags" smallint,
	"authorized" integer NOT NULL,
	"authorized_balance" numeric(60, 0),
	"maintain_liabilities" integer NOT NULL,
	"maintain_liabilities_balance" numeric(60, 0),
	"unauthorized" integer NOT NULL,
	"unauthorized_balance" numeric(60, 0),
	"claimable_balances" integer,
	"claimable_amount" numeric(60, 0),
	"pools" integer,
	"pool_amount" numeric(60, 0),
	"contracts" integer,
	"contract_amount" numeric(60, 0),
	"supply" numeric(60, 0),
	CONSTRAINT "asset_snapshots_key" PRIMARY KEY("asset","read_at")
);
--> statement-breakpoint
CREATE TABLE "asset_statistics" (
	"asset" integer PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"code" text NOT NULL,
	"issuer" text NOT NULL,
	"source" text NOT NULL,
	"ledger" integer NOT NULL,
	"read_at" timestamp (3) with time zone NOT NULL,
	"flags" smallint,
	"authorized" integer NOT NULL,
	"authorized_balance" numeric(60, 0),
	"maintain_liabilities" integer NOT NULL,
	"maintain_liabilities_balance" numeric(60, 0),
	"unauthorized" integer NOT NULL,
	"unauthorized_balance" numeric(60, 0),
	"claimable_balances" integer,
	"claimable_amount" numeric(60, 0),
	"pools" integer,
	"pool_amount" numeric(60, 0),
	"contracts" integer,
	"contract_amount" numeric(60, 0),
	"supply" numeric(60, 0),
	"trustlines" integer NOT NULL,
	"change_24h" integer,
	"authorized_change_24h" integer,
	"supply_change_24h" numeric(60, 0),
	"change_7d" integer,
	"authorized_change_7d" integer,
	"supply_change_7d" numeric(60, 0)
);
--> statement-breakpoint
CREATE TABLE "dirty_pool_buckets" (
	"bucket_start" timestamp (3) with time zone NOT NULL,
	"ledger" bigint NOT NULL,
	CONSTRAINT "dirty_pool_buckets_key" PRIMARY KEY("bucket_start","ledger")
);
--> statement-breakpoint
CREATE TABLE "named_assets" (
	"first_ledger" bigint NOT NULL,
	"last_ledger" bigint NOT NULL,
	"asset" integer PRIMARY KEY NOT NULL,
	"issuer" integer
);
--> statement-breakpoint
CREATE TABLE "named_cursor" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"revision" bigint NOT NULL,
	"ledger" bigint NOT NULL,
	CONSTRAINT "named_cursor_only_row" CHECK ("named_cursor"."only_row")
);
--> statement-breakpoint
CREATE TABLE "named_pools" (
	"first_ledger" bigint NOT NULL,
	"last_ledger" bigint NOT NULL,
	"asset_a" integer,
	"asset_b" integer,
	"pool" "bytea" PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "named_trustlines" (
	"last_ledger" bigint NOT NULL,
	"asset" integer NOT NULL,
	"account" integer NOT NULL,
	CONSTRAINT "named_trustlines_key" PRIMARY KEY("asset","account")
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
	"falls_measured_from" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "pools_state" CHECK (num_nulls("pools"."reserve_a", "pools"."reserve_b", "pools"."shares", "pools"."trustlines", "pools"."modified_ledger") in (0, 5))
);
--> statement-breakpoint
CREATE TABLE "request_budgets" (
	"name" text PRIMARY KEY NOT NULL,
	"full_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "state_syncs" (
	"name" text PRIMARY KEY NOT NULL,
	"revision" bigint NOT NULL,
	"read_at" timestamp (3) with time zone NOT NULL,
	"written_at" timestamp (3) with time zone NOT NULL,
	"stale_after" timestamp (3) with time zone NOT NULL,
	"source" text,
	"coverage" text,
	"from_ledger" bigint,
	"to_ledger" bigint,
	CONSTRAINT "state_syncs_state" CHECK (num_nulls("state_syncs"."source", "state_syncs"."coverage", "state_syncs"."from_ledger", "state_syncs"."to_ledger") in (0, 4))
);
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
CREATE TABLE "trustline_state_counts" (
	"asset" integer PRIMARY KEY NOT NULL,
	"authorized" integer NOT NULL,
	"maintain_liabilities" integer NOT NULL,
	"unauthorized" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trustline_states" (
	"asset" integer NOT NULL,
	"account" integer NOT NULL,
	"state" "char" NOT NULL,
	"ledger" integer NOT NULL,
	CONSTRAINT "trustline_states_key" PRIMARY KEY("asset","account")
);
--> statement-breakpoint
CREATE TABLE "trustline_stats" (
	"read_at" timestamp (3) with time zone PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"assets" integer NOT NULL,
	"authorized" bigint NOT NULL,
	"maintain_liabilities" bigint NOT NULL,
	"unauthorized" bigint NOT NULL,
	"auth_required" integer NOT NULL,
	"auth_revocable" integer NOT NULL,
	"auth_immutable" integer NOT NULL,
	"auth_clawback_enabled" integer NOT NULL,
	"flags_unknown" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "unnamed_ledgers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "unnamed_ledgers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"first" bigint NOT NULL,
	"last" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "ledgers" ADD COLUMN "facts_version" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE INDEX "anchor_accounts_due" ON "anchor_accounts" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "anchor_accounts_by_domain" ON "anchor_accounts" USING btree ("home_domain");--> statement-breakpoint
CREATE INDEX "anchor_accounts_listed" ON "anchor_accounts" USING btree ("next_at") WHERE "anchor_accounts"."is_listed";--> statement-breakpoint
CREATE INDEX "anchor_domains_due" ON "anchor_domains" USING btree ("is_candidate","next_at");--> statement-breakpoint
CREATE UNIQUE INDEX "anchor_incidents_open" ON "anchor_incidents" USING btree ("anchor") WHERE "anchor_incidents"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "anchor_incidents_by_anchor" ON "anchor_incidents" USING btree ("anchor","started_at","id");--> statement-breakpoint
CREATE INDEX "anchor_incidents_by_end" ON "anchor_incidents" USING btree ("ended_at");--> statement-breakpoint
CREATE UNIQUE INDEX "anchor_issuers_now" ON "anchor_issuers" USING btree ("issuer") WHERE "anchor_issuers"."valid_to" is null;--> statement-breakpoint
CREATE INDEX "anchor_issuers_by_anchor" ON "anchor_issuers" USING btree ("anchor","valid_to");--> statement-breakpoint
CREATE INDEX "anchor_snapshots_by_time" ON "anchor_snapshots" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "anchors_by_domain" ON "anchors" USING btree ("domain");--> statement-breakpoint
CREATE INDEX "asset_snapshots_by_time" ON "asset_snapshots" USING btree ("read_at");--> statement-breakpoint
CREATE INDEX "asset_statistics_by_name" ON "asset_statistics" USING btree ("source","name" collate "C");--> statement-breakpoint
CREATE INDEX "asset_statistics_by_code" ON "asset_statistics" USING btree ("code");--> statement-breakpoint
CREATE INDEX "asset_statistics_by_issuer" ON "asset_statistics" USING btree ("issuer");--> statement-breakpoint
CREATE INDEX "asset_statistics_by_trustlines" ON "asset_statistics" USING btree ("source","trustlines" desc,"name" collate "C");--> statement-breakpoint
CREATE INDEX "asset_statistics_by_authorized" ON "asset_statistics" USING btree ("source","authorized" desc,"name" collate "C");--> statement-breakpoint
CREATE INDEX "asset_statistics_by_change_24h" ON "asset_statistics" USING btree ("source","change_24h" desc,"name" collate "C");--> statement-breakpoint
CREATE INDEX "asset_statistics_by_change_7d" ON "asset_statistics" USING btree ("source","change_7d" desc,"name" collate "C");--> statement-breakpoint
CREATE INDEX "named_assets_by_last_ledger" ON "named_assets" USING btree ("last_ledger","asset");--> statement-breakpoint
CREATE INDEX "named_assets_by_issuer" ON "named_assets" USING btree ("issuer","asset");--> statement-breakpoint
CREATE INDEX "named_pools_by_last_ledger" ON "named_pools" USING btree ("last_ledger","pool");--> statement-breakpoint
CREATE INDEX "named_trustlines_by_last_ledger" ON "named_trustlines" USING btree ("last_ledger","asset","account");--> statement-breakpoint
CREATE INDEX "pool_snapshots_by_time" ON "pool_snapshots" USING btree ("read_at");--> statement-breakpoint
CREATE INDEX "pools_by_asset_a" ON "pools" USING btree ("asset_a");--> statement-breakpoint
CREATE INDEX "pools_by_asset_b" ON "pools" USING btree ("asset_b");--> statement-breakpoint
CREATE INDEX "pools_by_value" ON "pools" USING btree ("value" desc nulls last,"pool");--> statement-breakpoint
INSERT INTO "anchor_progress" ("named_to") VALUES (0);--> statement-breakpoint
INSERT INTO "asset_progress" ("only_row") VALUES (true);--> statement-breakpoint
INSERT INTO "named_cursor" ("revision", "ledger") VALUES (0, 0);--> statement-breakpoint
INSERT INTO "pool_retention" ("checked_to") VALUES (0);
