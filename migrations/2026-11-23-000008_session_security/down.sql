drop function exchange_refresh_token(bytea, bytea, interval);
drop function end_session(uuid, text);
drop trigger collaborators_tell_sessions on collaborators;
drop trigger sessions_tell on sessions;
drop function tell_sessions();
drop table spent_refresh_tokens;
drop index sessions_by_previous_hash;
alter table sessions
    drop column device,
    drop column address,
    drop column end_time,
    drop column previous_hash,
    drop column exchange_time;
comment on column sessions.last_use_time is null;
comment on column sessions.expire_time is 'Time at which the session ends, regardless of use';
