-- Names become ids of the dictionary.
INSERT INTO "assets" ("asset")
SELECT "asset" FROM (
	SELECT "source_asset" AS "asset" FROM "corridor_buckets" UNION SELECT "dest_asset" FROM "corridor_buckets"
	UNION SELECT "source_asset" FROM "dirty_corridor_buckets" UNION SELECT "dest_asset" FROM "dirty_corridor_buckets"
	EXCEPT SELECT "asset" FROM "assets"
) "names" ORDER BY "asset" ON CONFLICT DO NOTHING;
--> statement-breakpoint
ALTER TABLE "corridor_buckets" RENAME TO "named_corridor_buckets";
--> statement-breakpoint
ALTER TABLE "named_corridor_buckets" DROP CONSTRAINT "corridor_buckets_key";
--> statement-breakpoint
DROP INDEX "corridor_buckets_by_start";
--> statement-breakpoint
CREATE TABLE "corridor_buckets" (
	"bucket_start" timestamp (3) with time zone NOT NULL,
	"source_asset" integer NOT NULL,
	"dest_asset" integer NOT NULL,
	"is_self" boolean NOT NULL,
	"attempts" integer NOT NULL,
	"successes" integer NOT NULL,
	"delivered" numeric(38, 0) NOT NULL,
	"failures" jsonb NOT NULL,
	"size_classes" jsonb NOT NULL,
	CONSTRAINT "corridor_buckets_key" PRIMARY KEY("source_asset","dest_asset","bucket_start","is_self")
);
--> statement-breakpoint
INSERT INTO "corridor_buckets"
SELECT "bucket_start", "s"."id", "d"."id", "is_self", "attempts", "successes", "delivered", "failures", "size_classes"
FROM "named_corridor_buckets" JOIN "assets" "s" ON "s"."asset" = "source_asset" JOIN "assets" "d" ON "d"."asset" = "dest_asset"
ORDER BY "bucket_start";
--> statement-breakpoint
DROP TABLE "named_corridor_buckets";
--> statement-breakpoint
CREATE INDEX "corridor_buckets_by_start" ON "corridor_buckets" USING btree ("bucket_start","source_asset","dest_asset","is_self","attempts","successes","delivered");
--> statement-breakpoint
ALTER TABLE "dirty_corridor_buckets" RENAME TO "named_dirty_corridor_buckets";
--> statement-breakpoint
ALTER TABLE "named_dirty_corridor_buckets" DROP CONSTRAINT "dirty_corridor_buckets_key";
--> statement-breakpoint
CREATE TABLE "dirty_corridor_buckets" (
	"bucket_start" timestamp (3) with time zone NOT NULL,
	"source_asset" integer NOT NULL,
	"dest_asset" integer NOT NULL,
	"ledger" bigint NOT NULL,
	CONSTRAINT "dirty_corridor_buckets_key" PRIMARY KEY("bucket_start","source_asset","dest_asset","ledger")
);
--> statement-breakpoint
INSERT INTO "dirty_corridor_buckets"
SELECT "bucket_start", "s"."id", "d"."id", "ledger"
FROM "named_dirty_corridor_buckets"
	JOIN "assets" "s" ON "s"."asset" = "source_asset" JOIN "assets" "d" ON "d"."asset" = "dest_asset";
