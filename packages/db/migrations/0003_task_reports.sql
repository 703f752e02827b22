-- Older builds run on this schema.
ALTER TABLE "task_status" ADD COLUMN "waiting_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "task_status" ADD COLUMN "due_at" timestamp (3) with time zone;
