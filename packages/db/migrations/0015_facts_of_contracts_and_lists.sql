-- Older builds run on this schema. The ledgers that they store have version 1 or 2.
-- `migrate` builds the indexes of the partitions that exist, one by one: a single transaction would lock all of them.
CREATE TABLE "clawbacks" (
	"amount" bigint,
	"ledger" integer NOT NULL,
	"position" integer NOT NULL,
	"account" integer NOT NULL,
	"from_account" integer,
	"asset" integer,
	"operation_result" smallint,
	"failure_reason" smallint,
	"cause_code" smallint,
	"cause_index" smallint,
	"failure_blame" "char",
	"type" "char" NOT NULL,
	"succeeded" boolean NOT NULL,
	"balance_id" "bytea",
	"account_muxed_id" numeric(20, 0),
	"from_account_muxed_id" numeric(20, 0),
	CONSTRAINT "clawbacks_key" PRIMARY KEY("ledger","position")
) PARTITION BY RANGE ("ledger");
--> statement-breakpoint
CREATE TABLE "contract_transfers" (
	"ledger" integer NOT NULL,
	"position" integer NOT NULL,
	"order" integer NOT NULL,
	"contract" integer NOT NULL,
	"asset" integer NOT NULL,
	"from_address" integer,
	"to_address" integer,
	"operation_result" smallint,
	"failure_reason" smallint,
	"cause_code" smallint,
	"cause_index" smallint,
	"failure_blame" "char",
	"type" "char" NOT NULL,
	"succeeded" boolean NOT NULL,
	"is_hashed" boolean NOT NULL,
	"amount" numeric(39, 0) NOT NULL,
	"to_address_muxed_id" numeric(20, 0),
	CONSTRAINT "contract_transfers_key" PRIMARY KEY("ledger","position","order")
) PARTITION BY RANGE ("ledger");
--> statement-breakpoint
CREATE INDEX "clawbacks_by_account" ON "clawbacks" USING btree ("account","ledger");--> statement-breakpoint
CREATE INDEX "clawbacks_by_from_account" ON "clawbacks" USING btree ("from_account","ledger") WHERE "clawbacks"."from_account" is not null;--> statement-breakpoint
CREATE INDEX "clawbacks_by_asset" ON "clawbacks" USING btree ("asset","ledger") WHERE "clawbacks"."asset" is not null;--> statement-breakpoint
CREATE INDEX "clawbacks_by_balance" ON "clawbacks" USING btree (substr("balance_id", 1, 8),"ledger") WHERE "clawbacks"."balance_id" is not null;--> statement-breakpoint
CREATE INDEX "clawbacks_by_failure" ON "clawbacks" USING btree ("failure_reason","ledger") WHERE not "clawbacks"."succeeded";--> statement-breakpoint
CREATE INDEX "contract_transfers_by_from" ON "contract_transfers" USING btree ("from_address","ledger") WHERE "contract_transfers"."from_address" is not null;--> statement-breakpoint
CREATE INDEX "contract_transfers_by_to" ON "contract_transfers" USING btree ("to_address","ledger") WHERE "contract_transfers"."to_address" is not null;--> statement-breakpoint
CREATE INDEX "contract_transfers_by_to_muxed_id" ON "contract_transfers" USING btree ("to_address","to_address_muxed_id","ledger") WHERE "contract_transfers"."to_address_muxed_id" is not null;--> statement-breakpoint
CREATE INDEX "contract_transfers_by_contract" ON "contract_transfers" USING btree ("contract","ledger");--> statement-breakpoint
CREATE INDEX "contract_transfers_by_failure" ON "contract_transfers" USING btree ("failure_reason","ledger") WHERE not "contract_transfers"."succeeded";--> statement-breakpoint
CREATE INDEX "claimable_balances_by_account" ON ONLY "claimable_balances" USING btree ("account","ledger");--> statement-breakpoint
CREATE INDEX "claimable_balances_by_asset" ON ONLY "claimable_balances" USING btree ("asset","ledger") WHERE "claimable_balances"."asset" is not null;--> statement-breakpoint
CREATE INDEX "claimable_balances_by_balance" ON ONLY "claimable_balances" USING btree (substr("balance_id", 1, 8),"ledger") WHERE "claimable_balances"."balance_id" is not null;--> statement-breakpoint
CREATE INDEX "claimable_balances_by_failure" ON ONLY "claimable_balances" USING btree ("failure_reason","ledger") WHERE not "claimable_balances"."succeeded";--> statement-breakpoint
CREATE INDEX "claimable_balances_by_claimant_1" ON ONLY "claimable_balances" USING btree (("claimants"[1]),"ledger") WHERE ("claimable_balances"."claimants"[1]) is not null;--> statement-breakpoint
CREATE INDEX "claimable_balances_by_claimant_2" ON ONLY "claimable_balances" USING btree (("claimants"[2]),"ledger") WHERE ("claimable_balances"."claimants"[2]) is not null;--> statement-breakpoint
CREATE INDEX "claimable_balances_by_claimant_3" ON ONLY "claimable_balances" USING btree (("claimants"[3]),"ledger") WHERE ("claimable_balances"."claimants"[3]) is not null;--> statement-breakpoint
CREATE INDEX "claimable_balances_by_claimant_4" ON ONLY "claimable_balances" USING btree (("claimants"[4]),"ledger") WHERE ("claimable_balances"."claimants"[4]) is not null;--> statement-breakpoint
CREATE INDEX "claimable_balances_by_claimant_5" ON ONLY "claimable_balances" USING btree (("claimants"[5]),"ledger") WHERE ("claimable_balances"."claimants"[5]) is not null;--> statement-breakpoint
CREATE INDEX "claimable_balances_by_claimant_6" ON ONLY "claimable_balances" USING btree (("claimants"[6]),"ledger") WHERE ("claimable_balances"."claimants"[6]) is not null;--> statement-breakpoint
CREATE INDEX "claimable_balances_by_claimant_7" ON ONLY "claimable_balances" USING btree (("claimants"[7]),"ledger") WHERE ("claimable_balances"."claimants"[7]) is not null;--> statement-breakpoint
CREATE INDEX "claimable_balances_by_claimant_8" ON ONLY "claimable_balances" USING btree (("claimants"[8]),"ledger") WHERE ("claimable_balances"."claimants"[8]) is not null;--> statement-breakpoint
CREATE INDEX "claimable_balances_by_claimant_9" ON ONLY "claimable_balances" USING btree (("claimants"[9]),"ledger") WHERE ("claimable_balances"."claimants"[9]) is not null;--> statement-breakpoint
CREATE INDEX "claimable_balances_by_claimant_10" ON ONLY "claimable_balances" USING btree (("claimants"[10]),"ledger") WHERE ("claimable_balances"."claimants"[10]) is not null;--> statement-breakpoint
CREATE INDEX "ledgers_by_old_facts" ON "ledgers" USING btree ("facts_version",(-"sequence")) WHERE "ledgers"."facts_version" < 3;--> statement-breakpoint
CREATE INDEX "payments_by_source_muxed_id" ON ONLY "payments" USING btree ("source","source_muxed_id","ledger") WHERE "payments"."source_muxed_id" is not null;--> statement-breakpoint
CREATE INDEX "payments_by_destination_muxed_id" ON ONLY "payments" USING btree ("destination","destination_muxed_id","ledger") WHERE "payments"."destination_muxed_id" is not null;--> statement-breakpoint
CREATE INDEX "pool_operations_by_account" ON ONLY "pool_operations" USING btree ("account","ledger");--> statement-breakpoint
CREATE INDEX "pool_operations_by_pool" ON ONLY "pool_operations" USING btree (substr("pool", 1, 8),"ledger") WHERE "pool_operations"."pool" is not null;--> statement-breakpoint
CREATE INDEX "pool_operations_by_failure" ON ONLY "pool_operations" USING btree ("failure_reason","ledger") WHERE not "pool_operations"."succeeded";--> statement-breakpoint
CREATE INDEX "trades_by_buyer" ON ONLY "trades" USING btree ("buyer","ledger");--> statement-breakpoint
CREATE INDEX "trades_by_seller" ON ONLY "trades" USING btree ("seller","ledger") WHERE "trades"."seller" is not null;--> statement-breakpoint
CREATE INDEX "trades_by_sold_asset" ON ONLY "trades" USING btree ("sold_asset","ledger");--> statement-breakpoint
CREATE INDEX "trades_by_bought_asset" ON ONLY "trades" USING btree ("bought_asset","ledger");--> statement-breakpoint
CREATE INDEX "trades_by_pool" ON ONLY "trades" USING btree (substr("pool", 1, 8),"ledger") WHERE "trades"."pool" is not null;--> statement-breakpoint
CREATE INDEX "transactions_by_source" ON ONLY "transactions" USING btree ("source","ledger");--> statement-breakpoint
CREATE INDEX "transactions_by_fee_source" ON ONLY "transactions" USING btree ("fee_source","ledger") WHERE "transactions"."fee_source" <> "transactions"."source";--> statement-breakpoint
CREATE INDEX "trustline_operations_by_account" ON ONLY "trustline_operations" USING btree ("account","ledger");--> statement-breakpoint
CREATE INDEX "trustline_operations_by_trustor" ON ONLY "trustline_operations" USING btree ("trustor","ledger") WHERE "trustline_operations"."trustor" <> "trustline_operations"."account";--> statement-breakpoint
CREATE INDEX "trustline_operations_by_asset" ON ONLY "trustline_operations" USING btree ("asset","ledger") WHERE "trustline_operations"."asset" is not null;--> statement-breakpoint
CREATE INDEX "trustline_operations_by_pool" ON ONLY "trustline_operations" USING btree (substr("pool", 1, 8),"ledger") WHERE "trustline_operations"."pool" is not null;--> statement-breakpoint
CREATE INDEX "trustline_operations_by_failure" ON ONLY "trustline_operations" USING btree ("failure_reason","ledger") WHERE not "trustline_operations"."succeeded";--> statement-breakpoint
-- Last, and without a look at the rows, as what all names pass is locked until the end; the old check was stricter.
ALTER TABLE "accounts" DROP CONSTRAINT "accounts_key_size",
	ADD CONSTRAINT "accounts_key_size" CHECK (octet_length("accounts"."key") >= 32) NOT VALID;