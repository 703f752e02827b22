-- Older builds run on this schema.
CREATE TABLE "state_syncs" (
	"name" text PRIMARY KEY NOT NULL,
	"revision" bigint NOT NULL,
	"read_at" timestamp (3) with time zone NOT NULL,
	"written_at" timestamp (3) with time zone NOT NULL,
	"stale_after" timestamp (3) with time zone NOT NULL,
	"source" text,
	"coverage" text,
	"from_ledger" bigint,
	"to_ledger" bigint,
	CONSTRAINT "state_syncs_state" CHECK (num_nulls("state_syncs"."source", "state_syncs"."coverage", "state_syncs"."from_ledger", "state_syncs"."to_ledger") in (0, 4))
);
