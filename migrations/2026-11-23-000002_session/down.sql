drop trigger collaborators_end_sessions on collaborators;
drop function end_sessions;
drop table sessions;
