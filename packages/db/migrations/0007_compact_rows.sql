-- The rows of the old layout wait in a schema of their own, until `insights migrate` has converted all of them.
CREATE SCHEMA "text_layout";--> statement-breakpoint
DO $$
DECLARE partition regclass;
BEGIN
	FOR partition IN
		SELECT inhrelid::regclass FROM pg_inherits
		WHERE inhparent IN ('payments'::regclass, 'transactions'::regclass, 'claimable_balances'::regclass, 'trades'::regclass)
	LOOP
		EXECUTE format('ALTER TABLE %s SET SCHEMA "text_layout"', partition);
	END LOOP;
END $$;--> statement-breakpoint
ALTER TABLE "payments" SET SCHEMA "text_layout";--> statement-breakpoint
ALTER TABLE "transactions" SET SCHEMA "text_layout";--> statement-breakpoint
ALTER TABLE "claimable_balances" SET SCHEMA "text_layout";--> statement-breakpoint
ALTER TABLE "trades" SET SCHEMA "text_layout";--> statement-breakpoint
ALTER TYPE "blame" SET SCHEMA "text_layout";--> statement-breakpoint
ALTER TYPE "claimable_balance_type" SET SCHEMA "text_layout";--> statement-breakpoint
ALTER TYPE "fixed_side" SET SCHEMA "text_layout";--> statement-breakpoint
ALTER TYPE "memo_type" SET SCHEMA "text_layout";--> statement-breakpoint
ALTER TYPE "payment_type" SET SCHEMA "text_layout";--> statement-breakpoint
CREATE TABLE "claimable_balances" (
	"amount" bigint,
	"ledger" integer NOT NULL,
	"position" integer NOT NULL,
	"account" integer NOT NULL,
	"asset" integer,
	"operation_result" smallint,
	"failure_reason" smallint,
	"cause_code" smallint,
	"cause_index" smallint,
	"failure_blame" "char",
	"type" "char" NOT NULL,
	"succeeded" boolean NOT NULL,
	"balance_id" "bytea",
	"claimants" integer[],
	"account_muxed_id" numeric(20, 0),
	CONSTRAINT "claimable_balances_key" PRIMARY KEY("ledger","position")
) PARTITION BY RANGE ("ledger");
--> statement-breakpoint
CREATE TABLE "payments" (
	"fixed_amount" bigint,
	"limit_amount" bigint,
	"sent_amount" bigint,
	"delivered_amount" bigint,
	"ledger" integer NOT NULL,
	"position" integer NOT NULL,
	"source" integer NOT NULL,
	"destination" integer NOT NULL,
	"source_asset" integer NOT NULL,
	"dest_asset" integer NOT NULL,
	"operation_result" smallint,
	"failure_reason" smallint,
	"cause_code" smallint,
	"cause_index" smallint,
	"failure_blame" "char",
	"type" "char" NOT NULL,
	"fixed_side" "char" NOT NULL,
	"succeeded" boolean NOT NULL,
	"is_self_payment" boolean NOT NULL,
	"is_cycle" boolean NOT NULL,
	"path" integer[],
	"source_muxed_id" numeric(20, 0),
	"destination_muxed_id" numeric(20, 0),
	CONSTRAINT "payments_key" PRIMARY KEY("ledger","position")
) PARTITION BY RANGE ("ledger");
--> statement-breakpoint
CREATE TABLE "trades" (
	"sold_amount" bigint NOT NULL,
	"bought_amount" bigint NOT NULL,
	"offer_id" bigint,
	"ledger" integer NOT NULL,
	"position" integer NOT NULL,
	"order" integer NOT NULL,
	"buyer" integer NOT NULL,
	"sold_asset" integer NOT NULL,
	"bought_asset" integer NOT NULL,
	"seller" integer,
	"pool" "bytea",
	CONSTRAINT "trades_key" PRIMARY KEY("ledger","position","order"),
	CONSTRAINT "trades_maker" CHECK (("trades"."seller" is null) = ("trades"."offer_id" is null) and ("trades"."seller" is null) <> ("trades"."pool" is null))
) PARTITION BY RANGE ("ledger");
--> statement-breakpoint
CREATE TABLE "transactions" (
	"fee_charged" bigint NOT NULL,
	"ledger" integer NOT NULL,
	"index" integer NOT NULL,
	"source" integer NOT NULL,
	"fee_source" integer NOT NULL,
	"operation_count" smallint NOT NULL,
	"result" smallint NOT NULL,
	"inner_result" smallint,
	"succeeded" boolean NOT NULL,
	"memo_type" "char" NOT NULL,
	"hash" "bytea" NOT NULL,
	"inner_hash" "bytea",
	"memo" text,
	"memo_bytes" "bytea",
	"source_muxed_id" numeric(20, 0),
	"fee_source_muxed_id" numeric(20, 0),
	CONSTRAINT "transactions_key" PRIMARY KEY("ledger","index")
) PARTITION BY RANGE ("ledger");
--> statement-breakpoint
CREATE INDEX "payments_by_source" ON "payments" USING btree ("source","ledger");--> statement-breakpoint
CREATE INDEX "payments_by_destination" ON "payments" USING btree ("destination","ledger");--> statement-breakpoint
CREATE INDEX "payments_by_source_asset" ON "payments" USING btree ("source_asset","ledger");--> statement-breakpoint
CREATE INDEX "payments_by_dest_asset" ON "payments" USING btree ("dest_asset","ledger") WHERE "payments"."dest_asset" <> "payments"."source_asset";--> statement-breakpoint
CREATE INDEX "payments_by_failure" ON "payments" USING btree ("failure_reason","ledger") WHERE not "payments"."succeeded";--> statement-breakpoint
CREATE INDEX "transactions_by_hash" ON "transactions" USING hash ("hash");--> statement-breakpoint
CREATE INDEX "transactions_by_inner_hash" ON "transactions" USING hash ("inner_hash") WHERE "transactions"."inner_hash" is not null;--> statement-breakpoint
CREATE INDEX "transactions_by_memo" ON "transactions" USING btree ("memo","ledger") WHERE "transactions"."memo" is not null;--> statement-breakpoint
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM "text_layout"."transactions") THEN
		DROP SCHEMA "text_layout" CASCADE;
	END IF;
END $$;
