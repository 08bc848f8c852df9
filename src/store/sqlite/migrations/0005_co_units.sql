ALTER TABLE `cases` ADD `co_units` text;--> statement-breakpoint
CREATE INDEX `cases_helped` ON `cases` (`id`,`co_units`) WHERE co_units is not null;--> statement-breakpoint
ALTER TABLE `log` ADD `co_units` text;--> statement-breakpoint
UPDATE `cases` SET `co_units` = json_extract(`doc`, '$.coUnits') WHERE json_array_length(`doc`, '$.coUnits') > 0;