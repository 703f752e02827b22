CREATE TABLE "event_log_bounds" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"oldest_id" bigint NOT NULL,
	"last_partition" bigint NOT NULL,
	"partitions_end" bigint NOT NULL,
	CONSTRAINT "event_log_bounds_only_row" CHECK ("event_log_bounds"."only_row")
);
--> statement-breakpoint
INSERT INTO "event_log_bounds" ("oldest_id", "last_partition", "partitions_end")
SELECT coalesce((SELECT min("first_id") FROM "event_log"), "last_id" + 1), coalesce("first", 0), coalesce("next", 0)
FROM "event_log_head", (
	SELECT max("bounds"[1]::bigint) AS "first", max("bounds"[2]::bigint) AS "next"
	FROM "pg_inherits" JOIN "pg_class" ON "pg_class"."oid" = "inhrelid",
		regexp_match(pg_get_expr("relpartbound", "pg_class"."oid"), 'FROM \(''(\d+)''\) TO \(''(\d+)''\)') AS "bounds"
	WHERE "inhparent" = 'event_log'::regclass
) "partitions";
