-- Distinguishes the repetition of a request from another request with the same id.
alter table collaborators add column request_digest bytea;
alter table clients add column request_digest bytea;
alter table contracts add column request_digest bytea;
alter table events add column request_digest bytea;

comment on column collaborators.request_digest is 'SHA-256 of the request that has created the record, and of its caller; null if an earlier version has';
comment on column clients.request_digest is 'SHA-256 of the request that has created the record, and of its caller; null if an earlier version has';
comment on column contracts.request_digest is 'SHA-256 of the request that has created the record, and of its caller; null if an earlier version has';
comment on column events.request_digest is 'SHA-256 of the request that has created the record, and of its caller; null if an earlier version has';
