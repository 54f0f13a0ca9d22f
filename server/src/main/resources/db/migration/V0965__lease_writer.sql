-- Which start of a server gave the lease last, so that it need not read again what it knows; null: nobody's or another way.
ALTER TABLE boot_lease ADD COLUMN writer uuid;
