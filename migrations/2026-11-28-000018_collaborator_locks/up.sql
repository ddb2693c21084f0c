-- A write locks collaborators before records, because a removal of rights and a change of the name do so: a
-- write that locked a record, and then the collaborator to whom it assigns it, would deadlock with them.

-- Locks the collaborator to whom a record is to be assigned, until the transaction ends; false when there is
-- none. Locks the key, as the foreign key does afterwards. Before that, waits for a transaction that changes
-- the collaborator: a row may be shared by later transactions while an earlier one waits for it exclusively,
-- but the queue of an advisory lock is fair. The class is "asgn" in ASCII.
create function lock_assignee(collaborator bigint) returns boolean
    language plpgsql set search_path = public, pg_temp as $$
begin
    perform pg_advisory_xact_lock_shared(1634953070, (collaborator % 2147483647)::integer);
    perform from collaborators where id = collaborator for key share;
    return found;
end $$;

-- Waits for the transactions that assign records to a collaborator, and delays later ones until the
-- transaction ends.
create function lock_assignments(collaborator bigint) returns void
    language plpgsql as $$
begin
    perform pg_advisory_xact_lock(1634953070, (collaborator % 2147483647)::integer);
end $$;

-- A record that moves to another collaborator is locked by now, so only its collaborator's key is locked. The
-- server has locked both in the right order.
create or replace function clients_search() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
declare
    commercial text;
begin
    if tg_op = 'INSERT' then
        perform lock_assignee(new.commercial_id);
    elsif new.commercial_id is distinct from old.commercial_id then
        perform from collaborators where id = new.commercial_id for key share;
    end if;
    select name into commercial from collaborators where id = new.commercial_id;
    new.search := fold(concat_ws(' ', new.name, new.email, new.phone, new.company, commercial))
        || ' ' || phone_token(new.phone) || number_token('X', new.id::text);
    return new;
end $$;

create or replace function events_search() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
declare
    contract text;
    support text;
begin
    if tg_op = 'INSERT' then
        perform lock_assignee(new.support_id);
    elsif new.support_id is distinct from old.support_id then
        perform from collaborators where id = new.support_id for key share;
    end if;
    perform lock_contract(new.contract_id, false, null);
    select concat_ws(' ', contracts.event_title, clients.name, clients.company, commercial.name)
        into contract
    from contracts join clients on clients.id = contracts.client_id
        left join collaborators commercial on commercial.id = clients.commercial_id
    where contracts.id = new.contract_id;
    select name into support from collaborators where id = new.support_id;
    new.search := fold(concat_ws(' ', contract, new.location, new.note, support))
        || ' ' || number_token('X', new.id::text);
    return new;
end $$;

-- Two transactions that each remove a gestion account, and lock the other's account here, would deadlock. So
-- accounts that others lock are used only if there is no other one.
create or replace function keep_a_gestion() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
begin
    perform from collaborators where role = 'gestion' limit 1 for key share skip locked;
    if found then
        return null;
    end if;
    perform from collaborators where role = 'gestion' limit 1 for key share;
    if not found then
        raise exception using
            errcode = 'check_violation',
            table = 'collaborators',
            constraint = 'collaborators_last_gestion',
            message = 'the last gestion account can be neither deleted nor moved to another role';
    end if;
    return null;
end $$;

comment on function lock_assignee is 'Locks a collaborator to whom a record is assigned, until the transaction ends; false if there is none';
comment on function lock_assignments is 'Locks a collaborator against assignments of records until the transaction ends';
