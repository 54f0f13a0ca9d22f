-- The digest that the hellos of its nodes say: who says it need not send the list again.
ALTER TABLE capability_list ADD said text COLLATE "C";
CREATE INDEX capability_list_said ON capability_list (said);
