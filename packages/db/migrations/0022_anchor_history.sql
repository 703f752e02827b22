-- Older builds run on this schema.
ALTER TABLE "anchor_progress" ADD COLUMN "thinned_to" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "anchor_incidents_by_end" ON "anchor_incidents" USING btree ("ended_at");