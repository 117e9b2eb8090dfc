-- A search reads the words of a thousand calls for a page, and spent half of its time unpacking what had hardly been
-- packed: sections are a tenth longer as they are. Those that are stored already are read as before, until their call
-- is analysed again.
alter table call_sections alter column tsv set storage external;
