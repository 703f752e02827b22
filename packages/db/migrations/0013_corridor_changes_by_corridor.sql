-- Older builds run on this schema.
CREATE INDEX "corridor_changes_by_corridor" ON "corridor_changes" USING btree ("source_asset","dest_asset");