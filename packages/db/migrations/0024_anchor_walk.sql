-- Older builds run on this schema.
ALTER TABLE "anchor_progress" ADD COLUMN "walked_to" text;