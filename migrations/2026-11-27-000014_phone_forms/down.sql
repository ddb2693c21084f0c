create or replace function phone_token(phone text) returns text
    language sql immutable strict parallel safe
    return translate(
        regexp_replace(
            regexp_replace(
                regexp_replace(fold(phone), '[^0-9+]', '', 'g'),
                '^(\+|00)330?', '0'),
            '^\+', '00'),
        '0123456789+', 'ABCDEFGHIJ') || ' ';

drop function phone_form(text);

comment on function phone_token is 'Digits of a phone number as a token of a search text';

select refold();
