CREATE INDEX `cases_settled` ON `cases` (`last_at`,`updated_at`) WHERE erased = 0 and status in ('answered', 'done', 'closed', 'rejected');--> statement-breakpoint
CREATE INDEX `idempotency_at` ON `idempotency` (`at`);--> statement-breakpoint
CREATE INDEX `messages_loose` ON `messages` (`at`) WHERE case_id is null;