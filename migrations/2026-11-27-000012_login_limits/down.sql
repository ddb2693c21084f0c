drop function exchange_refresh_token(bytea, bytea, interval);
create function exchange_refresh_token(
    used bytea, next bytea, idle interval, out session uuid, out reused boolean
)
    language plpgsql as $$
declare
    held sessions;
begin
    reused := false;
    select * into held from sessions
    where refresh_hash = used
        or previous_hash = used and exchange_time > clock_timestamp() - interval '30 seconds'
    for update;
    if held.expire_time > now() then
        session := held.id;
        insert into spent_refresh_tokens values (held.refresh_hash, held.id);
        update sessions set
            refresh_hash = next,
            previous_hash = used,
            exchange_time = case
                when held.refresh_hash = used then clock_timestamp() else held.exchange_time end,
            last_use_time = now(),
            expire_time = least(end_time, now() + idle)
        where id = held.id;
        return;
    end if;
    perform set_config('epic.rpc', 'RefreshSession', true);
    select end_session(session_id, 'token_reused') into reused
    from spent_refresh_tokens where hash = used;
    reused := coalesce(reused, false);
end $$;
comment on function exchange_refresh_token is 'Returns the session that continues with the new token; null if the session has ended, or ends because the token was reused';
alter table spent_refresh_tokens drop column spend_time;
alter table sessions drop column exchange_debt_time;

drop function login_admission(text, text);

create or replace function login_subjects(account text, address text) returns text[]
    language sql immutable parallel safe
    return array['account ' || account, 'address ' || address,
        'place ' || account || ' ' || address];

create or replace function begin_login(email text, address text) returns interval
    language plpgsql as $$
declare
    who text := login_account(email);
    subjects text[] := login_subjects(who, address);
    checked text[];
    wait interval;
begin
    if exists (
        select from login_places known
        where known.account = who and known.address = begin_login.address
    ) then
        checked := subjects[2:3];
    else
        checked := subjects[1:2];
    end if;
    -- The first pass adds no rows for an attempt that must wait; the second pass checks again with
    -- the rows locked. A fixed lock order prevents deadlocks between attempts.
    for pass in 1..2 loop
        select max(last_time + login_wait(failures) - clock_timestamp()) into wait
        from login_attempts where subject = any (checked);
        if wait > interval '0' then
            return wait;
        end if;
        exit when pass = 2;
        insert into login_attempts
            select subject, 0, clock_timestamp() from unnest(subjects) subject order by subject
            on conflict do nothing;
        perform from login_attempts where subject = any (subjects) order by subject for update;
    end loop;
    update login_attempts set
        failures = case
            when last_time + login_wait(failures) < clock_timestamp() - interval '15 minutes' then 1
            else failures + 1
        end,
        last_time = clock_timestamp()
    where subject = any (subjects);
    return interval '0';
end $$;

drop function login_delaying(text, text);
drop function login_is_known(text, text);
drop function login_wait(integer, text);
drop function login_networks(text);
delete from login_attempts where subject like 'network %';
comment on table login_attempts is 'Consecutive failed logins, by account, by address, and by both';
