alter table events drop column request_digest;
alter table contracts drop column request_digest;
alter table clients drop column request_digest;
alter table collaborators drop column request_digest;
