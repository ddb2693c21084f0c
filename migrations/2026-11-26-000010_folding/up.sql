-- After the migrations, epic-server replaces the functions fold and case_fold by those of its tables, which
-- do not depend on the database's locale, and folds all texts again. Until then, case_fold is the expression
-- that the index on email addresses used before.
create function case_fold(value text) returns text
    language plpgsql immutable strict parallel safe as $$
begin
    return lower(value);
end $$;

drop index collaborators_email_key;
create unique index collaborators_email_key on collaborators (case_fold(email));
drop index clients_email_key;
create unique index clients_email_key on clients (case_fold(email));

create or replace function login_account(email text) returns text
    language sql immutable parallel safe
    return encode(sha256(convert_to(case_fold(email), 'UTF8')), 'hex');

-- A search text ends with tokens for values that people write in several ways. A folded text contains no
-- capital letter, so no part of a word matches a token. Tokens contain letters in place of digits:
-- otherwise, the trigrams of a year would be those of every date.

-- The digits of a phone number, 0 to 9 as A to J, with the national prefix of France or the
-- international one: +33 (0)6 and 0033 6 are 06; +49 is 0049.
create function phone_token(phone text) returns text
    language sql immutable strict parallel safe
    return translate(
        regexp_replace(
            regexp_replace(
                regexp_replace(fold(phone), '[^0-9+]', '', 'g'),
                '^(\+|00)330?', '0'),
            '^\+', '00'),
        '0123456789+', 'ABCDEFGHIJ') || ' ';

-- The token of a number that a search finds as a whole: the kind (X a record's number, Y an amount in
-- cents, Z a date), and the digits 0 to 9 as K to T.
create function number_token(kind text, digits text) returns text
    language sql immutable strict parallel safe
    return kind || translate(digits, '0123456789', 'KLMNOPQRST') || ' ';

drop view collaborator_records;
alter table collaborators drop column search;
alter table collaborators add column search text not null generated always as (
    fold(name || ' ' || email || ' ' || phone) || ' '
        || phone_token(phone) || number_token('X', id::text)
) stored;
create index collaborators_search on collaborators using gin (search gin_trgm_ops);

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
    new.search := fold(concat_ws(' ', new.name, new.email, new.phone, new.company, commercial))
        || ' ' || phone_token(new.phone) || number_token('X', new.id::text);
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
    new.search := fold(concat_ws(' ', new.event_title, client))
        || ' ' || number_token('X', new.id::text)
        || number_token('Y', new.total_cents::text)
        || number_token('Y', new.remaining_cents::text)
        || number_token('Z', to_char(new.date, 'YYYYMMDD'));
    return new;
end $$;

-- The commercial's new name arrives through the client and the contract.
create or replace function events_search() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
declare
    contract text;
    support text;
begin
    select concat_ws(' ', contracts.event_title, clients.name, clients.company, commercial.name)
        into contract
    from contracts join clients on clients.id = contracts.client_id
        left join collaborators commercial on commercial.id = clients.commercial_id
    where contracts.id = new.contract_id for share of contracts, clients;
    select name into support from collaborators where id = new.support_id for share;
    new.search := fold(concat_ws(' ', contract, new.location, new.note, support))
        || ' ' || number_token('X', new.id::text);
    return new;
end $$;

-- An event contains the texts of its contract, not its amounts.
drop trigger contracts_refresh_events on contracts;
create trigger contracts_refresh_events after update on contracts
    for each row when (split_part(old.search, ' X', 1) <> split_part(new.search, ' X', 1))
    execute function contracts_refresh_events();

-- Computes every folded column and index again, after a change of fold or case_fold. Disables the other
-- triggers, so that the records get no new version, history or notification.
create function refold() returns void
    language plpgsql set search_path = public, pg_temp as $$
begin
    reindex index collaborators_email_key;
    reindex index clients_email_key;
    alter table collaborators disable trigger user;
    update collaborators set name = name, email = email, phone = phone;
    alter table collaborators enable trigger user;
    alter table clients disable trigger user;
    alter table clients enable trigger clients_search;
    update clients set name = name, email = email, company = company;
    alter table clients enable trigger user;
    alter table contracts disable trigger user;
    alter table contracts enable trigger contracts_search;
    update contracts set event_title = event_title;
    alter table contracts enable trigger user;
    alter table events disable trigger user;
    alter table events enable trigger events_search;
    update events set location = location;
    alter table events enable trigger user;
end $$;

revoke execute on function refold() from public;

comment on column collaborators.search is 'Folded text and tokens that a search matches';
comment on column clients.search is 'Folded text and tokens that a search matches; maintained by triggers';
comment on column contracts.search is 'Folded text and tokens that a search matches; maintained by triggers';
comment on column events.search is 'Folded text and tokens that a search matches; maintained by triggers';
comment on column login_attempts.subject is 'Subject of the count; identifies an account by the SHA-256 of its email address without case';
comment on column login_places.account is 'SHA-256 of the email address without case';
comment on index collaborators_email_key is 'A collaborator''s email address is unique, regardless of case';
comment on index clients_email_key is 'A client''s email address is unique, regardless of case';
comment on view collaborator_records is 'Collaborators with the numbers of their clients and events';
comment on function case_fold is 'Removes case, for the comparison of email addresses';
comment on function phone_token is 'Digits of a phone number as a token of a search text';
comment on function number_token is 'Number, amount or date as a token of a search text';
comment on function refold is 'Computes folded columns again after a change of fold or case_fold';
