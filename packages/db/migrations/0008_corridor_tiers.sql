-- Buckets of named assets wait in the schema of the old layout, until `insights migrate` has converted all of them.
-- It replaces 6602912d5a05e66027e6e3f5726c234d377ab448c14317b4fed491e16391e19c.
DO $$
BEGIN
	IF EXISTS (SELECT FROM "corridor_buckets") THEN
		CREATE SCHEMA IF NOT EXISTS "text_layout";
		ALTER TABLE "corridor_buckets" SET SCHEMA "text_layout";
	ELSE
		DROP TABLE "corridor_buckets";
	END IF;
END $$;
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
CREATE INDEX "corridor_buckets_by_start" ON "corridor_buckets" USING btree ("bucket_start","source_asset","dest_asset","is_self","attempts","successes","delivered");
--> statement-breakpoint
-- Names become ids of the dictionary.
INSERT INTO "assets" ("asset")
SELECT "asset" FROM (
	SELECT "source_asset" AS "asset" FROM "dirty_corridor_buckets" UNION SELECT "dest_asset" FROM "dirty_corridor_buckets"
	EXCEPT SELECT "asset" FROM "assets"
) "names" ORDER BY "asset" ON CONFLICT DO NOTHING;
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
CREATE INDEX "corridor_hours_by_start" ON "corridor_hours" USING btree ("bucket_start","source_asset","dest_asset","is_self","attempts","successes","delivered");
--> statement-breakpoint
CREATE INDEX "corridor_days_by_start" ON "corridor_days" USING btree ("bucket_start","source_asset","dest_asset","is_self","attempts","successes","delivered");
