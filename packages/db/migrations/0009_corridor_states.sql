CREATE TABLE "corridor_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "corridor_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source_asset" integer NOT NULL,
	"dest_asset" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "corridor_incidents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"source_asset" integer NOT NULL,
	"dest_asset" integer NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"reason" text NOT NULL,
	"blame" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "corridor_publication" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"revision" bigint NOT NULL,
	"window_from" timestamp (3) with time zone,
	CONSTRAINT "corridor_publication_only_row" CHECK ("corridor_publication"."only_row")
);
--> statement-breakpoint
CREATE TABLE "corridor_states" (
	"source_asset" integer NOT NULL,
	"dest_asset" integer NOT NULL,
	"attempts" integer NOT NULL,
	"successes" integer NOT NULL,
	"delivered" numeric(38, 0) NOT NULL,
	"self_attempts" integer NOT NULL,
	"self_successes" integer NOT NULL,
	"self_delivered" numeric(38, 0) NOT NULL,
	"status" text NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "corridor_states_key" PRIMARY KEY("source_asset","dest_asset")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "corridor_incidents_open" ON "corridor_incidents" USING btree ("source_asset","dest_asset") WHERE "corridor_incidents"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "corridor_incidents_by_corridor" ON "corridor_incidents" USING btree ("source_asset","dest_asset","started_at");--> statement-breakpoint
CREATE INDEX "corridor_states_active" ON "corridor_states" USING btree ("source_asset","dest_asset") WHERE "corridor_states"."attempts" + "corridor_states"."self_attempts" > 0;--> statement-breakpoint
INSERT INTO "corridor_publication" ("revision") VALUES (0);
