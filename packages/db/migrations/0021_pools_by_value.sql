-- Older builds run on this schema.
CREATE INDEX "pools_by_value" ON "pools" USING btree ("value" desc nulls last,"pool");