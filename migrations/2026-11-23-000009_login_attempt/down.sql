drop function end_login(text, text);
drop function begin_login(text, text);
drop function login_subjects(text, text);
drop function login_account(text);
drop function login_wait(integer);
drop table login_places;
drop table login_attempts;
