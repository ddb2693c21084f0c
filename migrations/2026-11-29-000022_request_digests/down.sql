drop trigger check_request_id on collaborators;
drop trigger keep_request_id on collaborators;
drop function check_request_id();
drop function keep_request_id();
drop table deleted_request_ids;
alter table events drop column request_digest;
alter table contracts drop column request_digest;
alter table clients drop column request_digest;
alter table collaborators drop column request_digest;
