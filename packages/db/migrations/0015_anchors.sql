-- Older builds run on this schema.
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
	"file" jsonb
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
CREATE INDEX "anchor_accounts_due" ON "anchor_accounts" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "anchor_accounts_by_domain" ON "anchor_accounts" USING btree ("home_domain");--> statement-breakpoint
CREATE INDEX "anchor_accounts_listed" ON "anchor_accounts" USING btree ("next_at") WHERE "anchor_accounts"."is_listed";--> statement-breakpoint
CREATE INDEX "anchor_domains_due" ON "anchor_domains" USING btree ("is_candidate","next_at");--> statement-breakpoint
CREATE UNIQUE INDEX "anchor_incidents_open" ON "anchor_incidents" USING btree ("anchor") WHERE "anchor_incidents"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "anchor_incidents_by_anchor" ON "anchor_incidents" USING btree ("anchor","started_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "anchor_issuers_now" ON "anchor_issuers" USING btree ("issuer") WHERE "anchor_issuers"."valid_to" is null;--> statement-breakpoint
CREATE INDEX "anchor_issuers_by_anchor" ON "anchor_issuers" USING btree ("anchor","valid_to");--> statement-breakpoint
CREATE INDEX "anchor_snapshots_by_time" ON "anchor_snapshots" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "anchors_by_domain" ON "anchors" USING btree ("domain");--> statement-breakpoint
INSERT INTO "anchor_progress" ("named_to") VALUES (0);
