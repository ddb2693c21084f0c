create or replace function exchange_refresh_token(
    used bytea, next bytea, idle interval, out session uuid, out reused boolean, out wait interval
)
    language plpgsql as $$
declare
    held sessions;
begin
    reused := false;
    -- A flood with the current token is refused without a lock, which would be a write.
    select exchange_debt_time - clock_timestamp() - interval '10 minutes' + interval '30 seconds'
        into wait
    from sessions where refresh_hash = used and expire_time > now();
    if wait > interval '0' then
        return;
    end if;
    select * into held from sessions
    where refresh_hash = used
        or previous_hash = used and exchange_time > clock_timestamp() - interval '30 seconds'
    for update;
    if held.expire_time > now() then
        held.exchange_debt_time :=
            greatest(held.exchange_debt_time, clock_timestamp()) + interval '30 seconds';
        -- A repeated exchange has an allowance of its own: refused, it could not be repeated in time.
        wait := held.exchange_debt_time - clock_timestamp() - case
            when held.refresh_hash = used then interval '10 minutes' else interval '15 minutes' end;
        if wait > interval '0' then
            return;
        end if;
        session := held.id;
        insert into spent_refresh_tokens values (held.refresh_hash, held.id, clock_timestamp());
        -- A week of exchanges, every ten minutes. The reuse of an older token is refused, and does
        -- not end the session.
        delete from spent_refresh_tokens where hash in (
            select hash from spent_refresh_tokens where session_id = held.id
            order by spend_time desc offset 1000
        );
        update sessions set
            refresh_hash = next,
            previous_hash = used,
            exchange_time = case
                when held.refresh_hash = used then clock_timestamp() else held.exchange_time end,
            exchange_debt_time = held.exchange_debt_time,
            last_use_time = now(),
            expire_time = least(end_time, now() + idle)
        where id = held.id;
        return;
    end if;
    -- Nothing is written for a token that was never issued.
    perform set_config('epic.rpc', 'RefreshSession', true);
    select end_session(session_id, 'token_reused') into reused
    from spent_refresh_tokens where hash = used;
    reused := coalesce(reused, false);
end $$;

create or replace function begin_attempt(subjects text[], checked text[]) returns interval
    language plpgsql as $$
declare
    wait interval;
begin
    -- The first pass adds no rows for an attempt that must wait; the second pass checks again with
    -- the rows locked. A fixed lock order prevents deadlocks between attempts.
    for pass in 1..2 loop
        select max(last_time + login_wait(failures, subject) - clock_timestamp()) into wait
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
            when last_time + login_wait(failures, subject)
                < clock_timestamp() - interval '15 minutes' then 1
            else failures + 1
        end,
        last_time = clock_timestamp()
    where subject = any (subjects);
    return interval '0';
end $$;

create or replace function login_admission(
    email text, address text, out is_known boolean, out wait interval
)
    language plpgsql as $$
begin
    is_known := login_is_known(login_account(email), address);
    select greatest(
        max(last_time + login_wait(failures, subject) - clock_timestamp()), interval '0'
    ) into wait
    from login_attempts
    where subject = any (login_delaying(login_account(email), login_admission.address));
end $$;

drop function forget_future_attempts(text[]);
