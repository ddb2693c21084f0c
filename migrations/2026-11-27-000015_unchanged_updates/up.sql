-- Cancels an update that changes no column, also that of an operator: it creates no version, no entry of
-- the history and no notification. Before this, saving equal values gave a record a new etag, which made
-- the forms of others outdated.

-- The arguments are the generated columns, which have no value yet. Every other column is compared, so
-- that a column that is added later needs no edit here. A refresh of a search text sets it to the empty
-- string, which is a change.
create function skip_unchanged() returns trigger
    language plpgsql as $$
begin
    if to_jsonb(old) - tg_argv = to_jsonb(new) - tg_argv then
        return null;
    end if;
    return new;
end $$;

comment on function skip_unchanged is 'Cancels an update that changes no column';

-- The triggers of a table fire in the order of their names: these before those that set the version.
create trigger collaborators_changed before update on collaborators
    for each row execute function skip_unchanged('name_sort', 'email_sort', 'search');
create trigger clients_changed before update on clients
    for each row execute function skip_unchanged('name_sort', 'email_sort', 'company_sort');
create trigger contracts_changed before update on contracts
    for each row execute function skip_unchanged('event_title_sort');
create trigger events_changed before update on events
    for each row execute function skip_unchanged('location_sort');
