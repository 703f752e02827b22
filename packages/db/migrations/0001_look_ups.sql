CREATE INDEX "corridor_buckets_by_start" ON "corridor_buckets" USING btree ("bucket_start");--> statement-breakpoint
CREATE INDEX "payments_by_source" ON "payments" USING btree ("source","operation_id");--> statement-breakpoint
CREATE INDEX "payments_by_destination" ON "payments" USING btree ("destination","operation_id");--> statement-breakpoint
CREATE INDEX "payments_by_failure" ON "payments" USING btree ("failure_reason","operation_id") WHERE not "payments"."succeeded";--> statement-breakpoint
CREATE INDEX "transactions_by_hash" ON "transactions" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "transactions_by_inner_hash" ON "transactions" USING btree ("inner_hash") WHERE "transactions"."inner_hash" is not null;--> statement-breakpoint
CREATE INDEX "transactions_by_memo" ON "transactions" USING btree ("memo") WHERE "transactions"."memo" is not null;