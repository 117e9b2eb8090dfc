-- Call-card templates, in Liquid. Removed ones are deactivated. They do not stamp calls.

create table call_card_templates (
  account_id text collate "C" not null references accounts,
  template_id text collate "C" not null,
  name text collate "C" not null,
  source text not null,
  active boolean not null default true,
  primary key (account_id, template_id)
);
-- A call shows its templates by name, so no two active ones share one; serves them in that order, and tells
-- whether an account has any.
create unique index call_card_templates_by_name on call_card_templates (account_id, name) where active;
