-- Older builds run on this schema.
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
CREATE TABLE "unnamed_ledgers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "unnamed_ledgers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"first" bigint NOT NULL,
	"last" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "named_assets_by_last_ledger" ON "named_assets" USING btree ("last_ledger","asset");--> statement-breakpoint
CREATE INDEX "named_assets_by_issuer" ON "named_assets" USING btree ("issuer","asset");--> statement-breakpoint
CREATE INDEX "named_pools_by_last_ledger" ON "named_pools" USING btree ("last_ledger","pool");--> statement-breakpoint
CREATE INDEX "named_trustlines_by_last_ledger" ON "named_trustlines" USING btree ("last_ledger","asset","account");--> statement-breakpoint
INSERT INTO "named_cursor" ("revision", "ledger") VALUES (0, 0);