--> statement-breakpoint
DROP TABLE "named_dirty_corridor_buckets";
--> statement-breakpoint
CREATE TABLE "corridor_hours" (
	"bucket_start" timestamp (3) with time zone NOT NULL,
	"source_asset" integer NOT NULL,
	"dest_asset" integer NOT NULL,
	"is_self" boolean NOT NULL,
	"attempts" integer NOT NULL,
	"successes" integer NOT NULL,
	"delivered" numeric(38, 0) NOT NULL,
	"failures" jsonb NOT NULL,
	"size_classes" jsonb NOT NULL,
	CONSTRAINT "corridor_hours_key" PRIMARY KEY("source_asset","dest_asset","bucket_start","is_self")
);
--> statement-breakpoint
CREATE TABLE "corridor_days" (
	"bucket_start" timestamp (3) with time zone NOT NULL,
	"source_asset" integer NOT NULL,
	"dest_asset" integer NOT NULL,
	"is_self" boolean NOT NULL,
	"attempts" integer NOT NULL,
	"successes" integer NOT NULL,
	"delivered" numeric(38, 0) NOT NULL,
	"failures" jsonb NOT NULL,
	"size_classes" jsonb NOT NULL,
	CONSTRAINT "corridor_days_key" PRIMARY KEY("source_asset","dest_asset","bucket_start","is_self")
);
--> statement-breakpoint
-- Rows of what ledgers have touched since are wrong as their buckets are: the marks of the buckets stand for them, too.
INSERT INTO "corridor_hours" ("bucket_start", "source_asset", "dest_asset", "is_self", "attempts", "successes", "delivered", "failures", "size_classes")
WITH "counts" AS (
	SELECT date_bin('1 hour', "bucket_start", 'epoch') AS "start", * FROM "corridor_buckets"
), "totals" AS (
	SELECT "start", "source_asset", "dest_asset", "is_self", sum("attempts") AS "attempts", sum("successes") AS "successes",
		sum("delivered") AS "delivered"
	FROM "counts" GROUP BY 1, 2, 3, 4
), "failures" AS (
	SELECT "start", "source_asset", "dest_asset", "is_self",
		jsonb_agg(jsonb_build_object('reason', "reason", 'blame', "blame", 'count', "count")
			ORDER BY "reason" COLLATE "C", "blame" COLLATE "C") AS "failures"
	FROM (
		SELECT "start", "source_asset", "dest_asset", "is_self", "reason", "blame", sum("count") AS "count"
		FROM "counts", jsonb_to_recordset("failures") AS "each" ("reason" text, "blame" text, "count" int8)
		GROUP BY 1, 2, 3, 4, 5, 6
	) "each" GROUP BY 1, 2, 3, 4
), "sizes" AS (
	SELECT "start", "source_asset", "dest_asset", "is_self",
		jsonb_agg(jsonb_build_object('side', "side", 'sizeClass', "sizeClass", 'attempts', "attempts", 'successes', "successes")
			ORDER BY "side" COLLATE "C", "sizeClass") AS "size_classes"
	FROM (
		SELECT "start", "source_asset", "dest_asset", "is_self", "side", "sizeClass", sum("each"."attempts") AS "attempts",
			sum("each"."successes") AS "successes"
		FROM "counts", jsonb_to_recordset("size_classes") AS "each" ("side" text, "sizeClass" int, "attempts" int8, "successes" int8)
		GROUP BY 1, 2, 3, 4, 5, 6
	) "each" GROUP BY 1, 2, 3, 4
)
SELECT "start", "source_asset", "dest_asset", "is_self", "attempts", "successes", "delivered", coalesce("failures", '[]'), "size_classes"
FROM "totals" JOIN "sizes" USING ("start", "source_asset", "dest_asset", "is_self")
	LEFT JOIN "failures" USING ("start", "source_asset", "dest_asset", "is_self");
--> statement-breakpoint
INSERT INTO "corridor_days" ("bucket_start", "source_asset", "dest_asset", "is_self", "attempts", "successes", "delivered", "failures", "size_classes")
WITH "counts" AS (
	SELECT date_bin('1 day', "bucket_start", 'epoch') AS "start", * FROM "corridor_hours"
), "totals" AS (
	SELECT "start", "source_asset", "dest_asset", "is_self", sum("attempts") AS "attempts", sum("successes") AS "successes",
		sum("delivered") AS "delivered"
	FROM "counts" GROUP BY 1, 2, 3, 4
), "failures" AS (
	SELECT "start", "source_asset", "dest_asset", "is_self",
		jsonb_agg(jsonb_build_object('reason', "reason", 'blame', "blame", 'count', "count")
			ORDER BY "reason" COLLATE "C", "blame" COLLATE "C") AS "failures"
	FROM (
		SELECT "start", "source_asset", "dest_asset", "is_self", "reason", "blame", sum("count") AS "count"
		FROM "counts", jsonb_to_recordset("failures") AS "each" ("reason" text, "blame" text, "count" int8)
		GROUP BY 1, 2, 3, 4, 5, 6
	) "each" GROUP BY 1, 2, 3, 4
), "sizes" AS (
	SELECT "start", "source_asset", "dest_asset", "is_self",
		jsonb_agg(jsonb_build_object('side', "side", 'sizeClass', "sizeClass", 'attempts', "attempts", 'successes', "successes")
			ORDER BY "side" COLLATE "C", "sizeClass") AS "size_classes"
	FROM (
		SELECT "start", "source_asset", "dest_asset", "is_self", "side", "sizeClass", sum("each"."attempts") AS "attempts",
			sum("each"."successes") AS "successes"
		FROM "counts", jsonb_to_recordset("size_classes") AS "each" ("side" text, "sizeClass" int, "attempts" int8, "successes" int8)
		GROUP BY 1, 2, 3, 4, 5, 6
	) "each" GROUP BY 1, 2, 3, 4
)
SELECT "start", "source_asset", "dest_asset", "is_self", "attempts", "successes", "delivered", coalesce("failures", '[]'), "size_classes"
FROM "totals" JOIN "sizes" USING ("start", "source_asset", "dest_asset", "is_self")
	LEFT JOIN "failures" USING ("start", "source_asset", "dest_asset", "is_self");
--> statement-breakpoint
CREATE INDEX "corridor_hours_by_start" ON "corridor_hours" USING btree ("bucket_start","source_asset","dest_asset","is_self","attempts","successes","delivered");
--> statement-breakpoint
CREATE INDEX "corridor_days_by_start" ON "corridor_days" USING btree ("bucket_start","source_asset","dest_asset","is_self","attempts","successes","delivered");
