CREATE TYPE "public"."blame" AS ENUM('sender', 'receiver', 'issuer', 'market', 'network', 'unknown');--> statement-breakpoint
CREATE TYPE "public"."claimable_balance_type" AS ENUM('create_claimable_balance', 'claim_claimable_balance');--> statement-breakpoint
CREATE TYPE "public"."fixed_side" AS ENUM('source', 'dest');--> statement-breakpoint
CREATE TYPE "public"."memo_type" AS ENUM('none', 'text', 'id', 'hash', 'return');--> statement-breakpoint
CREATE TYPE "public"."payment_type" AS ENUM('payment', 'path_payment_strict_send', 'path_payment_strict_receive', 'create_account', 'account_merge');--> statement-breakpoint
CREATE TABLE "claimable_balances" (
	"ledger" bigint NOT NULL,
	"operation_id" bigint NOT NULL,
	"type" "claimable_balance_type" NOT NULL,
	"account" text NOT NULL,
	"account_muxed_id" numeric(20, 0),
	"balance_id" "bytea",
	"asset" text,
	"amount" bigint,
	"claimants" text[] NOT NULL,
	"succeeded" boolean NOT NULL,
	"operation_result" text,
	"failure_reason" text,
	"failure_blame" "blame",
	"cause_index" smallint,
	"cause_code" text,
	CONSTRAINT "claimable_balances_key" PRIMARY KEY("ledger","operation_id")
) PARTITION BY RANGE ("ledger");
--> statement-breakpoint
CREATE TABLE "corridor_buckets" (
	"bucket_start" timestamp (3) with time zone NOT NULL,
	"source_asset" text NOT NULL,
	"dest_asset" text NOT NULL,
	"is_self" boolean NOT NULL,
	"attempts" integer NOT NULL,
	"successes" integer NOT NULL,
	"delivered" numeric(38, 0) NOT NULL,
	"failures" jsonb NOT NULL,
	"size_classes" jsonb NOT NULL,
	CONSTRAINT "corridor_buckets_key" PRIMARY KEY("source_asset","dest_asset","is_self","bucket_start")
);
--> statement-breakpoint
CREATE TABLE "dirty_corridor_buckets" (
	"bucket_start" timestamp (3) with time zone NOT NULL,
	"source_asset" text NOT NULL,
	"dest_asset" text NOT NULL,
	"ledger" bigint NOT NULL,
	CONSTRAINT "dirty_corridor_buckets_key" PRIMARY KEY("bucket_start","source_asset","dest_asset","ledger")
);
--> statement-breakpoint
CREATE TABLE "event_log" (
	"first_id" bigint PRIMARY KEY NOT NULL,
	"last_id" bigint NOT NULL,
	"events" json NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "event_log_ids" CHECK ("event_log"."last_id" - "event_log"."first_id" + 1 = json_array_length("event_log"."events"))
);
--> statement-breakpoint
CREATE TABLE "event_log_head" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"epoch" text NOT NULL,
	"last_id" bigint NOT NULL,
	CONSTRAINT "event_log_head_only_row" CHECK ("event_log_head"."only_row")
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger_cursor" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"network_passphrase" text NOT NULL,
	"sequence" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	"closed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "ledger_cursor_only_row" CHECK ("ledger_cursor"."only_row")
);
--> statement-breakpoint
CREATE TABLE "ledgers" (
	"sequence" bigint PRIMARY KEY NOT NULL,
	"hash" "bytea" NOT NULL,
	"previous_hash" "bytea" NOT NULL,
	"closed_at" timestamp (3) with time zone NOT NULL,
	"protocol_version" integer NOT NULL,
	"base_fee" bigint NOT NULL,
	"base_reserve" bigint NOT NULL,
	"total_coins" bigint NOT NULL,
	"fee_pool" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"ledger" bigint NOT NULL,
	"operation_id" bigint NOT NULL,
	"transaction_index" integer NOT NULL,
	"operation_index" smallint NOT NULL,
	"type" "payment_type" NOT NULL,
	"source" text NOT NULL,
	"source_muxed_id" numeric(20, 0),
	"destination" text NOT NULL,
	"destination_muxed_id" numeric(20, 0),
	"source_asset" text NOT NULL,
	"dest_asset" text NOT NULL,
	"path" text[] NOT NULL,
	"fixed_side" "fixed_side" NOT NULL,
	"fixed_amount" bigint,
	"limit_amount" bigint,
	"sent_amount" bigint,
	"delivered_amount" bigint,
	"succeeded" boolean NOT NULL,
	"operation_result" text,
	"failure_reason" text,
	"failure_blame" "blame",
	"cause_index" smallint,
	"cause_code" text,
	"is_self_payment" boolean NOT NULL,
	"is_cycle" boolean NOT NULL,
	CONSTRAINT "payments_key" PRIMARY KEY("ledger","operation_id")
) PARTITION BY RANGE ("ledger");
--> statement-breakpoint
CREATE TABLE "task_status" (
	"task" text PRIMARY KEY NOT NULL,
	"error_code" text,
	"error_message" text,
	"error_at" timestamp (3) with time zone,
	"tip" bigint,
	"progress_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "trades" (
	"ledger" bigint NOT NULL,
	"operation_id" bigint NOT NULL,
	"order" integer NOT NULL,
	"seller" text,
	"offer_id" bigint,
	"pool" "bytea",
	"buyer" text NOT NULL,
	"sold_asset" text NOT NULL,
	"sold_amount" bigint NOT NULL,
	"bought_asset" text NOT NULL,
	"bought_amount" bigint NOT NULL,
	CONSTRAINT "trades_key" PRIMARY KEY("ledger","operation_id","order"),
	CONSTRAINT "trades_maker" CHECK (("trades"."seller" is null) = ("trades"."offer_id" is null) and ("trades"."seller" is null) <> ("trades"."pool" is null))
) PARTITION BY RANGE ("ledger");
--> statement-breakpoint
CREATE TABLE "transactions" (
	"ledger" bigint NOT NULL,
	"index" integer NOT NULL,
	"hash" "bytea" NOT NULL,
	"inner_hash" "bytea",
	"source" text NOT NULL,
	"source_muxed_id" numeric(20, 0),
	"fee_source" text NOT NULL,
	"fee_source_muxed_id" numeric(20, 0),
	"fee_charged" bigint NOT NULL,
	"succeeded" boolean NOT NULL,
	"result" text NOT NULL,
	"inner_result" text,
	"operation_count" integer NOT NULL,
	"memo_type" "memo_type" NOT NULL,
	"memo" text,
	"memo_bytes" "bytea",
	CONSTRAINT "transactions_key" PRIMARY KEY("ledger","index")
) PARTITION BY RANGE ("ledger");
--> statement-breakpoint
CREATE INDEX "event_log_created_at" ON "event_log" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "ledgers_closed_at" ON "ledgers" USING btree ("closed_at");--> statement-breakpoint
INSERT INTO "event_log_head" ("epoch", "last_id") VALUES (left(replace(gen_random_uuid()::text, '-', ''), 12), 0);
