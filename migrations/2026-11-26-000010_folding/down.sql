create or replace function fold(value text) returns text
    language sql immutable strict parallel safe
    return lower(replace(replace(replace(translate(
        regexp_replace(normalize(value, nfd), '[\u0300-\u036f]', '', 'g'),
        'øØłŁđĐðÐŒÆẞ', 'oOlLdDdDœæß'), 'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'));

comment on function fold is 'Removes accents, case and ligatures, for searching and sorting';

drop view collaborator_records;
alter table collaborators drop column search;
alter table collaborators add column search text not null
    generated always as (fold(name || ' ' || email || ' ' || phone)) stored;
create index collaborators_search on collaborators using gin (search gin_trgm_ops);

-- Counts stop at 1,000, which bounds the cost of a list of collaborators.
create view collaborator_records as
select collaborators.id, collaborators.name, collaborators.email, collaborators.phone,
    collaborators.role,
    (select count(*)::integer from
        (select from clients where commercial_id = collaborators.id limit 1000) held
    ) as client_count,
    (select count(*)::integer from
        (select from events where support_id = collaborators.id limit 1000) held
    ) as event_count,
    collaborators.must_change_password,
    collaborators.create_time, collaborators.update_time, collaborators.updated_by,
    collaborators.version, collaborators.name_sort, collaborators.email_sort, collaborators.search
from collaborators;
grant select on collaborator_records to epic_app;

create or replace function clients_search() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
declare
    commercial text;
begin
    select name into commercial from collaborators where id = new.commercial_id for share;
    new.search := fold(concat_ws(' ', new.name, new.email, new.phone, new.company, commercial));
    return new;
end $$;

create or replace function contracts_search() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
declare
    client text;
begin
    select concat_ws(' ', clients.name, clients.company, commercial.name) into client
    from clients left join collaborators commercial on commercial.id = clients.commercial_id
    where clients.id = new.client_id for share of clients;
    new.search := fold(concat_ws(' ', new.event_title, client));
    return new;
end $$;

create or replace function events_search() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
declare
    contract text;
    support text;
begin
    select concat_ws(' ', contracts.event_title, clients.name, clients.company) into contract
    from contracts join clients on clients.id = contracts.client_id
    where contracts.id = new.contract_id for share of contracts, clients;
    select name into support from collaborators where id = new.support_id for share;
    new.search := fold(concat_ws(' ', contract, new.location, new.note, support));
    return new;
end $$;

drop trigger contracts_refresh_events on contracts;
create trigger contracts_refresh_events after update on contracts
    for each row when (old.search <> new.search) execute function contracts_refresh_events();

create or replace function login_account(email text) returns text
    language sql immutable parallel safe
    return encode(sha256(convert_to(lower(email), 'UTF8')), 'hex');

create or replace function case_fold(value text) returns text
    language plpgsql immutable strict parallel safe as $$
begin
    return lower(value);
end $$;
select refold();
drop function refold();

drop index collaborators_email_key;
create unique index collaborators_email_key on collaborators (lower(email));
drop index clients_email_key;
create unique index clients_email_key on clients (lower(email));
drop function case_fold(text);
drop function phone_token(text);
drop function number_token(text, text);

comment on column collaborators.search is 'Folded text that a search matches';
comment on column clients.search is 'Folded text that a search matches; maintained by triggers';
comment on column contracts.search is 'Folded text that a search matches; maintained by triggers';
comment on column events.search is 'Folded text that a search matches; maintained by triggers';
comment on column login_attempts.subject is 'Subject of the count; identifies an account by the SHA-256 of its email address in lower case';
comment on column login_places.account is 'SHA-256 of the email address in lower case';
comment on index collaborators_email_key is 'A collaborator''s email address is unique, regardless of case';
comment on index clients_email_key is 'A client''s email address is unique, regardless of case';
comment on view collaborator_records is 'Collaborators with the numbers of their clients and events';
