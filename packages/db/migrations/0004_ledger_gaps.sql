-- Older builds run on this schema.
CREATE TABLE "ledger_gaps" (
	"first" bigint PRIMARY KEY NOT NULL,
	"last" bigint NOT NULL,
	CONSTRAINT "ledger_gaps_range" CHECK ("ledger_gaps"."first" <= "ledger_gaps"."last")
);
--> statement-breakpoint
INSERT INTO "ledger_gaps" ("first", "last")
SELECT "sequence" + 1, "next" - 1
FROM (SELECT "sequence", lead("sequence") OVER (ORDER BY "sequence") AS "next" FROM "ledgers") AS "each"
WHERE "next" > "sequence" + 1;
