create or replace function tell_sessions() returns trigger
    language plpgsql security invoker as $$
begin
    notify epic_sessions;
    return null;
end $$;
alter function tell_sessions() reset all;
grant execute on function tell_sessions() to public;
drop trigger sessions_tell on sessions;
create trigger sessions_tell after delete on sessions
    for each statement execute function tell_sessions();
drop function tell_ended_sessions();

create or replace function keep_history() returns trigger
    language plpgsql security definer set search_path = public, pg_temp set timezone = 'UTC' as $$
declare
    record constant text := tg_argv[0];
    kind constant text := case tg_op
        when 'INSERT' then 'created' when 'UPDATE' then 'changed' else 'deleted' end;
    before constant jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    after constant jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
    this constant jsonb := coalesce(after, before);
    name constant text := case record
        when 'contract' then this ->> 'event_title'
        when 'event' then record_name('contract', (this ->> 'contract_id')::bigint)
        else this ->> 'name' end;
    changes jsonb := '[]';
    field text;
    points_to text;
    was text;
    becomes text;
begin
    for i in 1 .. tg_nargs - 1 loop
        field := split_part(tg_argv[i], '=', 1);
        points_to := split_part(tg_argv[i], '=', 2);
        was := before ->> field;
        becomes := after ->> field;
        continue when was is not distinct from becomes;
        if field = 'password_hash' then
            changes := changes || jsonb_build_object('field', 'password');
        elsif points_to <> '' then
            changes := changes || jsonb_strip_nulls(jsonb_build_object(
                'field', field, 'old', was, 'new', becomes,
                'old_name', record_name(points_to, was::bigint),
                'new_name', record_name(points_to, becomes::bigint)));
        else
            changes := changes || jsonb_strip_nulls(
                jsonb_build_object('field', field, 'old', was, 'new', becomes));
        end if;
    end loop;
    -- The refresh of a search text is not a change.
    if tg_op = 'UPDATE' and changes = '[]' and before -> 'version' = after -> 'version' then
        return null;
    end if;
    perform add_history(kind, record, (this ->> 'id')::bigint, name,
        (after ->> 'version')::bigint, changes);
    perform pg_notify('epic_changes', jsonb_build_object(
        'kind', kind, 'record', record, 'id', this -> 'id', 'version', after -> 'version',
        'actor_id', setting_or('epic.actor_id', null)::bigint,
        'actor_name', setting_or('epic.actor', session_user))::text);
    return null;
end $$;

drop table changes;
comment on function keep_history is 'Adds a change to the history and notifies every server';
comment on function tell_sessions is 'Notifies every server that a session or an account has changed';
