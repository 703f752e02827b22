CREATE TABLE "retention_horizon" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"facts_from" bigint NOT NULL,
	"buckets_from" timestamp (3) with time zone NOT NULL,
	"hours_from" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "retention_horizon_only_row" CHECK ("retention_horizon"."only_row")
);
--> statement-breakpoint
INSERT INTO "retention_horizon" ("facts_from", "buckets_from", "hours_from")
SELECT coalesce(min(substring("relname" from '[0-9]+$')::bigint), 0), 'epoch', 'epoch'
FROM "pg_inherits" JOIN "pg_class" ON "pg_class"."oid" = "inhrelid" WHERE "inhparent" = 'transactions'::regclass;
--> statement-breakpoint
ALTER TABLE "event_log" RENAME TO "event_log_1";--> statement-breakpoint
ALTER INDEX "event_log_pkey" RENAME TO "event_log_1_pkey";--> statement-breakpoint
DROP INDEX "event_log_created_at";--> statement-breakpoint
CREATE TABLE "event_log" (
	"first_id" bigint PRIMARY KEY NOT NULL,
	"last_id" bigint NOT NULL,
	"events" json NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "event_log_ids" CHECK ("event_log"."last_id" - "event_log"."first_id" + 1 = json_array_length("event_log"."events"))
) PARTITION BY RANGE ("first_id");
--> statement-breakpoint
-- The log as it is becomes the first partition: nothing is copied. It is dropped whole, so one time stands for all of its rows.
DO $$
DECLARE
	"next" bigint;
	"newest" timestamptz;
BEGIN
	SELECT "last_id" + 1 INTO "next" FROM "event_log_head" FOR UPDATE;
	IF NOT EXISTS (SELECT FROM "event_log_1") THEN
		DROP TABLE "event_log_1";
		RETURN;
	END IF;
	SELECT coalesce((SELECT "closed_at" FROM "ledger_cursor"), max("created_at")) INTO "newest" FROM "event_log_1";
	EXECUTE format('ALTER TABLE "event_log_1" ADD COLUMN "closed_at" timestamp (3) with time zone NOT NULL DEFAULT %L', "newest");
	ALTER TABLE "event_log_1" ALTER COLUMN "closed_at" DROP DEFAULT;
	EXECUTE format('ALTER TABLE "event_log" ATTACH PARTITION "event_log_1" FOR VALUES FROM (1) TO (%s)', "next");
END $$;
