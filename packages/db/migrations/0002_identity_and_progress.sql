-- Older builds run on this schema.
CREATE TABLE "database_identity" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	CONSTRAINT "database_identity_only_row" CHECK ("database_identity"."only_row")
);
--> statement-breakpoint
ALTER TABLE "task_status" ADD COLUMN "error_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "task_status" ADD COLUMN "tip_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "task_status" ADD COLUMN "waiting_for" text;--> statement-breakpoint
INSERT INTO "database_identity" DEFAULT VALUES;
