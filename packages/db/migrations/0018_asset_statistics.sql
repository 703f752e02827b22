-- Older builds run on this schema.
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
	"authorized_balance" numeric(40, 0),
	"maintain_liabilities" integer NOT NULL,
	"maintain_liabilities_balance" numeric(40, 0),
	"unauthorized" integer NOT NULL,
	"unauthorized_balance" numeric(40, 0),
	"claimable_balances" integer,
	"claimable_amount" numeric(40, 0),
	"pools" integer,
	"pool_amount" numeric(40, 0),
	"contracts" integer,
	"contract_amount" numeric(40, 0),
	"supply" numeric(40, 0),
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
	"authorized_balance" numeric(40, 0),
	"maintain_liabilities" integer NOT NULL,
	"maintain_liabilities_balance" numeric(40, 0),
	"unauthorized" integer NOT NULL,
	"unauthorized_balance" numeric(40, 0),
	"claimable_balances" integer,
	"claimable_amount" numeric(40, 0),
	"pools" integer,
	"pool_amount" numeric(40, 0),
	"contracts" integer,
	"contract_amount" numeric(40, 0),
	"supply" numeric(40, 0),
	"trustlines" integer NOT NULL,
	"change_24h" integer,
	"authorized_change_24h" integer,
	"supply_change_24h" numeric(40, 0),
	"change_7d" integer,
	"authorized_change_7d" integer,
	"supply_change_7d" numeric(40, 0)
);
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
CREATE INDEX "asset_snapshots_by_time" ON "asset_snapshots" USING btree ("read_at");--> statement-breakpoint
CREATE INDEX "asset_statistics_by_name" ON "asset_statistics" USING btree ("source","name" collate "C");--> statement-breakpoint
CREATE INDEX "asset_statistics_by_code" ON "asset_statistics" USING btree ("code");--> statement-breakpoint
CREATE INDEX "asset_statistics_by_issuer" ON "asset_statistics" USING btree ("issuer");--> statement-breakpoint
CREATE INDEX "asset_statistics_by_trustlines" ON "asset_statistics" USING btree ("source","trustlines" desc,"name" collate "C");--> statement-breakpoint
CREATE INDEX "asset_statistics_by_authorized" ON "asset_statistics" USING btree ("source","authorized" desc,"name" collate "C");--> statement-breakpoint
CREATE INDEX "asset_statistics_by_change_24h" ON "asset_statistics" USING btree ("source","change_24h" desc,"name" collate "C");--> statement-breakpoint
CREATE INDEX "asset_statistics_by_change_7d" ON "asset_statistics" USING btree ("source","change_7d" desc,"name" collate "C");--> statement-breakpoint
INSERT INTO "asset_progress" ("only_row") VALUES (true);
