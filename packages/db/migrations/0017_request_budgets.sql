-- Older builds run on this schema.
CREATE TABLE "request_budgets" (
	"name" text PRIMARY KEY NOT NULL,
	"full_at" timestamp with time zone NOT NULL
);
