-- Older builds run on this schema.
ALTER TABLE "anchor_domains" ADD COLUMN "answered_at" timestamp (3) with time zone;