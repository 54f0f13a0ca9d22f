-- A boot ticket that is shown over a message broker: by which account there, and from which address, as the broker says.
ALTER TABLE boot_ticket ADD COLUMN account text COLLATE "C", ADD COLUMN account_address text;
CREATE INDEX boot_ticket_account ON boot_ticket (account) WHERE account IS NOT NULL;
