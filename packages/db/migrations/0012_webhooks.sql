-- Older builds run on this schema.
CREATE TABLE "webhook_attempts" (
	"day" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"webhook_id" uuid NOT NULL,
	"delivery_id" bigint NOT NULL,
	"attempt" integer NOT NULL,
	"epoch" text,
	"event_id" bigint,
	"event" text NOT NULL,
	"test_id" uuid,
	"replay_id" uuid,
	"outcome" text NOT NULL,
	"status" integer,
	"latency_ms" integer NOT NULL,
	"address" text,
	"error" text,
	"head" "bytea"
) PARTITION BY RANGE ("day");
--> statement-breakpoint
CREATE TABLE "webhook_cursor" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"epoch" text NOT NULL,
	"id" bigint NOT NULL,
	CONSTRAINT "webhook_cursor_only_row" CHECK ("webhook_cursor"."only_row")
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "webhook_deliveries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"webhook_id" uuid NOT NULL,
	"epoch" text,
	"event_id" bigint,
	"event" text NOT NULL,
	"test_id" uuid,
	"replay_id" uuid,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"claim" integer DEFAULT 0 NOT NULL,
	"claimed" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"last_error" text,
	"last_status" integer,
	CONSTRAINT "webhook_deliveries_event" CHECK (("webhook_deliveries"."test_id" is null) = ("webhook_deliveries"."event_id" is not null and "webhook_deliveries"."epoch" is not null))
);
--> statement-breakpoint
CREATE TABLE "webhook_filter_keys" (
	"key" text NOT NULL,
	"min_amount" numeric(38, 0) NOT NULL,
	"webhook_id" uuid NOT NULL,
	CONSTRAINT "webhook_filter_keys_key" PRIMARY KEY("key","min_amount","webhook_id")
);
--> statement-breakpoint
CREATE TABLE "webhook_progress" (
	"webhook_id" uuid PRIMARY KEY NOT NULL,
	"next_due_at" timestamp (3) with time zone,
	"failing_since" timestamp (3) with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"open_until" timestamp (3) with time zone,
	"opened" integer DEFAULT 0 NOT NULL,
	"last_success_at" timestamp (3) with time zone,
	"last_failure_at" timestamp (3) with time zone,
	"last_error" text,
	"last_status" integer
);
--> statement-breakpoint
CREATE TABLE "webhook_replays" (
	"id" uuid PRIMARY KEY NOT NULL,
	"webhook_id" uuid NOT NULL,
	"first_id" bigint NOT NULL,
	"last_id" bigint NOT NULL,
	"next_id" bigint NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"matched" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "webhook_secrets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"webhook_id" uuid,
	"public_key" text,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"signs_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "webhooks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"url" text NOT NULL,
	"description" text,
	"ordering" text NOT NULL,
	"signature" text NOT NULL,
	"filters" jsonb NOT NULL,
	"filter_keys" jsonb NOT NULL,
	"concurrency" integer NOT NULL,
	"rate_per_second" integer,
	"state" text NOT NULL,
	"state_reason" text,
	"state_since" timestamp (3) with time zone NOT NULL,
	"matched_to" bigint,
	"missed_after" bigint,
	"missed_to" bigint,
	"created_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "webhook_attempts_delivered" ON "webhook_attempts" USING btree ("webhook_id","at","delivery_id") WHERE "webhook_attempts"."outcome" = 'delivered';--> statement-breakpoint
CREATE INDEX "webhook_attempts_other" ON "webhook_attempts" USING btree ("webhook_id","at","delivery_id") WHERE "webhook_attempts"."outcome" <> 'delivered';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_by_webhook" ON "webhook_deliveries" USING btree ("webhook_id","state","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("webhook_id","due_at","id") WHERE "webhook_deliveries"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_tests" ON "webhook_deliveries" USING btree ("due_at") WHERE "webhook_deliveries"."state" = 'pending' and "webhook_deliveries"."test_id" is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_failed" ON "webhook_deliveries" USING btree ("finished_at") WHERE "webhook_deliveries"."state" = 'failed';--> statement-breakpoint
CREATE INDEX "webhook_filter_keys_by_webhook" ON "webhook_filter_keys" USING btree ("webhook_id");--> statement-breakpoint
CREATE INDEX "webhook_progress_due" ON "webhook_progress" USING btree ("next_due_at") WHERE "webhook_progress"."next_due_at" is not null;--> statement-breakpoint
CREATE INDEX "webhook_replays_by_webhook" ON "webhook_replays" USING btree ("webhook_id","created_at");--> statement-breakpoint
CREATE INDEX "webhook_replays_running" ON "webhook_replays" USING btree ("webhook_id") WHERE "webhook_replays"."state" = 'running';--> statement-breakpoint
CREATE INDEX "webhook_secrets_by_webhook" ON "webhook_secrets" USING btree ("webhook_id","created_at");--> statement-breakpoint
CREATE INDEX "webhooks_by_owner" ON "webhooks" USING btree ("owner","id") WHERE "webhooks"."state" <> 'deleted';--> statement-breakpoint
CREATE INDEX "webhooks_behind" ON "webhooks" USING btree ("id") WHERE "webhooks"."state" = 'active' and "webhooks"."matched_to" is not null;--> statement-breakpoint
CREATE INDEX "webhooks_deleted" ON "webhooks" USING btree ("id") WHERE "webhooks"."state" = 'deleted';--> statement-breakpoint
INSERT INTO "webhook_cursor" ("epoch", "id") SELECT "epoch", "last_id" FROM "event_log_head";
