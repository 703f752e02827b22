-- Older builds run on this schema.
CREATE TABLE "backfill_chunks" (
	"backfill" uuid NOT NULL,
	"first" bigint NOT NULL,
	"loaded_to" bigint NOT NULL,
	"loaded_hash" "bytea" NOT NULL,
	"transactions" bigint NOT NULL,
	"begun_at" timestamp (3) with time zone NOT NULL,
	"loaded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "backfill_chunks_key" PRIMARY KEY("backfill","first")
);
--> statement-breakpoint
CREATE TABLE "backfill_parts" (
	"backfill" uuid NOT NULL,
	"first" bigint NOT NULL,
	"last" bigint NOT NULL,
	"is_staged" boolean NOT NULL,
	"visible_at" timestamp (3) with time zone,
	"transactions" bigint,
	CONSTRAINT "backfill_parts_key" PRIMARY KEY("backfill","first")
);
--> statement-breakpoint
CREATE TABLE "backfills" (
	"id" uuid PRIMARY KEY NOT NULL,
	"first" bigint NOT NULL,
	"last" bigint NOT NULL,
	"network_passphrase" text NOT NULL,
	"chunk_ledgers" integer NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"is_cancelled" boolean DEFAULT false NOT NULL,
	"error_code" text,
	"error_message" text,
	"error_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "facts_lakes" (
	"url" text PRIMARY KEY NOT NULL,
	"complete_before" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "backfills_by_request" ON "backfills" USING btree ("requested_at","id");--> statement-breakpoint
CREATE INDEX "backfills_by_range" ON "backfills" USING btree ("first","last");--> statement-breakpoint
CREATE INDEX "backfills_running" ON "backfills" USING btree ("first") WHERE "backfills"."ended_at" is null;
