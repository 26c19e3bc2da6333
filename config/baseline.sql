-- Of PostgreSQL 18, by `manage.py write_baseline`; not to be edited.
CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS cube WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS earthdistance WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
CREATE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$;
CREATE FUNCTION public.audit_await_link() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO audit_unchained (entry_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION public.audit_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION public.events_terms_by_city(document tsvector) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
    terms text[] := tsvector_to_array(document);
    term text;
    place text;
BEGIN
    FOREACH term IN ARRAY terms LOOP
        IF starts_with(term, '=city.') THEN
            place := left(md5(term), 3) || '.';
            EXIT;
        END IF;
    END LOOP;
    RETURN array_to_tsvector(string_to_array(place || array_to_string(terms, E'\x01' || place), E'\x01'));
END $$;
CREATE FUNCTION public.pgtrigger_event_deleted_cf284() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    
IF NOT EXISTS (
    SELECT 1 FROM outbox_change
    WHERE object_id = OLD.id AND transaction = (pg_current_xact_id()::text)::bigint
) THEN
    RAISE EXCEPTION 'visible change of % % without a row in the outbox: use the service that owns it', TG_TABLE_NAME, OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;

                END;
            $$;
CREATE FUNCTION public.pgtrigger_event_inserted_650de() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    
IF NOT EXISTS (
    SELECT 1 FROM outbox_change
    WHERE object_id = NEW.id AND transaction = (pg_current_xact_id()::text)::bigint
) THEN
    RAISE EXCEPTION 'visible change of % % without a row in the outbox: use the service that owns it', TG_TABLE_NAME, NEW.id
        USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;

                END;
            $$;
CREATE FUNCTION public.pgtrigger_event_updated_e867d() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    
IF NOT EXISTS (
    SELECT 1 FROM outbox_change
    WHERE object_id = NEW.id AND transaction = (pg_current_xact_id()::text)::bigint
) THEN
    RAISE EXCEPTION 'visible change of % % without a row in the outbox: use the service that owns it', TG_TABLE_NAME, NEW.id
        USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;

                END;
            $$;
CREATE FUNCTION public.pgtrigger_place_status_deleted_80878() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    
IF NOT EXISTS (
    SELECT 1 FROM outbox_change
    WHERE object_id = OLD.place_id AND transaction = (pg_current_xact_id()::text)::bigint
) THEN
    RAISE EXCEPTION 'visible change of % % without a row in the outbox: use the service that owns it', TG_TABLE_NAME, OLD.place_id
        USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;

                END;
            $$;
CREATE FUNCTION public.pgtrigger_place_status_inserted_110fe() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    
IF NOT EXISTS (
    SELECT 1 FROM outbox_change
    WHERE object_id = NEW.place_id AND transaction = (pg_current_xact_id()::text)::bigint
) THEN
    RAISE EXCEPTION 'visible change of % % without a row in the outbox: use the service that owns it', TG_TABLE_NAME, NEW.place_id
        USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;

                END;
            $$;
CREATE FUNCTION public.pgtrigger_place_status_updated_260a8() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    
IF NOT EXISTS (
    SELECT 1 FROM outbox_change
    WHERE object_id = NEW.place_id AND transaction = (pg_current_xact_id()::text)::bigint
) THEN
    RAISE EXCEPTION 'visible change of % % without a row in the outbox: use the service that owns it', TG_TABLE_NAME, NEW.place_id
        USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;

                END;
            $$;
CREATE FUNCTION public.pgtrigger_weather_deleted_1fdcc() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    
IF NOT EXISTS (
    SELECT 1 FROM outbox_change
    WHERE object_id = OLD.city_id AND transaction = (pg_current_xact_id()::text)::bigint
) THEN
    RAISE EXCEPTION 'visible change of % % without a row in the outbox: use the service that owns it', TG_TABLE_NAME, OLD.city_id
        USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;

                END;
            $$;
CREATE FUNCTION public.pgtrigger_weather_inserted_1ba3c() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    
IF NOT EXISTS (
    SELECT 1 FROM outbox_change
    WHERE object_id = NEW.city_id AND transaction = (pg_current_xact_id()::text)::bigint
) THEN
    RAISE EXCEPTION 'visible change of % % without a row in the outbox: use the service that owns it', TG_TABLE_NAME, NEW.city_id
        USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;

                END;
            $$;
CREATE FUNCTION public.pgtrigger_weather_updated_d2a2f() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    
IF NOT EXISTS (
    SELECT 1 FROM outbox_change
    WHERE object_id = NEW.city_id AND transaction = (pg_current_xact_id()::text)::bigint
) THEN
    RAISE EXCEPTION 'visible change of % % without a row in the outbox: use the service that owns it', TG_TABLE_NAME, NEW.city_id
        USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;

                END;
            $$;
CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id uuid NOT NULL
);
ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);
ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_addresschange (
    id bigint NOT NULL,
    email character varying(254) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    old_confirmed_at timestamp with time zone,
    new_confirmed_at timestamp with time zone,
    user_id uuid NOT NULL
);
ALTER TABLE public.accounts_addresschange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_addresschange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_apikey (
    id uuid NOT NULL,
    name character varying(60) NOT NULL,
    secret_hash character varying(64) NOT NULL,
    shown character varying(16) NOT NULL,
    scopes character varying(40)[] NOT NULL,
    rights character varying(120)[] NOT NULL,
    has_factor boolean NOT NULL,
    account_mark character varying(32) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    ended_at timestamp with time zone,
    end_reason character varying(20) NOT NULL,
    user_id uuid NOT NULL,
    uses jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT api_key_end_has_reason CHECK (((((end_reason)::text = ''::text) AND (ended_at IS NULL)) OR ((ended_at IS NOT NULL) AND (NOT ((end_reason)::text = ''::text)))))
);
CREATE TABLE public.accounts_dataexport (
    id uuid NOT NULL,
    content text NOT NULL,
    size integer NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    made_at timestamp with time zone,
    user_id uuid NOT NULL,
    CONSTRAINT accounts_dataexport_size_check CHECK ((size >= 0))
);
CREATE TABLE public.accounts_erasure (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    person text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    done character varying(40)[] NOT NULL,
    told character varying(40)[] NOT NULL,
    claimed_until timestamp with time zone
);
CREATE TABLE public.accounts_guesscount (
    key character varying(64) NOT NULL,
    kind character varying(24) NOT NULL,
    count integer NOT NULL,
    last_at timestamp with time zone NOT NULL,
    CONSTRAINT accounts_guesscount_count_check CHECK ((count >= 0))
);
CREATE TABLE public.accounts_idempotentanswer (
    key character varying(64) NOT NULL,
    request_hash character varying(64) NOT NULL,
    answer text NOT NULL,
    at timestamp with time zone NOT NULL,
    user_id uuid
);
CREATE TABLE public.accounts_limitcount (
    id bigint NOT NULL,
    policy character varying(40) NOT NULL,
    caller character varying(64) NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    used integer NOT NULL,
    CONSTRAINT accounts_limitcount_used_check CHECK ((used >= 0))
);
ALTER TABLE public.accounts_limitcount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_limitcount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_staffnetwork (
    id uuid NOT NULL,
    network character varying(64) NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    user_id uuid NOT NULL
);
CREATE TABLE public.accounts_tokenfamily (
    id uuid NOT NULL,
    newest character varying(32) NOT NULL,
    account_mark character varying(32) NOT NULL,
    methods character varying(12)[] NOT NULL,
    client character varying(120) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    end_reason character varying(20) NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT token_family_end_has_reason CHECK (((((end_reason)::text = ''::text) AND (ended_at IS NULL)) OR ((ended_at IS NOT NULL) AND (NOT ((end_reason)::text = ''::text)))))
);
CREATE TABLE public.accounts_user (
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    id uuid NOT NULL,
    email character varying(254) NOT NULL,
    name character varying(150) NOT NULL,
    preferences jsonb NOT NULL,
    is_active boolean NOT NULL,
    is_staff boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL,
    city character varying(80) NOT NULL,
    language character varying(16) NOT NULL,
    picture character varying(100) NOT NULL,
    timezone character varying(64) NOT NULL
);
CREATE TABLE public.accounts_user_groups (
    id bigint NOT NULL,
    user_id uuid NOT NULL,
    group_id integer NOT NULL
);
ALTER TABLE public.accounts_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_user_user_permissions (
    id bigint NOT NULL,
    user_id uuid NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.accounts_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.audit_entry (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    action character varying(40) NOT NULL,
    actor character varying(120) NOT NULL,
    target character varying(200) NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    request_id character varying(64) NOT NULL,
    note_hash character varying(64) NOT NULL,
    is_chained boolean NOT NULL,
    seal character varying(64) NOT NULL,
    CONSTRAINT entry_in_lines CHECK ((POSITION(('
'::text) IN ((((((((action)::text || (actor)::text) || (target)::text) || before) || after) || (request_id)::text) || (note_hash)::text))) = 0))
);
CREATE TABLE public.audit_link (
    number bigint NOT NULL,
    entry_id uuid NOT NULL,
    entry_hash character varying(64) NOT NULL,
    hash character varying(64) NOT NULL
);
CREATE TABLE public.audit_note (
    entry_id uuid NOT NULL,
    salt character varying(32) NOT NULL,
    text text NOT NULL
);
CREATE TABLE public.audit_pseudonym (
    id uuid NOT NULL,
    subject character varying(120) NOT NULL,
    key character varying(64) NOT NULL
);
CREATE TABLE public.audit_unchained (
    entry_id uuid NOT NULL
);
CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);
ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);
ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.digests_consent (
    id uuid NOT NULL,
    step character varying(9) NOT NULL,
    how character varying(20) NOT NULL,
    text character varying(600) NOT NULL,
    language character varying(16) NOT NULL,
    at timestamp with time zone NOT NULL,
    subscription_id uuid NOT NULL,
    CONSTRAINT consent_step CHECK (((step)::text = ANY ((ARRAY['asked'::character varying, 'confirmed'::character varying, 'renewed'::character varying, 'ended'::character varying])::text[])))
);
CREATE TABLE public.digests_delivery (
    id uuid NOT NULL,
    kind character varying(12) NOT NULL,
    period character varying(40) NOT NULL,
    state character varying(8) NOT NULL,
    event_ids uuid[] NOT NULL,
    subject character varying(200) NOT NULL,
    message_id character varying(200) NOT NULL,
    error character varying(500) NOT NULL,
    request_id character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    subscription_id uuid NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    retry_at timestamp with time zone,
    released_at timestamp with time zone,
    changed smallint NOT NULL,
    marks character varying(8)[] NOT NULL,
    CONSTRAINT delivery_kind CHECK (((kind)::text = ANY ((ARRAY['confirmation'::character varying, 'digest'::character varying, 'link'::character varying, 'renewal'::character varying])::text[]))),
    CONSTRAINT delivery_leased_while_sending CHECK ((((lease_until IS NOT NULL) AND ((state)::text = 'sending'::text)) OR ((NOT ((state)::text = 'sending'::text)) AND (lease_until IS NULL)))),
    CONSTRAINT delivery_state CHECK (((state)::text = ANY ((ARRAY['recorded'::character varying, 'sending'::character varying, 'sent'::character varying, 'failed'::character varying, 'skipped'::character varying, 'unknown'::character varying])::text[]))),
    CONSTRAINT digests_delivery_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT digests_delivery_changed_check CHECK ((changed >= 0))
);
CREATE TABLE public.digests_subscription (
    id uuid NOT NULL,
    address text NOT NULL,
    address_hash character varying(64) NOT NULL,
    filters jsonb NOT NULL,
    cadence character varying(7) NOT NULL,
    active boolean NOT NULL,
    token_hash character varying(64) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    unsubscribed_at timestamp with time zone,
    last_sent_at timestamp with time zone,
    city_id uuid,
    user_id uuid,
    language character varying(16) NOT NULL,
    area_id uuid,
    asked_again_at timestamp with time zone,
    category_id character varying(20),
    consented_at timestamp with time zone,
    hour smallint NOT NULL,
    kind character varying(9) NOT NULL,
    looked_at timestamp with time zone,
    name character varying(200) NOT NULL,
    organizer_id uuid,
    paused_until timestamp with time zone,
    performer character varying(200) NOT NULL,
    place_id uuid,
    scheduled_at timestamp with time zone NOT NULL,
    search_id uuid,
    timezone character varying(64) NOT NULL,
    weekday smallint NOT NULL,
    CONSTRAINT digests_subscription_hour_check CHECK ((hour >= 0)),
    CONSTRAINT digests_subscription_weekday_check CHECK ((weekday >= 0)),
    CONSTRAINT subscription_active_has_address CHECK (((NOT active) OR (NOT (address = ''::text)))),
    CONSTRAINT subscription_active_is_confirmed CHECK (((NOT active) OR ((confirmed_at IS NOT NULL) AND (unsubscribed_at IS NULL)))),
    CONSTRAINT subscription_cadence CHECK (((cadence)::text = ANY ((ARRAY['weekly'::character varying, 'daily'::character varying, 'instant'::character varying])::text[]))),
    CONSTRAINT subscription_hour CHECK (((hour <= 23) AND (weekday <= 6))),
    CONSTRAINT subscription_target CHECK (((((kind)::text = 'city'::text) AND (area_id IS NULL) AND (category_id IS NULL) AND (place_id IS NULL) AND (organizer_id IS NULL) AND (search_id IS NULL) AND ((performer)::text = ''::text) AND (city_id IS NOT NULL)) OR (((kind)::text = 'area'::text) AND (NOT (area_id IS NULL)) AND (category_id IS NULL) AND (place_id IS NULL) AND (organizer_id IS NULL) AND (search_id IS NULL) AND ((performer)::text = ''::text) AND (city_id IS NOT NULL)) OR (((kind)::text = 'category'::text) AND (area_id IS NULL) AND (NOT (category_id IS NULL)) AND (place_id IS NULL) AND (organizer_id IS NULL) AND (search_id IS NULL) AND ((performer)::text = ''::text) AND (city_id IS NOT NULL)) OR (((kind)::text = 'search'::text) AND (area_id IS NULL) AND (category_id IS NULL) AND (place_id IS NULL) AND (organizer_id IS NULL) AND (NOT (search_id IS NULL)) AND ((performer)::text = ''::text)) OR (((kind)::text = 'venue'::text) AND (area_id IS NULL) AND (category_id IS NULL) AND (NOT (place_id IS NULL)) AND (organizer_id IS NULL) AND (search_id IS NULL) AND ((performer)::text = ''::text)) OR (((kind)::text = 'organizer'::text) AND (area_id IS NULL) AND (category_id IS NULL) AND (place_id IS NULL) AND (NOT (organizer_id IS NULL)) AND (search_id IS NULL) AND ((performer)::text = ''::text)) OR (((kind)::text = 'performer'::text) AND (area_id IS NULL) AND (category_id IS NULL) AND (place_id IS NULL) AND (organizer_id IS NULL) AND (search_id IS NULL) AND (NOT ((performer)::text = ''::text)))))
);
CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id uuid NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);
ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_celery_beat_clockedschedule (
    id integer NOT NULL,
    clocked_time timestamp with time zone NOT NULL
);
ALTER TABLE public.django_celery_beat_clockedschedule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_celery_beat_clockedschedule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_celery_beat_crontabschedule (
    id integer NOT NULL,
    minute character varying(240) NOT NULL,
    hour character varying(96) NOT NULL,
    day_of_week character varying(64) NOT NULL,
    day_of_month character varying(124) NOT NULL,
    month_of_year character varying(64) NOT NULL,
    timezone character varying(63) NOT NULL
);
ALTER TABLE public.django_celery_beat_crontabschedule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_celery_beat_crontabschedule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_celery_beat_intervalschedule (
    id integer NOT NULL,
    every integer NOT NULL,
    period character varying(24) NOT NULL
);
ALTER TABLE public.django_celery_beat_intervalschedule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_celery_beat_intervalschedule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_celery_beat_periodictask (
    id integer NOT NULL,
    name character varying(200) NOT NULL,
    task character varying(200) NOT NULL,
    args text NOT NULL,
    kwargs text NOT NULL,
    queue character varying(200),
    exchange character varying(200),
    routing_key character varying(200),
    expires timestamp with time zone,
    enabled boolean NOT NULL,
    last_run_at timestamp with time zone,
    total_run_count integer NOT NULL,
    date_changed timestamp with time zone NOT NULL,
    description text NOT NULL,
    crontab_id integer,
    interval_id integer,
    solar_id integer,
    one_off boolean NOT NULL,
    start_time timestamp with time zone,
    priority integer,
    headers text NOT NULL,
    clocked_id integer,
    expire_seconds integer,
    CONSTRAINT django_celery_beat_periodictask_expire_seconds_check CHECK ((expire_seconds >= 0)),
    CONSTRAINT django_celery_beat_periodictask_priority_check CHECK ((priority >= 0)),
    CONSTRAINT django_celery_beat_periodictask_total_run_count_check CHECK ((total_run_count >= 0))
);
ALTER TABLE public.django_celery_beat_periodictask ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_celery_beat_periodictask_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_celery_beat_periodictasks (
    ident smallint NOT NULL,
    last_update timestamp with time zone NOT NULL
);
CREATE TABLE public.django_celery_beat_solarschedule (
    id integer NOT NULL,
    event character varying(24) NOT NULL,
    latitude numeric(9,6) NOT NULL,
    longitude numeric(9,6) NOT NULL
);
ALTER TABLE public.django_celery_beat_solarschedule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_celery_beat_solarschedule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);
ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);
CREATE TABLE public.egress_quotause (
    id bigint NOT NULL,
    key character varying(120) NOT NULL,
    seconds integer NOT NULL,
    window_start timestamp with time zone NOT NULL,
    used integer NOT NULL,
    granted integer NOT NULL,
    cost numeric(14,6) NOT NULL,
    currency character varying(3) NOT NULL,
    alarmed_at timestamp with time zone,
    spent_at timestamp with time zone,
    CONSTRAINT egress_quotause_granted_check CHECK ((granted >= 0)),
    CONSTRAINT egress_quotause_seconds_check CHECK ((seconds >= 0)),
    CONSTRAINT egress_quotause_used_check CHECK ((used >= 0)),
    CONSTRAINT quota_has_a_window CHECK ((seconds >= 1))
);
ALTER TABLE public.egress_quotause ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.egress_quotause_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.egress_refusedhost (
    host character varying(253) NOT NULL,
    since timestamp with time zone NOT NULL
);
CREATE TABLE public.events_askedquery (
    id bigint NOT NULL,
    text character varying(200) NOT NULL,
    day date NOT NULL,
    times integer NOT NULL,
    unanswered integer NOT NULL,
    city_id uuid,
    CONSTRAINT asked_counts CHECK ((unanswered <= times)),
    CONSTRAINT events_askedquery_times_check CHECK ((times >= 0)),
    CONSTRAINT events_askedquery_unanswered_check CHECK ((unanswered >= 0))
);
ALTER TABLE public.events_askedquery ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.events_askedquery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.events_category (
    slug character varying(20) NOT NULL,
    name character varying(60) NOT NULL,
    covers character varying(200) NOT NULL,
    "position" smallint NOT NULL,
    CONSTRAINT events_category_position_check CHECK (("position" >= 0))
);
CREATE TABLE public.events_duplicatematch (
    id uuid NOT NULL,
    similarity double precision NOT NULL,
    match_fields jsonb NOT NULL,
    reasons character varying(500) NOT NULL,
    outcome character varying(10) NOT NULL,
    by_person boolean NOT NULL,
    undo jsonb NOT NULL,
    undone_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    first_id uuid NOT NULL,
    second_id uuid NOT NULL,
    survivor_id uuid,
    CONSTRAINT duplicate_match_ordered CHECK ((first_id < second_id)),
    CONSTRAINT duplicate_match_outcome CHECK (((outcome)::text = ANY ((ARRAY['merge'::character varying, 'ask'::character varying, 'different'::character varying])::text[]))),
    CONSTRAINT duplicate_match_similarity CHECK (((similarity >= (0.0)::double precision) AND (similarity <= (1.0)::double precision)))
);
CREATE TABLE public.events_event (
    id uuid NOT NULL,
    slug character varying(120) NOT NULL,
    title character varying(300) NOT NULL,
    raw_title character varying(1000) NOT NULL,
    description text NOT NULL,
    start_at timestamp with time zone NOT NULL,
    end_at timestamp with time zone,
    start_date date NOT NULL,
    end_date date NOT NULL,
    end_predicted_at timestamp with time zone,
    doors_at timestamp with time zone,
    previous_start_at timestamp with time zone,
    timezone character varying(64) NOT NULL,
    all_day boolean NOT NULL,
    time_known boolean NOT NULL,
    recurrence_id character varying(40) NOT NULL,
    venue_name character varying(200) NOT NULL,
    address character varying(400) NOT NULL,
    venue_city character varying(120) NOT NULL,
    country character varying(60) NOT NULL,
    lat double precision,
    lng double precision,
    plus_code character varying(20) NOT NULL,
    venue_external_ids jsonb NOT NULL,
    online character varying(5) NOT NULL,
    online_url character varying(2000) NOT NULL,
    setting character varying(8) NOT NULL,
    subcategory character varying(60) NOT NULL,
    tags character varying(60)[] NOT NULL,
    language character varying(12) NOT NULL,
    price_type character varying(8) NOT NULL,
    price_min numeric(12,2),
    price_max numeric(12,2),
    price_currency character varying(3) NOT NULL,
    url character varying(2000) NOT NULL,
    ticket_url character varying(2000) NOT NULL,
    performers character varying(200)[] NOT NULL,
    capacity integer,
    registration_required boolean NOT NULL,
    accessibility jsonb NOT NULL,
    popularity jsonb NOT NULL,
    happening character varying(12) NOT NULL,
    sold_out boolean NOT NULL,
    publication character varying(8) NOT NULL,
    publication_reason character varying(300) NOT NULL,
    freshness character varying(7) NOT NULL,
    verification character varying(12) NOT NULL,
    quality_score double precision NOT NULL,
    quality jsonb NOT NULL,
    flags jsonb NOT NULL,
    extraction_method character varying(10) NOT NULL,
    confidence jsonb NOT NULL,
    provenance jsonb NOT NULL,
    locked_fields character varying(40)[] NOT NULL,
    is_sample boolean NOT NULL,
    published_at timestamp with time zone,
    moderated_at timestamp with time zone,
    moderation_notes text NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    version integer NOT NULL,
    area_id uuid,
    category_id character varying(20) NOT NULL,
    city_id uuid,
    merged_into_id uuid,
    moderated_by_id uuid,
    place_id uuid,
    umbrella_id uuid,
    organizer_id uuid,
    series_id uuid,
    opening_hours character varying(500) NOT NULL,
    age_limit smallint,
    dress_code character varying(120) NOT NULL,
    around_lat double precision,
    around_lng double precision,
    offers character varying(80)[] NOT NULL,
    former_venue character varying(200) NOT NULL,
    CONSTRAINT event_approved_is_dated CHECK (((NOT ((publication)::text = 'approved'::text)) OR (published_at IS NOT NULL))),
    CONSTRAINT event_coordinates CHECK ((((lat IS NULL) OR ((lat >= ('-90.0'::numeric)::double precision) AND (lat <= (90.0)::double precision))) AND ((lng IS NULL) OR ((lng >= ('-180.0'::numeric)::double precision) AND (lng <= (180.0)::double precision))))),
    CONSTRAINT event_coordinates_are_a_pair CHECK ((((lat IS NULL) AND (lng IS NULL)) OR ((lat IS NOT NULL) AND (lng IS NOT NULL)))),
    CONSTRAINT event_end_not_before_start CHECK (((end_at IS NULL) OR (end_at >= start_at))),
    CONSTRAINT event_extraction_method CHECK (((extraction_method)::text = ANY ((ARRAY['structured'::character varying, 'selector'::character varying, 'text'::character varying, 'ai'::character varying])::text[]))),
    CONSTRAINT event_freshness CHECK (((freshness)::text = ANY ((ARRAY['seen'::character varying, 'missing'::character varying, 'gone'::character varying])::text[]))),
    CONSTRAINT event_happening CHECK (((happening)::text = ANY ((ARRAY['scheduled'::character varying, 'rescheduled'::character varying, 'postponed'::character varying, 'moved_online'::character varying, 'cancelled'::character varying])::text[]))),
    CONSTRAINT event_last_day_not_before_first CHECK ((end_date >= start_date)),
    CONSTRAINT event_merged_has_survivor CHECK ((((merged_into_id IS NOT NULL) AND ((publication)::text = 'merged'::text)) OR ((NOT ((publication)::text = 'merged'::text)) AND (merged_into_id IS NULL)))),
    CONSTRAINT event_not_merged_into_itself CHECK ((NOT ((merged_into_id = id) AND (merged_into_id IS NOT NULL)))),
    CONSTRAINT event_online CHECK (((online)::text = ANY ((ARRAY['no'::character varying, 'yes'::character varying, 'both'::character varying])::text[]))),
    CONSTRAINT event_price_not_negative CHECK (((price_min IS NULL) OR (price_min >= (0)::numeric))),
    CONSTRAINT event_price_range CHECK (((price_min IS NULL) OR (price_max IS NULL) OR (price_max >= price_min))),
    CONSTRAINT event_price_type CHECK (((price_type)::text = ANY ((ARRAY['free'::character varying, 'paid'::character varying, 'donation'::character varying, 'variable'::character varying, 'unknown'::character varying])::text[]))),
    CONSTRAINT event_publication CHECK (((publication)::text = ANY ((ARRAY['draft'::character varying, 'pending'::character varying, 'approved'::character varying, 'rejected'::character varying, 'flagged'::character varying, 'archived'::character varying, 'removed'::character varying, 'merged'::character varying])::text[]))),
    CONSTRAINT event_quality CHECK (((quality_score >= (0.0)::double precision) AND (quality_score <= (1.0)::double precision))),
    CONSTRAINT event_setting CHECK (((setting)::text = ANY ((ARRAY['indoor'::character varying, 'outdoor'::character varying, 'unknown'::character varying])::text[]))),
    CONSTRAINT event_timezone CHECK ((timezone((timezone)::text, '1970-01-01 00:00:00+00'::timestamp with time zone) IS NOT NULL)),
    CONSTRAINT event_title_not_empty CHECK ((NOT ((title)::text = ''::text))),
    CONSTRAINT event_verification CHECK (((verification)::text = ANY ((ARRAY['unverified'::character varying, 'verified'::character varying, 'official'::character varying])::text[]))),
    CONSTRAINT event_version_positive CHECK ((version >= 1)),
    CONSTRAINT events_event_age_limit_check CHECK ((age_limit >= 0)),
    CONSTRAINT events_event_capacity_check CHECK ((capacity >= 0)),
    CONSTRAINT events_event_version_check CHECK ((version >= 0))
);
CREATE TABLE public.events_eventcounters (
    event_id uuid NOT NULL,
    views bigint NOT NULL,
    registrations integer NOT NULL,
    shares integer NOT NULL,
    CONSTRAINT events_eventcounters_registrations_check CHECK ((registrations >= 0)),
    CONSTRAINT events_eventcounters_shares_check CHECK ((shares >= 0)),
    CONSTRAINT events_eventcounters_views_check CHECK ((views >= 0))
);
CREATE TABLE public.events_eventday (
    id bigint NOT NULL,
    day date NOT NULL,
    views integer NOT NULL,
    shares integer NOT NULL,
    clicks integer NOT NULL,
    event_id uuid NOT NULL,
    CONSTRAINT events_eventday_clicks_check CHECK ((clicks >= 0)),
    CONSTRAINT events_eventday_shares_check CHECK ((shares >= 0)),
    CONSTRAINT events_eventday_views_check CHECK ((views >= 0))
);
ALTER TABLE public.events_eventday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.events_eventday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.events_eventdaysource (
    id bigint NOT NULL,
    day date NOT NULL,
    source character varying(10) NOT NULL,
    views integer NOT NULL,
    event_id uuid NOT NULL,
    CONSTRAINT event_day_source_known CHECK (((source)::text = ANY ((ARRAY['direct'::character varying, 'own'::character varying, 'search'::character varying, 'mail'::character varying, 'embed'::character varying, 'facebook'::character varying, 'instagram'::character varying, 'threads'::character varying, 'whatsapp'::character varying, 'x'::character varying, 'bluesky'::character varying, 'mastodon'::character varying, 'reddit'::character varying, 'youtube'::character varying, 'tiktok'::character varying, 'linkedin'::character varying, 'telegram'::character varying, 'discord'::character varying, 'pinterest'::character varying, 'other'::character varying])::text[]))),
    CONSTRAINT events_eventdaysource_views_check CHECK ((views >= 0))
);
ALTER TABLE public.events_eventdaysource ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.events_eventdaysource_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.events_eventformerscore (
    id bigint NOT NULL,
    score double precision NOT NULL,
    number bigint NOT NULL,
    event_id uuid NOT NULL
);
ALTER TABLE public.events_eventformerscore ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.events_eventformerscore_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.events_eventimage (
    id uuid NOT NULL,
    source_url character varying(2000) NOT NULL,
    url character varying(2000) NOT NULL,
    thumbnail character varying(2000) NOT NULL,
    alt character varying(300) NOT NULL,
    credit character varying(200) NOT NULL,
    is_primary boolean NOT NULL,
    width integer,
    height integer,
    perceptual_hash character varying(32) NOT NULL,
    "position" smallint NOT NULL,
    event_id uuid NOT NULL,
    attempts smallint NOT NULL,
    content_hash character varying(64) NOT NULL,
    files jsonb NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    reason character varying(200) NOT NULL,
    state character varying(7) NOT NULL,
    is_own boolean NOT NULL,
    CONSTRAINT event_image_state CHECK (((state)::text = ANY ((ARRAY['waiting'::character varying, 'stored'::character varying, 'refused'::character varying])::text[]))),
    CONSTRAINT events_eventimage_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT events_eventimage_height_check CHECK ((height >= 0)),
    CONSTRAINT events_eventimage_position_check CHECK (("position" >= 0)),
    CONSTRAINT events_eventimage_width_check CHECK ((width >= 0))
);
CREATE TABLE public.events_eventsearch (
    event_id uuid NOT NULL,
    document tsvector NOT NULL,
    folded_title character varying(300) NOT NULL,
    text_key bigint,
    terms_version smallint NOT NULL,
    changed_at timestamp with time zone,
    changed_in bigint,
    former tsvector
);
CREATE TABLE public.events_eventtrend (
    event_id uuid NOT NULL,
    score double precision NOT NULL,
    rank smallint,
    category_id character varying(20) NOT NULL,
    city_id uuid,
    CONSTRAINT event_trend_rank CHECK (((rank IS NULL) OR (rank >= 1))),
    CONSTRAINT event_trend_score CHECK (((score >= (0.0)::double precision) AND (score <= (1.0)::double precision))),
    CONSTRAINT events_eventtrend_rank_check CHECK ((rank >= 0))
);
CREATE TABLE public.events_eventvector (
    event_id uuid NOT NULL,
    embedding public.halfvec(512) NOT NULL,
    text_hash character varying(32) NOT NULL,
    made_at timestamp with time zone NOT NULL
);
CREATE TABLE public.events_eventvocabulary (
    event_id uuid NOT NULL,
    named integer[] NOT NULL,
    described integer[] NOT NULL,
    names bigint[] NOT NULL,
    over_at timestamp with time zone NOT NULL,
    counted_at timestamp with time zone NOT NULL,
    is_sample boolean DEFAULT false NOT NULL
);
CREATE TABLE public.events_hiddenperformer (
    part character varying(80) NOT NULL,
    since timestamp with time zone NOT NULL
);
CREATE TABLE public.events_listing (
    id uuid NOT NULL,
    external_id character varying(300) NOT NULL,
    recurrence_id character varying(40) NOT NULL,
    url character varying(2000) NOT NULL,
    facts jsonb NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    missing_since timestamp with time zone,
    event_id uuid NOT NULL,
    first_event_id uuid NOT NULL,
    origin_id uuid NOT NULL,
    joined jsonb NOT NULL,
    joined_at timestamp with time zone,
    stray_since timestamp with time zone,
    fitting jsonb,
    told_by_id uuid
);
CREATE TABLE public.events_organizer (
    id uuid NOT NULL,
    name character varying(200) NOT NULL,
    folded_name character varying(200) NOT NULL,
    type character varying(12) NOT NULL,
    url character varying(2000) NOT NULL,
    contact character varying(200) NOT NULL,
    verification character varying(12) NOT NULL,
    merged_into_id uuid,
    CONSTRAINT organizer_type CHECK (((type)::text = ANY ((ARRAY['business'::character varying, 'individual'::character varying, 'community'::character varying, 'government'::character varying, ''::character varying])::text[]))),
    CONSTRAINT organizer_verification CHECK (((verification)::text = ANY ((ARRAY['unverified'::character varying, 'verified'::character varying, 'official'::character varying])::text[])))
);
CREATE TABLE public.events_organizermember (
    id uuid NOT NULL,
    role character varying(6) NOT NULL,
    at timestamp with time zone NOT NULL,
    invited_by_id uuid,
    organizer_id uuid NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT organizer_member_role CHECK (((role)::text = ANY ((ARRAY['owner'::character varying, 'editor'::character varying, 'helper'::character varying])::text[])))
);
CREATE TABLE public.events_organizermerge (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    note character varying(500) NOT NULL,
    undo jsonb NOT NULL,
    by_id uuid,
    child_id uuid NOT NULL,
    survivor_id uuid NOT NULL
);
CREATE TABLE public.events_origin (
    key uuid NOT NULL,
    slug character varying(120) NOT NULL,
    name character varying(200) NOT NULL,
    url character varying(2000) NOT NULL,
    trust double precision NOT NULL,
    covered_at timestamp with time zone,
    is_sample boolean NOT NULL,
    credit character varying(200) NOT NULL,
    keeps_pictures boolean NOT NULL,
    organizer_id uuid,
    CONSTRAINT origin_trust CHECK (((trust >= (0.0)::double precision) AND (trust <= (1.0)::double precision)))
);
CREATE TABLE public.events_proposal (
    id uuid NOT NULL,
    fields jsonb NOT NULL,
    reasons character varying(200)[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    accepted boolean,
    event_id uuid NOT NULL,
    origin_id uuid
);
CREATE TABLE public.events_refusedpicture (
    content_hash character varying(64) NOT NULL,
    perceptual_hash character varying(32) NOT NULL,
    since timestamp with time zone NOT NULL
);
CREATE TABLE public.events_searchname (
    id bigint NOT NULL,
    kind character varying(9) NOT NULL,
    folded character varying(200) NOT NULL,
    name character varying(300) NOT NULL,
    target character varying(60) NOT NULL,
    count integer NOT NULL,
    words tsvector NOT NULL,
    city_id uuid,
    "real" integer DEFAULT 0 NOT NULL,
    CONSTRAINT search_name_kind CHECK (((kind)::text = ANY ((ARRAY['title'::character varying, 'venue'::character varying, 'organizer'::character varying, 'performer'::character varying, 'area'::character varying, 'tag'::character varying])::text[])))
);
ALTER TABLE public.events_searchname ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.events_searchname_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.events_searchspelling (
    word_id integer NOT NULL,
    keys integer[] NOT NULL
);
CREATE TABLE public.events_searchword (
    id integer NOT NULL,
    word character varying(40) NOT NULL,
    named integer NOT NULL,
    described integer NOT NULL
);
ALTER TABLE public.events_searchword ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.events_searchword_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.events_series (
    id uuid NOT NULL,
    external_id character varying(300) NOT NULL,
    rrule character varying(1000) NOT NULL,
    rdate character varying(40)[] NOT NULL,
    exdate character varying(40)[] NOT NULL,
    title character varying(300) NOT NULL,
    timezone character varying(64) NOT NULL,
    origin_id uuid NOT NULL,
    CONSTRAINT series_timezone CHECK ((((timezone)::text = ''::text) OR (timezone((timezone)::text, '1970-01-01 00:00:00+00'::timestamp with time zone) IS NOT NULL)))
);
CREATE TABLE public.events_teaminvitation (
    id uuid NOT NULL,
    address text NOT NULL,
    address_hash character varying(64) NOT NULL,
    role character varying(6) NOT NULL,
    at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    invited_by_id uuid,
    organizer_id uuid,
    place_id uuid,
    CONSTRAINT team_invitation_role CHECK (((role)::text = ANY ((ARRAY['owner'::character varying, 'editor'::character varying, 'helper'::character varying])::text[]))),
    CONSTRAINT team_invitation_to_one CHECK ((((organizer_id IS NOT NULL) AND (place_id IS NULL)) OR ((organizer_id IS NULL) AND (place_id IS NOT NULL))))
);
CREATE TABLE public.events_verificationchange (
    id uuid NOT NULL,
    before character varying(12) NOT NULL,
    after character varying(12) NOT NULL,
    evidence_url character varying(2000) NOT NULL,
    note character varying(500) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id uuid,
    event_id uuid,
    organizer_id uuid,
    CONSTRAINT verification_after CHECK (((after)::text = ANY ((ARRAY['unverified'::character varying, 'verified'::character varying, 'official'::character varying])::text[]))),
    CONSTRAINT verification_before CHECK (((before)::text = ANY ((ARRAY['unverified'::character varying, 'verified'::character varying, 'official'::character varying])::text[]))),
    CONSTRAINT verification_has_evidence CHECK ((((after)::text = 'unverified'::text) OR (NOT ((evidence_url)::text = ''::text)))),
    CONSTRAINT verification_of_one CHECK ((((event_id IS NOT NULL) AND (organizer_id IS NULL)) OR ((event_id IS NULL) AND (organizer_id IS NOT NULL))))
);
CREATE TABLE public.flags_flagswitch (
    name character varying(60) NOT NULL,
    is_on boolean NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    percent smallint NOT NULL,
    CONSTRAINT flag_percent CHECK ((percent <= 100)),
    CONSTRAINT flags_flagswitch_percent_check CHECK ((percent >= 0))
);
CREATE TABLE public.galleries_photo (
    id uuid NOT NULL,
    state character varying(7) NOT NULL,
    alt character varying(300) NOT NULL,
    credit character varying(80) NOT NULL,
    language character varying(16) NOT NULL,
    consent character varying(16) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    pixel_hash character varying(64) NOT NULL,
    look bigint,
    content bytea,
    token character varying(32) NOT NULL,
    files jsonb NOT NULL,
    asked_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    event_id uuid,
    place_id uuid,
    user_id uuid NOT NULL,
    CONSTRAINT galleries_photo_height_check CHECK ((height >= 0)),
    CONSTRAINT galleries_photo_width_check CHECK ((width >= 0)),
    CONSTRAINT photo_content CHECK ((((content IS NOT NULL) AND ((state)::text = ANY ((ARRAY['waiting'::character varying, 'passed'::character varying])::text[]))) OR ((content IS NULL) AND ((state)::text = ANY ((ARRAY['shown'::character varying, 'refused'::character varying])::text[]))))),
    CONSTRAINT photo_one_thing CHECK ((((event_id IS NOT NULL) AND (place_id IS NULL)) OR ((event_id IS NULL) AND (place_id IS NOT NULL)))),
    CONSTRAINT photo_state CHECK (((state)::text = ANY ((ARRAY['waiting'::character varying, 'passed'::character varying, 'shown'::character varying, 'refused'::character varying])::text[])))
);
CREATE TABLE public.galleries_takendown (
    pixel_hash character varying(64) NOT NULL,
    look bigint,
    reason character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE public.insights_anomaly (
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    key character varying(100) NOT NULL,
    name character varying(200) NOT NULL,
    words character varying(400) NOT NULL,
    found double precision NOT NULL,
    expected double precision NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    was_right boolean,
    answered_by character varying(60) NOT NULL,
    answered_at timestamp with time zone,
    city_id uuid,
    origin_id uuid,
    CONSTRAINT anomaly_answered CHECK (((was_right IS NULL) OR (answered_at IS NOT NULL))),
    CONSTRAINT anomaly_ends_after CHECK (((ended_at IS NULL) OR (ended_at >= began_at)))
);
CREATE TABLE public.insights_cohortweek (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    cohort date NOT NULL,
    week date NOT NULL,
    people integer NOT NULL,
    active integer NOT NULL,
    CONSTRAINT insights_cohortweek_active_check CHECK ((active >= 0)),
    CONSTRAINT insights_cohortweek_people_check CHECK ((people >= 0))
);
ALTER TABLE public.insights_cohortweek ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_cohortweek_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insights_eventfactors (
    event_id uuid NOT NULL,
    numbers bytea NOT NULL,
    model_at timestamp with time zone NOT NULL,
    made_at timestamp with time zone NOT NULL
);
CREATE TABLE public.insights_eventpair (
    id bigint NOT NULL,
    people integer NOT NULL,
    event_id uuid NOT NULL,
    other_id uuid NOT NULL,
    CONSTRAINT insights_eventpair_people_check CHECK ((people >= 0))
);
ALTER TABLE public.insights_eventpair ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_eventpair_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insights_expectation (
    id bigint NOT NULL,
    day date NOT NULL,
    start_at timestamp with time zone NOT NULL,
    days_before smallint NOT NULL,
    reach character varying(6) NOT NULL,
    held integer NOT NULL,
    waiting integer NOT NULL,
    capacity integer,
    naive_registered double precision,
    naive_attendance double precision,
    naive_sells_out double precision,
    registered double precision,
    attendance double precision,
    sells_out double precision,
    was_held integer,
    was_waiting integer,
    came integer,
    sold_out boolean,
    settled_at timestamp with time zone,
    event_id uuid NOT NULL,
    CONSTRAINT expectation_settled_whole CHECK (((settled_at IS NULL) OR ((sold_out IS NOT NULL) AND (was_held IS NOT NULL) AND (was_waiting IS NOT NULL)))),
    CONSTRAINT insights_expectation_came_check CHECK ((came >= 0)),
    CONSTRAINT insights_expectation_capacity_check CHECK ((capacity >= 0)),
    CONSTRAINT insights_expectation_days_before_check CHECK ((days_before >= 0)),
    CONSTRAINT insights_expectation_held_check CHECK ((held >= 0)),
    CONSTRAINT insights_expectation_waiting_check CHECK ((waiting >= 0)),
    CONSTRAINT insights_expectation_was_held_check CHECK ((was_held >= 0)),
    CONSTRAINT insights_expectation_was_waiting_check CHECK ((was_waiting >= 0))
);
ALTER TABLE public.insights_expectation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_expectation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insights_expectationaccuracy (
    id bigint NOT NULL,
    day date NOT NULL,
    target character varying(10) NOT NULL,
    reach character varying(6) NOT NULL,
    events integer NOT NULL,
    naive_error double precision NOT NULL,
    error double precision NOT NULL,
    is_shown boolean NOT NULL,
    CONSTRAINT expectation_shown_is_better CHECK (((NOT is_shown) OR (error < naive_error))),
    CONSTRAINT insights_expectationaccuracy_events_check CHECK ((events >= 0))
);
ALTER TABLE public.insights_expectationaccuracy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_expectationaccuracy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insights_figure (
    id bigint NOT NULL,
    grain character varying(6) NOT NULL,
    dimension character varying(8) NOT NULL,
    at timestamp with time zone NOT NULL,
    city_id uuid,
    key character varying(40) NOT NULL,
    views integer NOT NULL,
    shares integer NOT NULL,
    clicks integer NOT NULL,
    saves integer NOT NULL,
    registrations integer NOT NULL,
    cancelled integer NOT NULL,
    attended integer NOT NULL,
    accounts integer NOT NULL,
    CONSTRAINT insights_figure_accounts_check CHECK ((accounts >= 0)),
    CONSTRAINT insights_figure_attended_check CHECK ((attended >= 0)),
    CONSTRAINT insights_figure_cancelled_check CHECK ((cancelled >= 0)),
    CONSTRAINT insights_figure_clicks_check CHECK ((clicks >= 0)),
    CONSTRAINT insights_figure_registrations_check CHECK ((registrations >= 0)),
    CONSTRAINT insights_figure_saves_check CHECK ((saves >= 0)),
    CONSTRAINT insights_figure_shares_check CHECK ((shares >= 0)),
    CONSTRAINT insights_figure_views_check CHECK ((views >= 0))
);
ALTER TABLE public.insights_figure ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_figure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insights_hidden (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    event_id uuid,
    organizer_id uuid,
    participant_id bigint,
    place_id uuid,
    user_id uuid,
    CONSTRAINT hidden_one_thing CHECK ((((event_id IS NOT NULL) AND (organizer_id IS NULL) AND (place_id IS NULL)) OR ((event_id IS NULL) AND (organizer_id IS NULL) AND (place_id IS NOT NULL)) OR ((event_id IS NULL) AND (organizer_id IS NOT NULL) AND (place_id IS NULL)))),
    CONSTRAINT hidden_person_or_device CHECK ((((participant_id IS NULL) AND (user_id IS NOT NULL)) OR ((participant_id IS NOT NULL) AND (user_id IS NULL))))
);
ALTER TABLE public.insights_hidden ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_hidden_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insights_intake (
    id bigint NOT NULL,
    day date NOT NULL,
    part character varying(8) NOT NULL,
    city_id uuid,
    key character varying(40) NOT NULL,
    listings integer NOT NULL,
    priced integer NOT NULL,
    price double precision NOT NULL,
    week_priced integer NOT NULL,
    week_price double precision NOT NULL,
    CONSTRAINT insights_intake_listings_check CHECK ((listings >= 0)),
    CONSTRAINT insights_intake_priced_check CHECK ((priced >= 0)),
    CONSTRAINT insights_intake_week_priced_check CHECK ((week_priced >= 0))
);
ALTER TABLE public.insights_intake ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_intake_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE SEQUENCE public.insights_interaction_id
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE public.insights_interaction (
    id bigint DEFAULT nextval('public.insights_interaction_id'::regclass) NOT NULL,
    day date NOT NULL,
    participant_id bigint NOT NULL,
    interaction character varying(10) NOT NULL,
    event_id uuid,
    followed character varying(200) DEFAULT ''::character varying NOT NULL,
    surface character varying(10) DEFAULT ''::character varying NOT NULL,
    rank smallint,
    at timestamp with time zone NOT NULL,
    CONSTRAINT insights_interaction_rank_check CHECK ((rank >= 0)),
    CONSTRAINT interaction_of_an_event CHECK (((event_id IS NULL) = ((followed)::text <> ''::text)))
)
PARTITION BY RANGE (day);
CREATE TABLE public.insights_interaction_default (
    id bigint DEFAULT nextval('public.insights_interaction_id'::regclass) CONSTRAINT insights_interaction_id_not_null NOT NULL,
    day date CONSTRAINT insights_interaction_day_not_null NOT NULL,
    participant_id bigint CONSTRAINT insights_interaction_participant_id_not_null NOT NULL,
    interaction character varying(10) CONSTRAINT insights_interaction_interaction_not_null NOT NULL,
    event_id uuid,
    followed character varying(200) DEFAULT ''::character varying CONSTRAINT insights_interaction_followed_not_null NOT NULL,
    surface character varying(10) DEFAULT ''::character varying CONSTRAINT insights_interaction_surface_not_null NOT NULL,
    rank smallint,
    at timestamp with time zone CONSTRAINT insights_interaction_at_not_null NOT NULL,
    CONSTRAINT insights_interaction_rank_check CHECK ((rank >= 0)),
    CONSTRAINT interaction_of_an_event CHECK (((event_id IS NULL) = ((followed)::text <> ''::text)))
);
CREATE TABLE public.insights_interactionsum (
    id bigint NOT NULL,
    day date NOT NULL,
    city_id uuid,
    category character varying(40) NOT NULL,
    interaction character varying(10) NOT NULL,
    surface character varying(10) NOT NULL,
    times integer NOT NULL,
    participants integer NOT NULL,
    CONSTRAINT insights_interactionsum_participants_check CHECK ((participants >= 0)),
    CONSTRAINT insights_interactionsum_times_check CHECK ((times >= 0))
);
ALTER TABLE public.insights_interactionsum ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_interactionsum_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insights_learntmodel (
    id smallint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    arrays bytea NOT NULL,
    categories jsonb NOT NULL,
    CONSTRAINT insights_learntmodel_id_check CHECK ((id >= 0)),
    CONSTRAINT learnt_model_only CHECK ((id = 1))
);
CREATE TABLE public.insights_look (
    of character varying(5) NOT NULL,
    until timestamp with time zone NOT NULL
);
CREATE TABLE public.insights_participant (
    id bigint NOT NULL,
    device_hash character varying(64),
    wording smallint NOT NULL,
    agreed_at timestamp with time zone NOT NULL,
    seen_on date NOT NULL,
    user_id uuid,
    CONSTRAINT insights_participant_wording_check CHECK ((wording >= 0)),
    CONSTRAINT participant_person_or_device CHECK ((((device_hash IS NULL) AND (user_id IS NOT NULL)) OR ((device_hash IS NOT NULL) AND (user_id IS NULL))))
);
ALTER TABLE public.insights_participant ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_participant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insights_pendingact (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    event_id uuid,
    act character varying(13) NOT NULL,
    times integer NOT NULL,
    CONSTRAINT insights_pendingact_times_check CHECK ((times >= 0))
);
ALTER TABLE public.insights_pendingact ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_pendingact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mail_campaign (
    name character varying(60) NOT NULL,
    stopped_at timestamp with time zone,
    released_at timestamp with time zone,
    reason character varying(200) NOT NULL
);
CREATE TABLE public.mail_dispatch (
    id uuid NOT NULL,
    key character varying(100) NOT NULL,
    stream character varying(13) NOT NULL,
    kind character varying(40) NOT NULL,
    campaign character varying(60) NOT NULL,
    address_hash character varying(64) NOT NULL,
    provider character varying(80) NOT NULL,
    provider_id character varying(200) NOT NULL,
    state character varying(10) NOT NULL,
    tries smallint NOT NULL,
    claim uuid NOT NULL,
    code character varying(20) NOT NULL,
    reason character varying(500) NOT NULL,
    handed_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT dispatch_state CHECK (((state)::text = ANY ((ARRAY['handing'::character varying, 'accepted'::character varying, 'unknown'::character varying, 'deferred'::character varying, 'dead'::character varying, 'suppressed'::character varying, 'delivered'::character varying, 'bounced'::character varying, 'complained'::character varying])::text[]))),
    CONSTRAINT dispatch_stream CHECK (((stream)::text = ANY ((ARRAY['transactional'::character varying, 'digest'::character varying])::text[]))),
    CONSTRAINT mail_dispatch_tries_check CHECK ((tries >= 0))
);
CREATE TABLE public.mail_providernews (
    id character varying(64) NOT NULL,
    provider character varying(80) NOT NULL,
    news character varying(10) NOT NULL,
    code character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    dispatch_id uuid
);
CREATE TABLE public.mail_softbounce (
    address_hash character varying(64) NOT NULL,
    count smallint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    CONSTRAINT mail_softbounce_count_check CHECK ((count >= 0))
);
CREATE TABLE public.mail_suppression (
    address_hash character varying(64) NOT NULL,
    reason character varying(10) NOT NULL,
    code character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT mail_suppression_reason CHECK (((reason)::text = ANY ((ARRAY['bounce'::character varying, 'complaint'::character varying, 'left'::character varying, 'erased'::character varying])::text[])))
);
CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);
ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.moderation_bulkdecision (
    id uuid NOT NULL,
    verdict character varying(14) NOT NULL,
    reason character varying(14) NOT NULL,
    note text NOT NULL,
    state character varying(8) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    by_id uuid,
    undone_by_id uuid,
    CONSTRAINT bulk_state CHECK (((state)::text = ANY ((ARRAY['running'::character varying, 'done'::character varying, 'undoing'::character varying, 'undone'::character varying])::text[])))
);
CREATE TABLE public.moderation_bulkitem (
    id uuid NOT NULL,
    version integer NOT NULL,
    state character varying(8) NOT NULL,
    message character varying(500) NOT NULL,
    bulk_id uuid NOT NULL,
    decision_id uuid,
    review_id uuid NOT NULL,
    CONSTRAINT bulk_item_state CHECK (((state)::text = ANY ((ARRAY['waiting'::character varying, 'done'::character varying, 'failed'::character varying, 'left'::character varying, 'undone'::character varying, 'kept'::character varying])::text[]))),
    CONSTRAINT moderation_bulkitem_version_check CHECK ((version >= 0))
);
CREATE TABLE public.moderation_conversation (
    run_id uuid NOT NULL,
    address text NOT NULL,
    address_hash character varying(64) NOT NULL,
    appeal character varying(1000) NOT NULL,
    appealed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    language character varying(16) NOT NULL
);
CREATE TABLE public.moderation_decision (
    id uuid NOT NULL,
    object_id uuid NOT NULL,
    verdict character varying(14) NOT NULL,
    reason character varying(14) NOT NULL,
    note text NOT NULL,
    automatic boolean NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id uuid,
    review_id uuid,
    events uuid[] NOT NULL,
    undoes_id uuid,
    undo jsonb NOT NULL,
    measures jsonb NOT NULL,
    rules character varying(24)[] NOT NULL,
    CONSTRAINT decision_verdict CHECK (((verdict)::text = ANY ((ARRAY['approve'::character varying, 'reject'::character varying, 'remove'::character varying, 'flag'::character varying, 'merge'::character varying, 'different'::character varying, 'accept_change'::character varying, 'decline_change'::character varying, 'accept_run'::character varying, 'discard_run'::character varying, 'run_again'::character varying, 'pause_source'::character varying, 'edit'::character varying, 'undo'::character varying, 'uphold'::character varying, 'dismiss'::character varying, 'cancel'::character varying, 'accept_fix'::character varying, 'grant'::character varying, 'refuse'::character varying])::text[])))
);
CREATE TABLE public.moderation_labelreport (
    id uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
    figures jsonb NOT NULL
);
CREATE TABLE public.moderation_message (
    id uuid NOT NULL,
    text character varying(1000) NOT NULL,
    is_ours boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id uuid,
    conversation_id uuid NOT NULL
);
CREATE TABLE public.moderation_optout (
    id uuid NOT NULL,
    kind character varying(9) NOT NULL,
    value character varying(300) NOT NULL,
    title character varying(300) NOT NULL,
    note character varying(1000) NOT NULL,
    address text NOT NULL,
    address_hash character varying(64) NOT NULL,
    state character varying(8) NOT NULL,
    is_mailed boolean NOT NULL,
    is_proven boolean NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    done_at timestamp with time zone,
    undone_at timestamp with time zone,
    removed jsonb NOT NULL,
    pictures uuid[] NOT NULL,
    looks_like character varying(32) NOT NULL,
    decided_by_id uuid,
    CONSTRAINT opt_out_kind CHECK (((kind)::text = ANY ((ARRAY['domain'::character varying, 'source'::character varying, 'organizer'::character varying, 'performer'::character varying, 'event'::character varying, 'picture'::character varying])::text[]))),
    CONSTRAINT opt_out_state CHECK (((state)::text = ANY ((ARRAY['asked'::character varying, 'standing'::character varying, 'refused'::character varying, 'undone'::character varying])::text[])))
);
CREATE TABLE public.moderation_reading (
    id uuid NOT NULL,
    sample character varying(40) NOT NULL,
    wrong boolean NOT NULL,
    note character varying(500) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id uuid,
    event_id uuid NOT NULL,
    fields character varying(40)[] NOT NULL,
    origin_id uuid
);
CREATE TABLE public.moderation_report (
    id uuid NOT NULL,
    kind character varying(10) NOT NULL,
    note character varying(500) NOT NULL,
    corrections jsonb NOT NULL,
    reporter character varying(64) NOT NULL,
    has_account boolean NOT NULL,
    state character varying(9) NOT NULL,
    at timestamp with time zone NOT NULL,
    decision_id uuid,
    event_id uuid NOT NULL,
    review_id uuid,
    CONSTRAINT report_kind CHECK (((kind)::text = ANY ((ARRAY['wrong_time'::character varying, 'cancelled'::character varying, 'spam'::character varying, 'offensive'::character varying, 'duplicate'::character varying, 'rights'::character varying, 'correction'::character varying])::text[]))),
    CONSTRAINT report_state CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'upheld'::character varying, 'dismissed'::character varying])::text[])))
);
CREATE TABLE public.moderation_review (
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    object_id uuid NOT NULL,
    title character varying(300) NOT NULL,
    starts_at timestamp with time zone,
    evidence jsonb NOT NULL,
    reasons character varying(500)[] NOT NULL,
    priority smallint NOT NULL,
    state character varying(9) NOT NULL,
    claimed_at timestamp with time zone,
    version integer NOT NULL,
    request_id character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    city_id uuid,
    claimed_by_id uuid,
    other_cities uuid[] NOT NULL,
    audience integer NOT NULL,
    category character varying(60) NOT NULL,
    confidence double precision,
    place uuid,
    reason_keys character varying(12)[] NOT NULL,
    series uuid,
    source character varying(120) NOT NULL,
    urgency smallint NOT NULL,
    measures jsonb NOT NULL,
    rules character varying(24)[] NOT NULL,
    CONSTRAINT moderation_review_audience_check CHECK ((audience >= 0)),
    CONSTRAINT moderation_review_version_check CHECK ((version >= 0)),
    CONSTRAINT review_decided_is_dated CHECK ((((decided_at IS NULL) AND ((state)::text = 'open'::text)) OR ((NOT ((state)::text = 'open'::text)) AND (decided_at IS NOT NULL)))),
    CONSTRAINT review_kind CHECK (((kind)::text = ANY ((ARRAY['event'::character varying, 'change'::character varying, 'match'::character varying, 'venue'::character varying, 'run'::character varying, 'report'::character varying, 'appeal'::character varying, 'spot'::character varying, 'claim'::character varying, 'message'::character varying, 'rating'::character varying, 'photo'::character varying])::text[]))),
    CONSTRAINT review_state CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'decided'::character varying, 'withdrawn'::character varying])::text[])))
);
CREATE TABLE public.moderation_rulesetting (
    name character varying(24) NOT NULL,
    enabled boolean NOT NULL,
    value double precision,
    updated_at timestamp with time zone NOT NULL
);
CREATE TABLE public.moderation_savedfilter (
    id uuid NOT NULL,
    name character varying(60) NOT NULL,
    query character varying(1000) NOT NULL,
    by_id uuid NOT NULL
);
CREATE TABLE public.moderation_submittedevent (
    run_id uuid NOT NULL,
    event_id uuid,
    is_known boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    subject_id uuid NOT NULL,
    source_id uuid
);
CREATE TABLE public.moderation_teamclaim (
    id uuid NOT NULL,
    kind character varying(9) NOT NULL,
    team_id uuid NOT NULL,
    text character varying(1000) NOT NULL,
    link character varying(2000) NOT NULL,
    state character varying(8) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT team_claim_state CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'granted'::character varying, 'refused'::character varying])::text[])))
);
CREATE TABLE public.moderation_trustsubject (
    id uuid NOT NULL,
    kind character varying(9) NOT NULL,
    key character varying(64) NOT NULL,
    name character varying(200) NOT NULL,
    prior character varying(12) NOT NULL,
    standing jsonb NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT trust_subject_kind CHECK (((kind)::text = ANY ((ARRAY['source'::character varying, 'submitter'::character varying])::text[])))
);
CREATE TABLE public.moderation_trustverdict (
    id uuid NOT NULL,
    cause character varying(8) NOT NULL,
    cause_id uuid NOT NULL,
    "right" character varying(5)[] NOT NULL,
    wrong character varying(5)[] NOT NULL,
    at timestamp with time zone NOT NULL,
    subject_id uuid NOT NULL,
    CONSTRAINT trust_verdict_cause CHECK (((cause)::text = ANY ((ARRAY['decision'::character varying, 'reading'::character varying])::text[])))
);
CREATE TABLE public.notices_notice (
    id uuid NOT NULL,
    address text NOT NULL,
    address_hash character varying(64) NOT NULL,
    language character varying(16) NOT NULL,
    kind character varying(12) NOT NULL,
    subject character varying(80) NOT NULL,
    period character varying(80) NOT NULL,
    facts jsonb NOT NULL,
    is_mailed boolean NOT NULL,
    state character varying(4) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    told_at timestamp with time zone,
    read_at timestamp with time zone,
    user_id uuid,
    CONSTRAINT notice_kind CHECK (((kind)::text = ANY ((ARRAY['registration'::character varying, 'offer'::character varying, 'reminder'::character varying, 'change'::character varying, 'search'::character varying, 'follow'::character varying, 'submission'::character varying, 'message'::character varying, 'sign_in'::character varying, 'queue'::character varying, 'alert'::character varying, 'quality'::character varying])::text[]))),
    CONSTRAINT notice_of_one_person CHECK (((((address_hash)::text = ''::text) AND (user_id IS NOT NULL)) OR ((user_id IS NULL) AND (NOT ((address_hash)::text = ''::text))))),
    CONSTRAINT notice_told CHECK (((((state)::text = 'told'::text) AND (told_at IS NOT NULL)) OR ((NOT ((state)::text = 'told'::text)) AND (told_at IS NULL))))
);
CREATE TABLE public.notices_noticechoice (
    id bigint NOT NULL,
    address_hash character varying(64) NOT NULL,
    kind character varying(12) NOT NULL,
    channel character varying(8) NOT NULL,
    is_on boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    user_id uuid,
    CONSTRAINT notice_choice_of_one_person CHECK (((((address_hash)::text = ''::text) AND (user_id IS NOT NULL)) OR ((user_id IS NULL) AND (NOT ((address_hash)::text = ''::text)))))
);
ALTER TABLE public.notices_noticechoice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notices_noticechoice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.notices_noticedelivery (
    id uuid NOT NULL,
    channel character varying(8) NOT NULL,
    state character varying(8) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    lease_until timestamp with time zone,
    attempts smallint NOT NULL,
    sent_at timestamp with time zone,
    error character varying(200) NOT NULL,
    notice_id uuid NOT NULL,
    device_id uuid,
    CONSTRAINT notice_delivery_device CHECK (((((channel)::text = 'push'::text) AND (device_id IS NOT NULL)) OR ((NOT ((channel)::text = 'push'::text)) AND (device_id IS NULL)))),
    CONSTRAINT notices_noticedelivery_attempts_check CHECK ((attempts >= 0))
);
CREATE TABLE public.notices_pushdevice (
    id uuid NOT NULL,
    session_id uuid,
    endpoint text NOT NULL,
    endpoint_hash character varying(64) NOT NULL,
    p256dh character varying(90) NOT NULL,
    auth text NOT NULL,
    server_key character varying(90) NOT NULL,
    client character varying(120) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    user_id uuid NOT NULL
);
CREATE TABLE public.operations_componentstate (
    name character varying(60) NOT NULL,
    state character varying(10) NOT NULL,
    since timestamp with time zone NOT NULL,
    looked_at timestamp with time zone NOT NULL
);
CREATE TABLE public.operations_heartbeat (
    id smallint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    CONSTRAINT heartbeat_once CHECK ((id = 1)),
    CONSTRAINT operations_heartbeat_id_check CHECK ((id >= 0))
);
CREATE TABLE public.operations_metricminute (
    at timestamp with time zone NOT NULL,
    numbers jsonb NOT NULL
);
CREATE TABLE public.operations_outage (
    id uuid NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL
);
CREATE TABLE public.operations_sourceforecast (
    id bigint NOT NULL,
    day date NOT NULL,
    naive double precision NOT NULL,
    chance double precision NOT NULL,
    failed boolean,
    source_id uuid NOT NULL,
    CONSTRAINT source_forecast_chance CHECK ((((chance >= (0.0)::double precision) AND (chance <= (1.0)::double precision)) AND ((naive >= (0.0)::double precision) AND (naive <= (1.0)::double precision))))
);
ALTER TABLE public.operations_sourceforecast ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_sourceforecast_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.operations_sourceforecastaccuracy (
    day date NOT NULL,
    weeks integer NOT NULL,
    naive_error double precision NOT NULL,
    error double precision NOT NULL,
    is_shown boolean NOT NULL,
    CONSTRAINT operations_sourceforecastaccuracy_weeks_check CHECK ((weeks >= 0))
);
CREATE TABLE public.organizers_writtenevent (
    id uuid NOT NULL,
    said jsonb NOT NULL,
    run_id uuid,
    sent_at timestamp with time zone,
    finished_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    author_id uuid,
    organizer_id uuid NOT NULL,
    picture bytea,
    picture_alt character varying(300) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT written_event_sent CHECK ((((run_id IS NULL) AND (sent_at IS NULL)) OR ((run_id IS NOT NULL) AND (sent_at IS NOT NULL))))
);
CREATE TABLE public.outbox_change (
    id uuid NOT NULL,
    number bigint,
    transaction bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    type character varying(40) NOT NULL,
    object_type character varying(40) NOT NULL,
    object_id uuid NOT NULL,
    audience character varying(10) NOT NULL,
    user_id uuid,
    topics character varying(120)[] NOT NULL,
    data jsonb NOT NULL,
    request_id character varying(64) NOT NULL,
    at timestamp with time zone NOT NULL,
    written bigint,
    CONSTRAINT change_audience CHECK (((audience)::text = ANY ((ARRAY['public'::character varying, 'staff'::character varying, 'user'::character varying])::text[]))),
    CONSTRAINT change_user_audience CHECK (((((audience)::text = 'user'::text) AND (user_id IS NOT NULL)) OR (NOT ((audience)::text = 'user'::text))))
);
CREATE SEQUENCE public.outbox_change_written
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.outbox_change_written OWNED BY public.outbox_change.written;
CREATE TABLE public.outbox_cursor (
    name character varying(60) NOT NULL,
    number bigint NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT cursor_not_negative CHECK ((number >= 0))
);
CREATE TABLE public.outbox_epoch (
    id smallint NOT NULL,
    epoch character varying(32) NOT NULL,
    last_number bigint NOT NULL,
    pruned_to bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    CONSTRAINT epoch_is_one_row CHECK ((id = 1))
);
CREATE TABLE public.personal_calendarkey (
    user_id uuid NOT NULL,
    secret_hash character varying(64) NOT NULL,
    made_at timestamp with time zone NOT NULL
);
CREATE TABLE public.personal_favourite (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    event_id uuid NOT NULL,
    user_id uuid NOT NULL
);
CREATE TABLE public.personal_follow (
    id uuid NOT NULL,
    performer character varying(200) NOT NULL,
    name character varying(200) NOT NULL,
    in_calendar boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    area_id uuid,
    organizer_id uuid,
    place_id uuid,
    user_id uuid NOT NULL,
    CONSTRAINT follow_one_thing CHECK ((((area_id IS NULL) AND (organizer_id IS NULL) AND ((performer)::text = ''::text) AND (place_id IS NOT NULL)) OR ((area_id IS NULL) AND (organizer_id IS NOT NULL) AND ((performer)::text = ''::text) AND (place_id IS NULL)) OR ((area_id IS NOT NULL) AND (organizer_id IS NULL) AND ((performer)::text = ''::text) AND (place_id IS NULL)) OR ((area_id IS NULL) AND (organizer_id IS NULL) AND (place_id IS NULL) AND (NOT ((performer)::text = ''::text)))))
);
CREATE TABLE public.personal_preferences (
    user_id uuid NOT NULL,
    categories character varying(40)[] NOT NULL,
    keywords character varying(60)[] NOT NULL,
    price_max numeric(9,2),
    free_only boolean NOT NULL,
    languages character varying(16)[] NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_id uuid,
    area_id uuid,
    lat double precision,
    lng double precision,
    mail boolean NOT NULL,
    push boolean NOT NULL,
    quiet_from time without time zone,
    quiet_to time without time zone,
    radius_km double precision NOT NULL,
    times jsonb NOT NULL,
    notices_a_day smallint DEFAULT 5 NOT NULL,
    CONSTRAINT personal_preferences_notices_a_day_check CHECK ((notices_a_day >= 0)),
    CONSTRAINT preferences_around_one CHECK (((area_id IS NULL) OR (lat IS NULL))),
    CONSTRAINT preferences_notices_a_day CHECK ((notices_a_day <= 50)),
    CONSTRAINT preferences_point_is_a_pair CHECK ((((lat IS NULL) AND (lng IS NULL)) OR ((lat IS NOT NULL) AND (lng IS NOT NULL)))),
    CONSTRAINT preferences_quiet_is_a_pair CHECK ((((quiet_from IS NULL) AND (quiet_to IS NULL)) OR ((quiet_from IS NOT NULL) AND (quiet_to IS NOT NULL)))),
    CONSTRAINT preferences_radius CHECK (((radius_km >= (0.2)::double precision) AND (radius_km <= (100.0)::double precision)))
);
CREATE TABLE public.places_area (
    id uuid NOT NULL,
    slug character varying(80) NOT NULL,
    name character varying(120) NOT NULL,
    lat double precision NOT NULL,
    lng double precision NOT NULL,
    radius_km double precision NOT NULL,
    polygon jsonb,
    city_id uuid NOT NULL,
    former_slugs character varying(80)[] NOT NULL,
    CONSTRAINT area_coordinates CHECK ((((lat IS NULL) OR ((lat >= ('-90.0'::numeric)::double precision) AND (lat <= (90.0)::double precision))) AND ((lng IS NULL) OR ((lng >= ('-180.0'::numeric)::double precision) AND (lng <= (180.0)::double precision))))),
    CONSTRAINT area_radius CHECK (((radius_km > (0.0)::double precision) AND (radius_km <= (100.0)::double precision))),
    CONSTRAINT area_slug_not_reserved CHECK (((NOT ((slug)::text = ANY ((ARRAY['today'::character varying, 'tonight'::character varying, 'tomorrow'::character varying, 'weekend'::character varying, 'week'::character varying, 'month'::character varying, 'calendar'::character varying, 'ongoing'::character varying, 'online'::character varying, 'free'::character varying, 'tags'::character varying, 'venues'::character varying, 'map'::character varying, 'live'::character varying, 'feed'::character varying, 'scan'::character varying, 'music'::character varying, 'nightlife'::character varying, 'stage'::character varying, 'comedy'::character varying, 'film'::character varying, 'art'::character varying, 'books'::character varying, 'food'::character varying, 'market'::character varying, 'festival'::character varying, 'tech'::character varying, 'business'::character varying, 'talk'::character varying, 'workshop'::character varying, 'wellness'::character varying, 'sport'::character varying, 'outdoors'::character varying, 'family'::character varying, 'community'::character varying, 'faith'::character varying, 'games'::character varying, 'other'::character varying, 'trending'::character varying, 'past'::character varying, 'sources'::character varying, 'embed'::character varying, 'saved'::character varying])::text[]))) AND (NOT ((slug)::text ~ '^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$'::text))))
);
CREATE TABLE public.places_city (
    id uuid NOT NULL,
    slug character varying(80) NOT NULL,
    name character varying(120) NOT NULL,
    country character varying(2) NOT NULL,
    region character varying(80) NOT NULL,
    lat double precision NOT NULL,
    lng double precision NOT NULL,
    radius_km double precision NOT NULL,
    timezone character varying(64) NOT NULL,
    legacy_id character varying(80) NOT NULL,
    platform_ids jsonb NOT NULL,
    state character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    former_slugs character varying(80)[] NOT NULL,
    CONSTRAINT city_coordinates CHECK ((((lat IS NULL) OR ((lat >= ('-90.0'::numeric)::double precision) AND (lat <= (90.0)::double precision))) AND ((lng IS NULL) OR ((lng >= ('-180.0'::numeric)::double precision) AND (lng <= (180.0)::double precision))))),
    CONSTRAINT city_radius CHECK (((radius_km > (0.0)::double precision) AND (radius_km <= (300.0)::double precision))),
    CONSTRAINT city_slug_not_reserved CHECK ((NOT ((slug)::text = ANY ((ARRAY['events'::character varying, 'venues'::character varying, 'search'::character varying, 'api'::character varying, 'admin'::character varying, 'static'::character varying, 'media'::character varying, 'ws'::character varying, 'mailbox'::character varying, 'about'::character varying, 'submit'::character varying, 'subscribe'::character varying, 'subscriptions'::character varying, 'healthz'::character varying, 'readyz'::character varying, 'metrics'::character varying, 'sitemap'::character varying, 'robots'::character varying, 'favicon'::character varying, 'accounts'::character varying, 'cities'::character varying, 'organizers'::character varying, 'performers'::character varying, 'series'::character varying, 'tags'::character varying, 'online'::character varying, 'elsewhere'::character varying, 'privacy'::character varying, 'opt-out'::character varying, 'go'::character varying, 'beacon'::character varying, 'en'::character varying, 'hi'::character varying, 'kn'::character varying, 'es'::character varying, 'fr'::character varying, 'embed'::character varying, 'oembed'::character varying, 'offline'::character varying, 'saved'::character varying, 'sources'::character varying, 'terms'::character varying, 'imprint'::character varying, 'map'::character varying, 'manifest'::character varying, 'sw'::character varying, 'opensearch'::character varying, 'llms'::character varying, 'languages'::character varying, 'pa'::character varying, 'pwa'::character varying, 'widget'::character varying, 'trending'::character varying, 'favourites'::character varying, 'share'::character varying, 'indexnow'::character varying, 'report'::character varying, 'correct'::character varying, 'help'::character varying, 'contact'::character varying, 'legal'::character varying, 'feeds'::character varying, 'scan'::character varying, 'organize'::character varying, 'for-me'::character varying, 'me'::character varying, 'registrations'::character varying, 'saved-searches'::character varying, 'developers'::character varying, 'check-in'::character varying, 'status'::character varying, 'recommendations'::character varying, 'webhooks'::character varying, 'ratings'::character varying, 'analytics'::character varying])::text[])))),
    CONSTRAINT city_state CHECK (((state)::text = ANY ((ARRAY['proposed'::character varying, 'active'::character varying, 'hidden'::character varying])::text[]))),
    CONSTRAINT city_timezone CHECK ((timezone((timezone)::text, '1970-01-01 00:00:00+00'::timestamp with time zone) IS NOT NULL))
);
CREATE TABLE public.places_citymoderator (
    id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    city_id uuid NOT NULL,
    user_id uuid NOT NULL
);
ALTER TABLE public.places_citymoderator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.places_citymoderator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.places_geocode (
    id uuid NOT NULL,
    provider character varying(20) NOT NULL,
    key character varying(64) NOT NULL,
    question character varying(500) NOT NULL,
    lat double precision,
    lng double precision,
    "precision" character varying(12) NOT NULL,
    label character varying(400) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    doubt character varying(200) NOT NULL,
    CONSTRAINT geocode_coordinates CHECK ((((lat IS NULL) OR ((lat >= ('-90.0'::numeric)::double precision) AND (lat <= (90.0)::double precision))) AND ((lng IS NULL) OR ((lng >= ('-180.0'::numeric)::double precision) AND (lng <= (180.0)::double precision)))))
);
CREATE TABLE public.places_place (
    id uuid NOT NULL,
    slug character varying(120) NOT NULL,
    name character varying(200) NOT NULL,
    folded_name character varying(200) NOT NULL,
    kinds character varying(40)[] NOT NULL,
    address character varying(400) NOT NULL,
    lat double precision,
    lng double precision,
    timezone character varying(64) NOT NULL,
    plus_code character varying(20) NOT NULL,
    phone character varying(40) NOT NULL,
    website character varying(500) NOT NULL,
    external_ids jsonb NOT NULL,
    rating numeric(3,2),
    rating_expires_at timestamp with time zone,
    photos jsonb NOT NULL,
    opening_hours character varying(500) NOT NULL,
    state character varying(10) NOT NULL,
    is_sample boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    area_id uuid,
    city_id uuid,
    merged_into_id uuid,
    locked_fields character varying(40)[] NOT NULL,
    provided jsonb NOT NULL,
    provided_until timestamp with time zone,
    geocoded_at timestamp with time zone,
    told_at character varying(24) NOT NULL,
    team_fields character varying(40)[] NOT NULL,
    CONSTRAINT place_coordinates CHECK ((((lat IS NULL) OR ((lat >= ('-90.0'::numeric)::double precision) AND (lat <= (90.0)::double precision))) AND ((lng IS NULL) OR ((lng >= ('-180.0'::numeric)::double precision) AND (lng <= (180.0)::double precision))))),
    CONSTRAINT place_coordinates_are_a_pair CHECK ((((lat IS NULL) AND (lng IS NULL)) OR ((lat IS NOT NULL) AND (lng IS NOT NULL)))),
    CONSTRAINT place_merged_has_survivor CHECK ((((merged_into_id IS NOT NULL) AND ((state)::text = 'merged'::text)) OR (NOT ((state)::text = 'merged'::text)))),
    CONSTRAINT place_not_merged_into_itself CHECK ((NOT ((merged_into_id = id) AND (merged_into_id IS NOT NULL)))),
    CONSTRAINT place_rating CHECK (((rating IS NULL) OR ((rating >= (0)::numeric) AND (rating <= (5)::numeric)))),
    CONSTRAINT place_state CHECK (((state)::text = ANY ((ARRAY['active'::character varying, 'closed'::character varying, 'merged'::character varying])::text[]))),
    CONSTRAINT place_timezone CHECK ((((timezone)::text = ''::text) OR (timezone((timezone)::text, '1970-01-01 00:00:00+00'::timestamp with time zone) IS NOT NULL)))
);
CREATE TABLE public.places_place_owners (
    id bigint NOT NULL,
    place_id uuid NOT NULL,
    user_id uuid NOT NULL
);
ALTER TABLE public.places_place_owners ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.places_place_owners_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.places_placealias (
    id uuid NOT NULL,
    folded character varying(400) NOT NULL,
    by_person boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    city_id uuid,
    place_id uuid NOT NULL
);
CREATE TABLE public.places_placematch (
    id uuid NOT NULL,
    similarity double precision NOT NULL,
    match_fields jsonb NOT NULL,
    reasons character varying(500) NOT NULL,
    outcome character varying(10) NOT NULL,
    by_person boolean NOT NULL,
    undo jsonb NOT NULL,
    undone_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    first_id uuid NOT NULL,
    second_id uuid NOT NULL,
    survivor_id uuid,
    CONSTRAINT place_match_ordered CHECK ((first_id < second_id)),
    CONSTRAINT place_match_outcome CHECK (((outcome)::text = ANY ((ARRAY['merge'::character varying, 'ask'::character varying, 'different'::character varying])::text[]))),
    CONSTRAINT place_match_similarity CHECK (((similarity >= (0.0)::double precision) AND (similarity <= (1.0)::double precision)))
);
CREATE TABLE public.places_placemember (
    id uuid NOT NULL,
    role character varying(6) NOT NULL,
    at timestamp with time zone NOT NULL,
    invited_by_id uuid,
    place_id uuid NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT place_member_role CHECK (((role)::text = ANY ((ARRAY['owner'::character varying, 'editor'::character varying, 'helper'::character varying])::text[])))
);
CREATE TABLE public.places_placereport (
    id uuid NOT NULL,
    address_hash character varying(64) NOT NULL,
    openness character varying(8) NOT NULL,
    crowd character varying(10) NOT NULL,
    waiting_minutes smallint,
    special character varying(120) NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    person_id uuid,
    place_id uuid NOT NULL,
    CONSTRAINT place_report_crowd CHECK (((crowd)::text = ANY ((ARRAY['empty'::character varying, 'quiet'::character varying, 'moderate'::character varying, 'busy'::character varying, 'packed'::character varying, 'unknown'::character varying])::text[]))),
    CONSTRAINT place_report_openness CHECK (((openness)::text = ANY ((ARRAY['open'::character varying, 'closed'::character varying, 'unknown'::character varying])::text[]))),
    CONSTRAINT place_report_waiting CHECK (((waiting_minutes IS NULL) OR (waiting_minutes <= 600))),
    CONSTRAINT places_placereport_waiting_minutes_check CHECK ((waiting_minutes >= 0))
);
CREATE TABLE public.places_placestatus (
    id uuid NOT NULL,
    source character varying(12) NOT NULL,
    openness character varying(8) NOT NULL,
    crowd character varying(10) NOT NULL,
    waiting_minutes smallint,
    special character varying(120) NOT NULL,
    confidence double precision NOT NULL,
    observed_at timestamp with time zone NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    place_id uuid NOT NULL,
    answer character varying(16) NOT NULL,
    basis character varying(120) NOT NULL,
    CONSTRAINT place_status_answer CHECK (((answer)::text = ANY ((ARRAY['openness'::character varying, 'crowd'::character varying, 'waiting_minutes'::character varying, 'special'::character varying])::text[]))),
    CONSTRAINT place_status_confidence CHECK (((confidence >= (0.0)::double precision) AND (confidence <= (1.0)::double precision))),
    CONSTRAINT place_status_crowd CHECK (((crowd)::text = ANY ((ARRAY['empty'::character varying, 'quiet'::character varying, 'moderate'::character varying, 'busy'::character varying, 'packed'::character varying, 'unknown'::character varying])::text[]))),
    CONSTRAINT place_status_openness CHECK (((openness)::text = ANY ((ARRAY['open'::character varying, 'closed'::character varying, 'unknown'::character varying])::text[]))),
    CONSTRAINT place_status_source CHECK (((source)::text = ANY ((ARRAY['google'::character varying, 'business'::character varying, 'user'::character varying, 'prediction'::character varying])::text[]))),
    CONSTRAINT place_status_valid CHECK ((valid_until > observed_at)),
    CONSTRAINT places_placestatus_waiting_minutes_check CHECK ((waiting_minutes >= 0))
);
CREATE TABLE public.places_weather (
    id uuid NOT NULL,
    observed_at timestamp with time zone NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    temperature_c double precision,
    feels_like_c double precision,
    condition_code smallint,
    condition character varying(80) NOT NULL,
    precipitation double precision,
    wind_ms double precision,
    hourly jsonb NOT NULL,
    daily jsonb NOT NULL,
    source character varying(120) NOT NULL,
    attribution character varying(200) NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_id uuid NOT NULL,
    CONSTRAINT places_weather_condition_code_check CHECK ((condition_code >= 0)),
    CONSTRAINT weather_precipitation CHECK (((precipitation IS NULL) OR ((precipitation >= (0.0)::double precision) AND (precipitation <= (1.0)::double precision)))),
    CONSTRAINT weather_temperature CHECK (((temperature_c IS NULL) OR ((temperature_c >= ('-100.0'::numeric)::double precision) AND (temperature_c <= (70.0)::double precision)))),
    CONSTRAINT weather_valid CHECK ((valid_until > observed_at))
);
CREATE TABLE public.ratings_answer (
    id uuid NOT NULL,
    text character varying(1000) NOT NULL,
    language character varying(16) NOT NULL,
    state character varying(7) NOT NULL,
    version integer NOT NULL,
    asked_version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    by_id uuid,
    rating_id uuid NOT NULL,
    CONSTRAINT rating_answer_state CHECK (((state)::text = ANY ((ARRAY['waiting'::character varying, 'shown'::character varying, 'refused'::character varying])::text[]))),
    CONSTRAINT ratings_answer_asked_version_check CHECK ((asked_version >= 0)),
    CONSTRAINT ratings_answer_version_check CHECK ((version >= 0))
);
CREATE TABLE public.ratings_lot (
    id uuid NOT NULL,
    reason character varying(8) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    asked_at timestamp with time zone,
    decided_at timestamp with time zone,
    event_id uuid,
    place_id uuid,
    CONSTRAINT rating_lot_one_thing CHECK ((((event_id IS NOT NULL) AND (place_id IS NULL)) OR ((event_id IS NULL) AND (place_id IS NOT NULL))))
);
CREATE TABLE public.ratings_rating (
    id uuid NOT NULL,
    stars smallint NOT NULL,
    text character varying(1000) NOT NULL,
    language character varying(16) NOT NULL,
    basis character varying(10) NOT NULL,
    network character varying(64) NOT NULL,
    state character varying(7) NOT NULL,
    is_vouched boolean NOT NULL,
    version integer NOT NULL,
    asked_version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    event_id uuid,
    lot_id uuid,
    place_id uuid,
    user_id uuid NOT NULL,
    CONSTRAINT rating_basis CHECK (((basis)::text = ANY ((ARRAY['checked_in'::character varying, 'registered'::character varying, 'says'::character varying])::text[]))),
    CONSTRAINT rating_one_thing CHECK ((((event_id IS NOT NULL) AND (place_id IS NULL)) OR ((event_id IS NULL) AND (place_id IS NOT NULL)))),
    CONSTRAINT rating_stars CHECK (((stars >= 1) AND (stars <= 5))),
    CONSTRAINT rating_state CHECK (((state)::text = ANY ((ARRAY['waiting'::character varying, 'shown'::character varying, 'refused'::character varying])::text[]))),
    CONSTRAINT ratings_rating_asked_version_check CHECK ((asked_version >= 0)),
    CONSTRAINT ratings_rating_stars_check CHECK ((stars >= 0)),
    CONSTRAINT ratings_rating_version_check CHECK ((version >= 0))
);
CREATE TABLE public.ratings_ratingsum (
    id bigint NOT NULL,
    average double precision NOT NULL,
    count integer NOT NULL,
    weight double precision NOT NULL,
    vouched double precision NOT NULL,
    stars double precision NOT NULL,
    mean double precision NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_id uuid,
    event_id uuid,
    place_id uuid,
    CONSTRAINT rating_sum_one_thing CHECK ((((event_id IS NOT NULL) AND (place_id IS NULL)) OR ((event_id IS NULL) AND (place_id IS NOT NULL)))),
    CONSTRAINT ratings_ratingsum_count_check CHECK ((count >= 0))
);
ALTER TABLE public.ratings_ratingsum ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ratings_ratingsum_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.registrations_eventmessage (
    id uuid NOT NULL,
    audience character varying(8) NOT NULL,
    subject character varying(120) NOT NULL,
    text character varying(3000) NOT NULL,
    state character varying(8) NOT NULL,
    receivers integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    by_id uuid,
    event_id uuid NOT NULL,
    CONSTRAINT event_message_state CHECK (((state)::text = ANY ((ARRAY['waiting'::character varying, 'sent'::character varying, 'refused'::character varying])::text[]))),
    CONSTRAINT registrations_eventmessage_receivers_check CHECK ((receivers >= 0))
);
CREATE TABLE public.registrations_registration (
    id uuid NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    address_hash character varying(64) NOT NULL,
    language character varying(16) NOT NULL,
    guests smallint NOT NULL,
    answers text NOT NULL,
    state character varying(10) NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    offer_ends_at timestamp with time zone,
    code character varying(16) NOT NULL,
    checked_in_at timestamp with time zone,
    merged_from uuid,
    merged_state character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    event_id uuid NOT NULL,
    user_id uuid,
    no_messages boolean NOT NULL,
    told_happening character varying(12) DEFAULT 'scheduled'::character varying NOT NULL,
    told_place_id uuid,
    told_start_at timestamp with time zone,
    CONSTRAINT registration_offer_ends CHECK ((((offer_ends_at IS NOT NULL) AND ((state)::text = 'offered'::text)) OR ((NOT ((state)::text = 'offered'::text)) AND (offer_ends_at IS NULL)))),
    CONSTRAINT registration_state CHECK (((state)::text = ANY ((ARRAY['registered'::character varying, 'waiting'::character varying, 'offered'::character varying, 'cancelled'::character varying, 'expired'::character varying, 'merged'::character varying])::text[]))),
    CONSTRAINT registrations_registration_guests_check CHECK ((guests >= 0))
);
CREATE TABLE public.registrations_registrationmail (
    id uuid NOT NULL,
    kind character varying(10) NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    sent_at timestamp with time zone,
    error character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    registration_id uuid NOT NULL,
    message_id uuid,
    CONSTRAINT registration_mail_kind CHECK (((kind)::text = ANY ((ARRAY['confirmed'::character varying, 'waiting'::character varying, 'offer'::character varying, 'expired'::character varying, 'cancelled'::character varying, 'again'::character varying, 'moved'::character varying, 'postponed'::character varying, 'called_off'::character varying, 'goes_on'::character varying, 'elsewhere'::character varying, 'withdrawn'::character varying, 'message'::character varying])::text[]))),
    CONSTRAINT registrations_registrationmail_attempts_check CHECK ((attempts >= 0))
);
CREATE TABLE public.registrations_registrationsetup (
    event_id uuid NOT NULL,
    is_open boolean NOT NULL,
    capacity integer,
    most_guests smallint NOT NULL,
    has_waitlist boolean NOT NULL,
    closes_at timestamp with time zone,
    questions jsonb NOT NULL,
    came_from uuid,
    updated_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone,
    CONSTRAINT registrations_registrationsetup_capacity_check CHECK ((capacity >= 0)),
    CONSTRAINT registrations_registrationsetup_most_guests_check CHECK ((most_guests >= 0))
);
CREATE TABLE public.saved_searches_conditions (
    id bigint NOT NULL,
    digest character varying(64) NOT NULL,
    wanted jsonb NOT NULL,
    keys_version integer NOT NULL
);
ALTER TABLE public.saved_searches_conditions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.saved_searches_conditions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.saved_searches_conditionskey (
    id bigint NOT NULL,
    key character varying(200) NOT NULL COLLATE pg_catalog."C",
    conditions_id bigint NOT NULL
);
ALTER TABLE public.saved_searches_conditionskey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.saved_searches_conditionskey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.saved_searches_hit (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone,
    event_id uuid NOT NULL,
    search_id uuid NOT NULL
);
ALTER TABLE public.saved_searches_hit ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.saved_searches_hit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.saved_searches_savedsearch (
    id uuid NOT NULL,
    name character varying(100) NOT NULL,
    query jsonb NOT NULL,
    alert boolean NOT NULL,
    after bigint NOT NULL,
    feed_hash character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    conditions_id bigint NOT NULL,
    user_id uuid NOT NULL,
    beyond integer NOT NULL,
    beyond_to bigint NOT NULL,
    CONSTRAINT saved_searches_savedsearch_beyond_check CHECK ((beyond >= 0))
);
CREATE TABLE public.socialaccount_socialaccount (
    id integer NOT NULL,
    provider character varying(200) NOT NULL,
    uid character varying(191) NOT NULL,
    last_login timestamp with time zone NOT NULL,
    date_joined timestamp with time zone NOT NULL,
    extra_data jsonb NOT NULL,
    user_id uuid NOT NULL
);
ALTER TABLE public.socialaccount_socialaccount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.socialaccount_socialaccount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.socialaccount_socialapp (
    id integer NOT NULL,
    provider character varying(30) NOT NULL,
    name character varying(40) NOT NULL,
    client_id character varying(191) NOT NULL,
    secret character varying(191) NOT NULL,
    key character varying(191) NOT NULL,
    provider_id character varying(200) NOT NULL,
    settings jsonb NOT NULL
);
ALTER TABLE public.socialaccount_socialapp ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.socialaccount_socialapp_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.socialaccount_socialtoken (
    id integer NOT NULL,
    token text NOT NULL,
    token_secret text NOT NULL,
    expires_at timestamp with time zone,
    account_id integer NOT NULL,
    app_id integer
);
ALTER TABLE public.socialaccount_socialtoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.socialaccount_socialtoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sources_alert (
    id uuid NOT NULL,
    key character varying(200) NOT NULL,
    title character varying(200) NOT NULL,
    detail character varying(1000) NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    told_at timestamp with time zone,
    resolution_told_at timestamp with time zone,
    source_id uuid,
    acknowledged_at timestamp with time zone,
    acknowledged_by character varying(60) NOT NULL,
    escalated_at timestamp with time zone,
    severity character varying(8) NOT NULL,
    rule_id character varying(60)
);
CREATE TABLE public.sources_alertrule (
    slug character varying(60) NOT NULL,
    title character varying(120) NOT NULL,
    measure character varying(80) NOT NULL,
    condition character varying(13) NOT NULL,
    threshold double precision NOT NULL,
    minutes smallint NOT NULL,
    severity character varying(8) NOT NULL,
    cooldown smallint NOT NULL,
    channels character varying(9)[] NOT NULL,
    escalate_after smallint NOT NULL,
    is_on boolean NOT NULL,
    silenced_until timestamp with time zone,
    remedy character varying(500) NOT NULL,
    CONSTRAINT alertrule_condition CHECK (((condition)::text = ANY ((ARRAY['above'::character varying, 'below'::character varying, 'average_above'::character varying, 'average_below'::character varying, 'raised'::character varying])::text[]))),
    CONSTRAINT alertrule_minutes CHECK (((minutes >= 1) AND (minutes <= 1440))),
    CONSTRAINT alertrule_severity CHECK (((severity)::text = ANY ((ARRAY['critical'::character varying, 'warning'::character varying, 'info'::character varying])::text[]))),
    CONSTRAINT sources_alertrule_cooldown_check CHECK ((cooldown >= 0)),
    CONSTRAINT sources_alertrule_escalate_after_check CHECK ((escalate_after >= 0)),
    CONSTRAINT sources_alertrule_minutes_check CHECK ((minutes >= 0))
);
CREATE TABLE public.sources_credential (
    id uuid NOT NULL,
    name character varying(120) NOT NULL,
    connector character varying(40) NOT NULL,
    kind character varying(8) NOT NULL,
    secret text NOT NULL,
    previous text NOT NULL,
    previous_until timestamp with time zone,
    issued_at timestamp with time zone,
    expires_at timestamp with time zone,
    rotation_days integer,
    checked_at timestamp with time zone,
    check_error character varying(500) NOT NULL,
    warned_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT credential_kind CHECK (((kind)::text = ANY ((ARRAY['key'::character varying, 'basic'::character varying, 'form'::character varying, 'oauth2'::character varying])::text[]))),
    CONSTRAINT sources_credential_rotation_days_check CHECK ((rotation_days >= 0))
);
CREATE TABLE public.sources_discovery (
    id uuid NOT NULL,
    plan jsonb NOT NULL,
    state character varying(11) NOT NULL,
    requested_by character varying(60) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    cancel_requested_at timestamp with time zone,
    request_id character varying(64) NOT NULL,
    city_id uuid,
    CONSTRAINT discovery_state CHECK (((state)::text = ANY ((ARRAY['running'::character varying, 'success'::character varying, 'partial'::character varying, 'failed'::character varying, 'quarantined'::character varying, 'refused'::character varying, 'cancelled'::character varying])::text[])))
);
CREATE TABLE public.sources_fetchrun (
    id uuid NOT NULL,
    state character varying(11) NOT NULL,
    requested_by character varying(60) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    seconds double precision,
    coverage character varying(8) NOT NULL,
    covered_until timestamp with time zone,
    events_found integer NOT NULL,
    events_processed integer NOT NULL,
    events_approved integer NOT NULL,
    new integer NOT NULL,
    changed integer NOT NULL,
    unchanged integer NOT NULL,
    moved integer NOT NULL,
    missing integer NOT NULL,
    merged integer NOT NULL,
    dropped jsonb NOT NULL,
    steps jsonb NOT NULL,
    http jsonb NOT NULL,
    error_code character varying(40) NOT NULL,
    error_detail text NOT NULL,
    request_id character varying(64) NOT NULL,
    source_id uuid NOT NULL,
    cancel_requested_at timestamp with time zone,
    heartbeat_at timestamp with time zone NOT NULL,
    params jsonb NOT NULL,
    progress jsonb NOT NULL,
    discovery_id uuid,
    quality jsonb NOT NULL,
    as_of timestamp with time zone,
    CONSTRAINT run_coverage CHECK (((coverage)::text = ANY ((ARRAY['complete'::character varying, 'windowed'::character varying, 'partial'::character varying])::text[]))),
    CONSTRAINT run_finished_is_dated CHECK ((((finished_at IS NULL) AND ((state)::text = 'running'::text)) OR ((NOT ((state)::text = 'running'::text)) AND (finished_at IS NOT NULL)))),
    CONSTRAINT run_state CHECK (((state)::text = ANY ((ARRAY['running'::character varying, 'success'::character varying, 'partial'::character varying, 'failed'::character varying, 'quarantined'::character varying, 'refused'::character varying, 'cancelled'::character varying])::text[]))),
    CONSTRAINT sources_fetchrun_changed_check CHECK ((changed >= 0)),
    CONSTRAINT sources_fetchrun_events_approved_check CHECK ((events_approved >= 0)),
    CONSTRAINT sources_fetchrun_events_found_check CHECK ((events_found >= 0)),
    CONSTRAINT sources_fetchrun_events_processed_check CHECK ((events_processed >= 0)),
    CONSTRAINT sources_fetchrun_merged_check CHECK ((merged >= 0)),
    CONSTRAINT sources_fetchrun_missing_check CHECK ((missing >= 0)),
    CONSTRAINT sources_fetchrun_moved_check CHECK ((moved >= 0)),
    CONSTRAINT sources_fetchrun_new_check CHECK ((new >= 0)),
    CONSTRAINT sources_fetchrun_unchanged_check CHECK ((unchanged >= 0))
);
CREATE TABLE public.sources_pause (
    id uuid NOT NULL,
    scope character varying(6) NOT NULL,
    key character varying(120) NOT NULL,
    reason character varying(300) NOT NULL,
    requested_by character varying(60) NOT NULL,
    since timestamp with time zone NOT NULL,
    CONSTRAINT pause_all_has_no_key CHECK (((((key)::text = ''::text) AND ((scope)::text = 'all'::text)) OR ((NOT ((scope)::text = 'all'::text)) AND (NOT ((key)::text = ''::text))))),
    CONSTRAINT pause_scope CHECK (((scope)::text = ANY ((ARRAY['all'::character varying, 'source'::character varying, 'city'::character varying, 'step'::character varying])::text[])))
);
CREATE TABLE public.sources_payload (
    id uuid NOT NULL,
    month date NOT NULL,
    source_id uuid NOT NULL,
    run_id uuid NOT NULL,
    url character varying(2000) NOT NULL,
    content_type character varying(200) NOT NULL,
    status smallint NOT NULL,
    sha256 character varying(64) NOT NULL,
    size integer NOT NULL,
    content bytea NOT NULL,
    fetched_at timestamp with time zone NOT NULL,
    CONSTRAINT sources_payload_size_check CHECK ((size >= 0)),
    CONSTRAINT sources_payload_status_check CHECK ((status >= 0))
)
PARTITION BY RANGE (month);
CREATE TABLE public.sources_payload_default (
    id uuid CONSTRAINT sources_payload_id_not_null NOT NULL,
    month date CONSTRAINT sources_payload_month_not_null NOT NULL,
    source_id uuid CONSTRAINT sources_payload_source_id_not_null NOT NULL,
    run_id uuid CONSTRAINT sources_payload_run_id_not_null NOT NULL,
    url character varying(2000) CONSTRAINT sources_payload_url_not_null NOT NULL,
    content_type character varying(200) CONSTRAINT sources_payload_content_type_not_null NOT NULL,
    status smallint CONSTRAINT sources_payload_status_not_null NOT NULL,
    sha256 character varying(64) CONSTRAINT sources_payload_sha256_not_null NOT NULL,
    size integer CONSTRAINT sources_payload_size_not_null NOT NULL,
    content bytea CONSTRAINT sources_payload_content_not_null NOT NULL,
    fetched_at timestamp with time zone CONSTRAINT sources_payload_fetched_at_not_null NOT NULL,
    CONSTRAINT sources_payload_size_check CHECK ((size >= 0)),
    CONSTRAINT sources_payload_status_check CHECK ((status >= 0))
);
CREATE TABLE public.sources_proseanswer (
    key character varying(64) NOT NULL,
    answer text NOT NULL,
    asked_at timestamp with time zone NOT NULL
);
CREATE TABLE public.sources_qualitygate (
    name character varying(20) NOT NULL,
    weight double precision NOT NULL,
    threshold double precision NOT NULL,
    enabled boolean NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT quality_gate_name CHECK (((name)::text = ANY ((ARRAY['completeness'::character varying, 'format'::character varying, 'business_logic'::character varying, 'geography'::character varying, 'content'::character varying, 'overall'::character varying])::text[]))),
    CONSTRAINT quality_gate_threshold CHECK (((threshold >= (0.0)::double precision) AND (threshold <= (1.0)::double precision))),
    CONSTRAINT quality_gate_weight CHECK ((weight >= (0.0)::double precision))
);
CREATE TABLE public.sources_setaside (
    id uuid NOT NULL,
    kind character varying(6) NOT NULL,
    external_id character varying(300) NOT NULL,
    recurrence_id character varying(40) NOT NULL,
    sha256 character varying(64) NOT NULL,
    title character varying(300) NOT NULL,
    reason character varying(100) NOT NULL,
    strikes smallint NOT NULL,
    code character varying(16) NOT NULL,
    payload_month date,
    payload_id uuid,
    set_aside_at timestamp with time zone NOT NULL,
    try_again_at timestamp with time zone,
    run_id uuid,
    source_id uuid NOT NULL,
    CONSTRAINT set_aside_kind CHECK (((kind)::text = ANY ((ARRAY['record'::character varying, 'answer'::character varying])::text[]))),
    CONSTRAINT sources_setaside_strikes_check CHECK ((strikes >= 0))
);
CREATE TABLE public.sources_sitepolicy (
    id uuid NOT NULL,
    kind character varying(6) NOT NULL,
    address character varying(500) NOT NULL,
    digest character varying(64) NOT NULL,
    text text NOT NULL,
    before text NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone,
    CONSTRAINT sitepolicy_kind CHECK (((kind)::text = ANY ((ARRAY['robots'::character varying, 'terms'::character varying])::text[])))
);
CREATE TABLE public.sources_source (
    id uuid NOT NULL,
    slug character varying(120) NOT NULL,
    name character varying(200) NOT NULL,
    type character varying(10) NOT NULL,
    connector character varying(40) NOT NULL,
    config jsonb NOT NULL,
    url character varying(2000) NOT NULL,
    timezone character varying(64) NOT NULL,
    language character varying(12) NOT NULL,
    default_category character varying(20) NOT NULL,
    trust character varying(8) NOT NULL,
    priority smallint NOT NULL,
    rate_limit integer NOT NULL,
    rate_window_seconds integer NOT NULL,
    max_bytes integer NOT NULL,
    obey_robots boolean NOT NULL,
    terms jsonb NOT NULL,
    is_active boolean NOT NULL,
    is_sample boolean NOT NULL,
    schedule_minutes integer NOT NULL,
    next_fetch_at timestamp with time zone NOT NULL,
    last_fetched_at timestamp with time zone,
    covered_at timestamp with time zone,
    claimed_until timestamp with time zone,
    checkpoint jsonb NOT NULL,
    validators jsonb NOT NULL,
    consecutive_failures integer NOT NULL,
    last_error character varying(500) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_id uuid,
    owner_id uuid,
    health character varying(11) NOT NULL,
    health_detail character varying(500) NOT NULL,
    health_since timestamp with time zone NOT NULL,
    obey_hints boolean NOT NULL,
    quicken boolean NOT NULL,
    schedule_at time without time zone,
    credential_id uuid,
    gates jsonb NOT NULL,
    untold jsonb,
    usual jsonb NOT NULL,
    organizer_id uuid,
    failing_chance double precision,
    CONSTRAINT source_health CHECK (((health)::text = ANY ((ARRAY['healthy'::character varying, 'degraded'::character varying, 'failing'::character varying, 'refused'::character varying, 'needs_key'::character varying, 'quarantined'::character varying, 'sleeping'::character varying])::text[]))),
    CONSTRAINT source_max_bytes CHECK (((max_bytes >= 1024) AND (max_bytes <= 33554432))),
    CONSTRAINT source_rate CHECK (((rate_limit >= 1) AND (rate_window_seconds >= 1))),
    CONSTRAINT source_schedule CHECK ((schedule_minutes >= 1)),
    CONSTRAINT source_timezone CHECK ((((timezone)::text = ''::text) OR (timezone((timezone)::text, '1970-01-01 00:00:00+00'::timestamp with time zone) IS NOT NULL))),
    CONSTRAINT source_trust CHECK (((trust)::text = ANY ((ARRAY['earned'::character varying, 'trusted'::character varying, 'normal'::character varying, 'doubtful'::character varying, 'blocked'::character varying])::text[]))),
    CONSTRAINT source_type CHECK (((type)::text = ANY ((ARRAY['api'::character varying, 'scraper'::character varying, 'rss'::character varying, 'ical'::character varying, 'webhook'::character varying, 'page'::character varying, 'submission'::character varying])::text[]))),
    CONSTRAINT sources_source_consecutive_failures_check CHECK ((consecutive_failures >= 0)),
    CONSTRAINT sources_source_max_bytes_check CHECK ((max_bytes >= 0)),
    CONSTRAINT sources_source_rate_limit_check CHECK ((rate_limit >= 0)),
    CONSTRAINT sources_source_rate_window_seconds_check CHECK ((rate_window_seconds >= 0)),
    CONSTRAINT sources_source_schedule_minutes_check CHECK ((schedule_minutes >= 0))
);
CREATE TABLE public.sources_stagedevent (
    id uuid NOT NULL,
    external_id character varying(300) NOT NULL,
    recurrence_id character varying(40) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    state character varying(10) NOT NULL,
    title character varying(300) NOT NULL,
    start_at timestamp with time zone,
    end_at timestamp with time zone,
    url character varying(2000) NOT NULL,
    venue_name character varying(200) NOT NULL,
    series_id character varying(300) NOT NULL,
    raw text NOT NULL,
    raw_hash character varying(64) NOT NULL,
    normalized jsonb NOT NULL,
    confidence double precision,
    extraction_metadata jsonb NOT NULL,
    drop_reason character varying(100) NOT NULL,
    notes character varying(300)[] NOT NULL,
    payload_month date,
    payload_id uuid,
    first_seen_at timestamp with time zone NOT NULL,
    processed_at timestamp with time zone,
    missing_since timestamp with time zone,
    duplicate_of_id uuid,
    event_id uuid,
    last_run_id uuid,
    source_id uuid NOT NULL,
    misses smallint NOT NULL,
    cleared_at timestamp with time zone,
    CONSTRAINT sources_stagedevent_misses_check CHECK ((misses >= 0)),
    CONSTRAINT staged_confidence CHECK (((confidence IS NULL) OR ((confidence >= (0.0)::double precision) AND (confidence <= (1.0)::double precision)))),
    CONSTRAINT staged_identity_not_empty CHECK ((NOT ((external_id)::text = ''::text))),
    CONSTRAINT staged_recorded_has_event CHECK (((NOT ((state)::text = ANY ((ARRAY['recorded'::character varying, 'duplicate'::character varying])::text[]))) OR (event_id IS NOT NULL) OR (processed_at IS NOT NULL))),
    CONSTRAINT staged_state CHECK (((state)::text = ANY ((ARRAY['pending'::character varying, 'processing'::character varying, 'recorded'::character varying, 'duplicate'::character varying, 'dropped'::character varying, 'failed'::character varying])::text[])))
);
CREATE TABLE public.texts_sitetext (
    id bigint NOT NULL,
    page character varying(10) NOT NULL,
    language character varying(5) NOT NULL,
    body text NOT NULL,
    is_public boolean NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
ALTER TABLE public.texts_sitetext ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.texts_sitetext_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.usersessions_usersession (
    id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ip inet NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    session_key character varying(40) NOT NULL,
    user_agent character varying(200) NOT NULL,
    data jsonb NOT NULL,
    user_id uuid NOT NULL
);
ALTER TABLE public.usersessions_usersession ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usersessions_usersession_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.webhooks_delivery (
    id uuid NOT NULL,
    number bigint NOT NULL,
    event_id uuid,
    state character varying(10) NOT NULL,
    attempts smallint NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    tried_at timestamp with time zone,
    delivered_at timestamp with time zone,
    status smallint,
    error character varying(200) NOT NULL,
    answer text NOT NULL,
    tries jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    endpoint_id uuid NOT NULL,
    message_id uuid NOT NULL,
    CONSTRAINT webhooks_delivery_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT webhooks_delivery_status_check CHECK ((status >= 0))
);
CREATE TABLE public.webhooks_endpoint (
    id uuid NOT NULL,
    address text NOT NULL,
    host character varying(260) NOT NULL,
    description character varying(200) NOT NULL,
    types character varying(40)[] NOT NULL,
    asked jsonb NOT NULL,
    conditions jsonb NOT NULL,
    secret text NOT NULL,
    former_secret text NOT NULL,
    former_until timestamp with time zone,
    enabled boolean NOT NULL,
    disabled_because character varying(10) NOT NULL,
    disabled_at timestamp with time zone,
    begins_after bigint NOT NULL,
    failures integer NOT NULL,
    failing_since timestamp with time zone,
    rests_until timestamp with time zone,
    is_slow boolean NOT NULL,
    claim uuid,
    claimed_until timestamp with time zone,
    served_at timestamp with time zone,
    last_success_at timestamp with time zone,
    dropped bigint NOT NULL,
    notice character varying(10) NOT NULL,
    notice_tries smallint NOT NULL,
    notice_lease timestamp with time zone,
    made_at timestamp with time zone NOT NULL,
    version integer NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT webhooks_endpoint_dropped_check CHECK ((dropped >= 0)),
    CONSTRAINT webhooks_endpoint_failures_check CHECK ((failures >= 0)),
    CONSTRAINT webhooks_endpoint_notice_tries_check CHECK ((notice_tries >= 0)),
    CONSTRAINT webhooks_endpoint_version_check CHECK ((version >= 0))
);
CREATE TABLE public.webhooks_message (
    id uuid NOT NULL,
    change_id uuid,
    number bigint NOT NULL,
    type character varying(40) NOT NULL,
    event_id uuid,
    body text NOT NULL,
    made_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY public.insights_interaction ATTACH PARTITION public.insights_interaction_default DEFAULT;
ALTER TABLE ONLY public.sources_payload ATTACH PARTITION public.sources_payload_default DEFAULT;
ALTER TABLE ONLY public.outbox_change ALTER COLUMN written SET DEFAULT nextval('public.outbox_change_written'::regclass);
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_addresschange
    ADD CONSTRAINT accounts_addresschange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_addresschange
    ADD CONSTRAINT accounts_addresschange_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_secret_hash_key UNIQUE (secret_hash);
ALTER TABLE ONLY public.accounts_dataexport
    ADD CONSTRAINT accounts_dataexport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_dataexport
    ADD CONSTRAINT accounts_dataexport_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.accounts_erasure
    ADD CONSTRAINT accounts_erasure_person_id_key UNIQUE (person_id);
ALTER TABLE ONLY public.accounts_erasure
    ADD CONSTRAINT accounts_erasure_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_guesscount
    ADD CONSTRAINT accounts_guesscount_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.accounts_idempotentanswer
    ADD CONSTRAINT accounts_idempotentanswer_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.accounts_limitcount
    ADD CONSTRAINT accounts_limitcount_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_staffnetwork
    ADD CONSTRAINT accounts_staffnetwork_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_tokenfamily
    ADD CONSTRAINT accounts_tokenfamily_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_email_key UNIQUE (email);
ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_user_id_group_id_59c0b32f_uniq UNIQUE (user_id, group_id);
ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_permi_user_id_permission_id_2ab516c2_uniq UNIQUE (user_id, permission_id);
ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_askedquery
    ADD CONSTRAINT asked_once_a_day UNIQUE NULLS NOT DISTINCT (text, city_id, day);
ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT audit_entry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_link
    ADD CONSTRAINT audit_link_entry_id_key UNIQUE (entry_id);
ALTER TABLE ONLY public.audit_link
    ADD CONSTRAINT audit_link_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.audit_note
    ADD CONSTRAINT audit_note_pkey PRIMARY KEY (entry_id);
ALTER TABLE ONLY public.audit_pseudonym
    ADD CONSTRAINT audit_pseudonym_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_pseudonym
    ADD CONSTRAINT audit_pseudonym_subject_key UNIQUE (subject);
ALTER TABLE ONLY public.audit_unchained
    ADD CONSTRAINT audit_unchained_pkey PRIMARY KEY (entry_id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.moderation_bulkitem
    ADD CONSTRAINT bulk_item_once UNIQUE (bulk_id, review_id);
ALTER TABLE ONLY public.places_citymoderator
    ADD CONSTRAINT city_moderator_once UNIQUE (user_id, city_id);
ALTER TABLE ONLY public.insights_cohortweek
    ADD CONSTRAINT cohort_week_once UNIQUE (kind, cohort, week);
ALTER TABLE ONLY public.saved_searches_conditionskey
    ADD CONSTRAINT conditions_key_once UNIQUE (key, conditions_id);
ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT delivery_once UNIQUE (endpoint_id, message_id);
ALTER TABLE ONLY public.digests_delivery
    ADD CONSTRAINT delivery_unique UNIQUE (subscription_id, kind, period);
ALTER TABLE ONLY public.digests_consent
    ADD CONSTRAINT digests_consent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.digests_delivery
    ADD CONSTRAINT digests_delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.digests_subscription
    ADD CONSTRAINT digests_subscription_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.digests_subscription
    ADD CONSTRAINT digests_subscription_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_celery_beat_clockedschedule
    ADD CONSTRAINT django_celery_beat_clockedschedule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_celery_beat_crontabschedule
    ADD CONSTRAINT django_celery_beat_crontabschedule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_celery_beat_intervalschedule
    ADD CONSTRAINT django_celery_beat_intervalschedule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_celery_beat_periodictask
    ADD CONSTRAINT django_celery_beat_periodictask_name_key UNIQUE (name);
ALTER TABLE ONLY public.django_celery_beat_periodictask
    ADD CONSTRAINT django_celery_beat_periodictask_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_celery_beat_periodictasks
    ADD CONSTRAINT django_celery_beat_periodictasks_pkey PRIMARY KEY (ident);
ALTER TABLE ONLY public.django_celery_beat_solarschedule
    ADD CONSTRAINT django_celery_beat_solar_event_latitude_longitude_ba64999a_uniq UNIQUE (event, latitude, longitude);
ALTER TABLE ONLY public.django_celery_beat_solarschedule
    ADD CONSTRAINT django_celery_beat_solarschedule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);
ALTER TABLE ONLY public.events_duplicatematch
    ADD CONSTRAINT duplicate_match_unique UNIQUE (first_id, second_id);
ALTER TABLE ONLY public.egress_quotause
    ADD CONSTRAINT egress_quotause_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.egress_refusedhost
    ADD CONSTRAINT egress_refusedhost_pkey PRIMARY KEY (host);
ALTER TABLE ONLY public.events_eventday
    ADD CONSTRAINT event_day_once UNIQUE (event_id, day);
ALTER TABLE ONLY public.events_eventdaysource
    ADD CONSTRAINT event_day_source_once UNIQUE (event_id, day, source);
ALTER TABLE ONLY public.events_eventimage
    ADD CONSTRAINT event_image_unique UNIQUE (event_id, source_url);
ALTER TABLE ONLY public.insights_eventpair
    ADD CONSTRAINT event_pair_once UNIQUE (event_id, other_id);
ALTER TABLE ONLY public.events_askedquery
    ADD CONSTRAINT events_askedquery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_category
    ADD CONSTRAINT events_category_pkey PRIMARY KEY (slug);
ALTER TABLE ONLY public.events_duplicatematch
    ADD CONSTRAINT events_duplicatematch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_eventcounters
    ADD CONSTRAINT events_eventcounters_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.events_eventday
    ADD CONSTRAINT events_eventday_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_eventdaysource
    ADD CONSTRAINT events_eventdaysource_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_eventformerscore
    ADD CONSTRAINT events_eventformerscore_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_eventimage
    ADD CONSTRAINT events_eventimage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_eventsearch
    ADD CONSTRAINT events_eventsearch_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.events_eventtrend
    ADD CONSTRAINT events_eventtrend_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.events_eventvector
    ADD CONSTRAINT events_eventvector_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.events_eventvocabulary
    ADD CONSTRAINT events_eventvocabulary_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.events_hiddenperformer
    ADD CONSTRAINT events_hiddenperformer_pkey PRIMARY KEY (part);
ALTER TABLE ONLY public.events_listing
    ADD CONSTRAINT events_listing_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_organizer
    ADD CONSTRAINT events_organizer_folded_name_key UNIQUE (folded_name);
ALTER TABLE ONLY public.events_organizer
    ADD CONSTRAINT events_organizer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_organizermember
    ADD CONSTRAINT events_organizermember_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_organizermerge
    ADD CONSTRAINT events_organizermerge_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_origin
    ADD CONSTRAINT events_origin_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.events_origin
    ADD CONSTRAINT events_origin_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.events_proposal
    ADD CONSTRAINT events_proposal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_refusedpicture
    ADD CONSTRAINT events_refusedpicture_pkey PRIMARY KEY (content_hash);
ALTER TABLE ONLY public.events_searchname
    ADD CONSTRAINT events_searchname_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_searchspelling
    ADD CONSTRAINT events_searchspelling_pkey PRIMARY KEY (word_id);
ALTER TABLE ONLY public.events_searchword
    ADD CONSTRAINT events_searchword_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_searchword
    ADD CONSTRAINT events_searchword_word_key UNIQUE (word);
ALTER TABLE ONLY public.events_series
    ADD CONSTRAINT events_series_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_teaminvitation
    ADD CONSTRAINT events_teaminvitation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_verificationchange
    ADD CONSTRAINT events_verificationchange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insights_expectationaccuracy
    ADD CONSTRAINT expectation_accuracy_once UNIQUE (day, target, reach);
ALTER TABLE ONLY public.insights_expectation
    ADD CONSTRAINT expectation_once UNIQUE (event_id, day);
ALTER TABLE ONLY public.personal_favourite
    ADD CONSTRAINT favourite_once UNIQUE (user_id, event_id);
ALTER TABLE ONLY public.insights_figure
    ADD CONSTRAINT figure_once UNIQUE NULLS NOT DISTINCT (grain, dimension, at, city_id, key);
ALTER TABLE ONLY public.flags_flagswitch
    ADD CONSTRAINT flags_flagswitch_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.personal_follow
    ADD CONSTRAINT follow_once UNIQUE NULLS NOT DISTINCT (user_id, place_id, organizer_id, area_id, performer);
ALTER TABLE ONLY public.events_eventformerscore
    ADD CONSTRAINT former_score_once UNIQUE (event_id, number);
ALTER TABLE ONLY public.galleries_photo
    ADD CONSTRAINT galleries_photo_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.galleries_takendown
    ADD CONSTRAINT galleries_takendown_pkey PRIMARY KEY (pixel_hash);
ALTER TABLE ONLY public.places_geocode
    ADD CONSTRAINT geocode_unique UNIQUE (provider, key);
ALTER TABLE ONLY public.insights_hidden
    ADD CONSTRAINT hidden_once UNIQUE NULLS NOT DISTINCT (user_id, participant_id, event_id, place_id, organizer_id);
ALTER TABLE ONLY public.saved_searches_hit
    ADD CONSTRAINT hit_once UNIQUE (search_id, event_id);
ALTER TABLE ONLY public.insights_anomaly
    ADD CONSTRAINT insights_anomaly_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insights_cohortweek
    ADD CONSTRAINT insights_cohortweek_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insights_eventfactors
    ADD CONSTRAINT insights_eventfactors_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.insights_eventpair
    ADD CONSTRAINT insights_eventpair_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insights_expectation
    ADD CONSTRAINT insights_expectation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insights_expectationaccuracy
    ADD CONSTRAINT insights_expectationaccuracy_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insights_figure
    ADD CONSTRAINT insights_figure_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insights_hidden
    ADD CONSTRAINT insights_hidden_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insights_intake
    ADD CONSTRAINT insights_intake_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insights_interaction
    ADD CONSTRAINT interaction_once UNIQUE NULLS NOT DISTINCT (participant_id, interaction, event_id, followed, day);
ALTER TABLE ONLY public.insights_interaction_default
    ADD CONSTRAINT insights_interaction_default_participant_id_interaction_eve_key UNIQUE NULLS NOT DISTINCT (participant_id, interaction, event_id, followed, day);
ALTER TABLE ONLY public.insights_interaction
    ADD CONSTRAINT insights_interaction_pkey PRIMARY KEY (day, id);
ALTER TABLE ONLY public.insights_interaction_default
    ADD CONSTRAINT insights_interaction_default_pkey PRIMARY KEY (day, id);
ALTER TABLE ONLY public.insights_interactionsum
    ADD CONSTRAINT insights_interactionsum_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insights_learntmodel
    ADD CONSTRAINT insights_learntmodel_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insights_look
    ADD CONSTRAINT insights_look_pkey PRIMARY KEY (of);
ALTER TABLE ONLY public.insights_participant
    ADD CONSTRAINT insights_participant_device_hash_key UNIQUE (device_hash);
ALTER TABLE ONLY public.insights_participant
    ADD CONSTRAINT insights_participant_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insights_participant
    ADD CONSTRAINT insights_participant_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.insights_pendingact
    ADD CONSTRAINT insights_pendingact_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insights_intake
    ADD CONSTRAINT intake_once UNIQUE NULLS NOT DISTINCT (day, part, city_id, key);
ALTER TABLE ONLY public.insights_interactionsum
    ADD CONSTRAINT interaction_sum_once UNIQUE NULLS NOT DISTINCT (day, city_id, category, interaction, surface);
ALTER TABLE ONLY public.accounts_limitcount
    ADD CONSTRAINT limit_count_once UNIQUE (policy, caller, ends_at);
ALTER TABLE ONLY public.events_listing
    ADD CONSTRAINT listing_unique UNIQUE (origin_id, external_id, recurrence_id);
ALTER TABLE ONLY public.mail_campaign
    ADD CONSTRAINT mail_campaign_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.mail_dispatch
    ADD CONSTRAINT mail_dispatch_key_key UNIQUE (key);
ALTER TABLE ONLY public.mail_dispatch
    ADD CONSTRAINT mail_dispatch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mail_providernews
    ADD CONSTRAINT mail_providernews_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mail_softbounce
    ADD CONSTRAINT mail_softbounce_pkey PRIMARY KEY (address_hash);
ALTER TABLE ONLY public.mail_suppression
    ADD CONSTRAINT mail_suppression_pkey PRIMARY KEY (address_hash);
ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.moderation_bulkdecision
    ADD CONSTRAINT moderation_bulkdecision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.moderation_bulkitem
    ADD CONSTRAINT moderation_bulkitem_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.moderation_conversation
    ADD CONSTRAINT moderation_conversation_pkey PRIMARY KEY (run_id);
ALTER TABLE ONLY public.moderation_decision
    ADD CONSTRAINT moderation_decision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.moderation_decision
    ADD CONSTRAINT moderation_decision_undoes_id_key UNIQUE (undoes_id);
ALTER TABLE ONLY public.moderation_labelreport
    ADD CONSTRAINT moderation_labelreport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.moderation_message
    ADD CONSTRAINT moderation_message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.moderation_optout
    ADD CONSTRAINT moderation_optout_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.moderation_reading
    ADD CONSTRAINT moderation_reading_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.moderation_report
    ADD CONSTRAINT moderation_report_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.moderation_review
    ADD CONSTRAINT moderation_review_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.moderation_rulesetting
    ADD CONSTRAINT moderation_rulesetting_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.moderation_savedfilter
    ADD CONSTRAINT moderation_savedfilter_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.moderation_submittedevent
    ADD CONSTRAINT moderation_submittedevent_pkey PRIMARY KEY (run_id);
ALTER TABLE ONLY public.moderation_teamclaim
    ADD CONSTRAINT moderation_teamclaim_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.moderation_trustsubject
    ADD CONSTRAINT moderation_trustsubject_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.moderation_trustverdict
    ADD CONSTRAINT moderation_trustverdict_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notices_noticechoice
    ADD CONSTRAINT notice_choice_once UNIQUE NULLS NOT DISTINCT (user_id, address_hash, kind, channel);
ALTER TABLE ONLY public.notices_noticedelivery
    ADD CONSTRAINT notice_delivery_once UNIQUE NULLS NOT DISTINCT (notice_id, channel, device_id);
ALTER TABLE ONLY public.notices_notice
    ADD CONSTRAINT notice_once UNIQUE NULLS NOT DISTINCT (user_id, address_hash, kind, subject, period);
ALTER TABLE ONLY public.notices_notice
    ADD CONSTRAINT notices_notice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notices_noticechoice
    ADD CONSTRAINT notices_noticechoice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notices_noticedelivery
    ADD CONSTRAINT notices_noticedelivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notices_pushdevice
    ADD CONSTRAINT notices_pushdevice_endpoint_hash_key UNIQUE (endpoint_hash);
ALTER TABLE ONLY public.notices_pushdevice
    ADD CONSTRAINT notices_pushdevice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_componentstate
    ADD CONSTRAINT operations_componentstate_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.operations_heartbeat
    ADD CONSTRAINT operations_heartbeat_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_metricminute
    ADD CONSTRAINT operations_metricminute_pkey PRIMARY KEY (at);
ALTER TABLE ONLY public.operations_outage
    ADD CONSTRAINT operations_outage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_sourceforecast
    ADD CONSTRAINT operations_sourceforecast_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_sourceforecastaccuracy
    ADD CONSTRAINT operations_sourceforecastaccuracy_pkey PRIMARY KEY (day);
ALTER TABLE ONLY public.events_organizermember
    ADD CONSTRAINT organizer_member_once UNIQUE (organizer_id, user_id);
ALTER TABLE ONLY public.organizers_writtenevent
    ADD CONSTRAINT organizers_writtenevent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.organizers_writtenevent
    ADD CONSTRAINT organizers_writtenevent_run_id_key UNIQUE (run_id);
ALTER TABLE ONLY public.outbox_change
    ADD CONSTRAINT outbox_change_number_key UNIQUE (number);
ALTER TABLE ONLY public.outbox_change
    ADD CONSTRAINT outbox_change_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.outbox_cursor
    ADD CONSTRAINT outbox_cursor_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.outbox_epoch
    ADD CONSTRAINT outbox_epoch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_pause
    ADD CONSTRAINT pause_unique UNIQUE (scope, key);
ALTER TABLE ONLY public.personal_calendarkey
    ADD CONSTRAINT personal_calendarkey_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.personal_calendarkey
    ADD CONSTRAINT personal_calendarkey_secret_hash_key UNIQUE (secret_hash);
ALTER TABLE ONLY public.personal_favourite
    ADD CONSTRAINT personal_favourite_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.personal_follow
    ADD CONSTRAINT personal_follow_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.personal_preferences
    ADD CONSTRAINT personal_preferences_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.places_placealias
    ADD CONSTRAINT place_alias_unique UNIQUE NULLS NOT DISTINCT (city_id, folded);
ALTER TABLE ONLY public.places_placematch
    ADD CONSTRAINT place_match_unique UNIQUE (first_id, second_id);
ALTER TABLE ONLY public.places_placemember
    ADD CONSTRAINT place_member_once UNIQUE (place_id, user_id);
ALTER TABLE ONLY public.places_placestatus
    ADD CONSTRAINT place_status_answer_unique UNIQUE (place_id, source, answer);
ALTER TABLE ONLY public.places_area
    ADD CONSTRAINT places_area_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.places_area
    ADD CONSTRAINT places_area_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.places_city
    ADD CONSTRAINT places_city_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.places_city
    ADD CONSTRAINT places_city_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.places_citymoderator
    ADD CONSTRAINT places_citymoderator_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.places_geocode
    ADD CONSTRAINT places_geocode_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.places_place_owners
    ADD CONSTRAINT places_place_owners_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.places_place_owners
    ADD CONSTRAINT places_place_owners_place_id_user_id_bde52910_uniq UNIQUE (place_id, user_id);
ALTER TABLE ONLY public.places_place
    ADD CONSTRAINT places_place_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.places_placealias
    ADD CONSTRAINT places_placealias_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.places_placematch
    ADD CONSTRAINT places_placematch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.places_placemember
    ADD CONSTRAINT places_placemember_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.places_placereport
    ADD CONSTRAINT places_placereport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.places_placestatus
    ADD CONSTRAINT places_placestatus_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.places_weather
    ADD CONSTRAINT places_weather_city_id_key UNIQUE (city_id);
ALTER TABLE ONLY public.places_weather
    ADD CONSTRAINT places_weather_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.egress_quotause
    ADD CONSTRAINT quota_once_a_window UNIQUE (key, seconds, window_start);
ALTER TABLE ONLY public.ratings_answer
    ADD CONSTRAINT ratings_answer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ratings_answer
    ADD CONSTRAINT ratings_answer_rating_id_key UNIQUE (rating_id);
ALTER TABLE ONLY public.ratings_lot
    ADD CONSTRAINT ratings_lot_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ratings_rating
    ADD CONSTRAINT ratings_rating_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ratings_ratingsum
    ADD CONSTRAINT ratings_ratingsum_event_id_key UNIQUE (event_id);
ALTER TABLE ONLY public.ratings_ratingsum
    ADD CONSTRAINT ratings_ratingsum_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ratings_ratingsum
    ADD CONSTRAINT ratings_ratingsum_place_id_key UNIQUE (place_id);
ALTER TABLE ONLY public.moderation_reading
    ADD CONSTRAINT reading_once UNIQUE NULLS NOT DISTINCT (event_id, sample, origin_id);
ALTER TABLE ONLY public.registrations_eventmessage
    ADD CONSTRAINT registrations_eventmessage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.registrations_registration
    ADD CONSTRAINT registrations_registration_code_key UNIQUE (code);
ALTER TABLE ONLY public.registrations_registration
    ADD CONSTRAINT registrations_registration_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.registrations_registrationmail
    ADD CONSTRAINT registrations_registrationmail_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.registrations_registrationsetup
    ADD CONSTRAINT registrations_registrationsetup_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.moderation_savedfilter
    ADD CONSTRAINT saved_filter_name UNIQUE (by_id, name);
ALTER TABLE ONLY public.saved_searches_conditions
    ADD CONSTRAINT saved_searches_conditions_digest_key UNIQUE (digest);
ALTER TABLE ONLY public.saved_searches_conditions
    ADD CONSTRAINT saved_searches_conditions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.saved_searches_conditionskey
    ADD CONSTRAINT saved_searches_conditionskey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.saved_searches_hit
    ADD CONSTRAINT saved_searches_hit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.saved_searches_savedsearch
    ADD CONSTRAINT saved_searches_savedsearch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events_searchname
    ADD CONSTRAINT search_name_once UNIQUE NULLS NOT DISTINCT (folded, kind, target, city_id);
ALTER TABLE ONLY public.events_series
    ADD CONSTRAINT series_unique UNIQUE (origin_id, external_id);
ALTER TABLE ONLY public.sources_setaside
    ADD CONSTRAINT set_aside_once UNIQUE (source_id, kind, external_id, recurrence_id, sha256);
ALTER TABLE ONLY public.texts_sitetext
    ADD CONSTRAINT site_text_unique UNIQUE (page, language);
ALTER TABLE ONLY public.sources_sitepolicy
    ADD CONSTRAINT sitepolicy_unique UNIQUE (kind, address);
ALTER TABLE ONLY public.socialaccount_socialaccount
    ADD CONSTRAINT socialaccount_socialaccount_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.socialaccount_socialaccount
    ADD CONSTRAINT socialaccount_socialaccount_provider_uid_fc810c6e_uniq UNIQUE (provider, uid);
ALTER TABLE ONLY public.socialaccount_socialapp
    ADD CONSTRAINT socialaccount_socialapp_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_socialtoken_app_id_account_id_fca4e0ac_uniq UNIQUE (app_id, account_id);
ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_socialtoken_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.operations_sourceforecast
    ADD CONSTRAINT source_forecast_once UNIQUE (source_id, day);
ALTER TABLE ONLY public.sources_alert
    ADD CONSTRAINT sources_alert_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_alertrule
    ADD CONSTRAINT sources_alertrule_pkey PRIMARY KEY (slug);
ALTER TABLE ONLY public.sources_credential
    ADD CONSTRAINT sources_credential_name_key UNIQUE (name);
ALTER TABLE ONLY public.sources_credential
    ADD CONSTRAINT sources_credential_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_discovery
    ADD CONSTRAINT sources_discovery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_fetchrun
    ADD CONSTRAINT sources_fetchrun_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_pause
    ADD CONSTRAINT sources_pause_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_payload
    ADD CONSTRAINT sources_payload_pkey PRIMARY KEY (month, id);
ALTER TABLE ONLY public.sources_payload_default
    ADD CONSTRAINT sources_payload_default_pkey PRIMARY KEY (month, id);
ALTER TABLE ONLY public.sources_proseanswer
    ADD CONSTRAINT sources_proseanswer_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.sources_qualitygate
    ADD CONSTRAINT sources_qualitygate_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.sources_setaside
    ADD CONSTRAINT sources_setaside_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_sitepolicy
    ADD CONSTRAINT sources_sitepolicy_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_source
    ADD CONSTRAINT sources_source_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources_source
    ADD CONSTRAINT sources_source_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.sources_stagedevent
    ADD CONSTRAINT sources_stagedevent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_staffnetwork
    ADD CONSTRAINT staff_network_once UNIQUE (user_id, network);
ALTER TABLE ONLY public.sources_stagedevent
    ADD CONSTRAINT staged_identity UNIQUE (source_id, external_id, recurrence_id);
ALTER TABLE ONLY public.digests_subscription
    ADD CONSTRAINT subscription_unique UNIQUE NULLS NOT DISTINCT (address_hash, kind, city_id, area_id, category_id, place_id, organizer_id, search_id, performer);
ALTER TABLE ONLY public.events_teaminvitation
    ADD CONSTRAINT team_invitation_once UNIQUE NULLS NOT DISTINCT (organizer_id, place_id, address_hash);
ALTER TABLE ONLY public.texts_sitetext
    ADD CONSTRAINT texts_sitetext_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.moderation_trustsubject
    ADD CONSTRAINT trust_subject_unique UNIQUE (kind, key);
ALTER TABLE ONLY public.moderation_trustverdict
    ADD CONSTRAINT trust_verdict_once UNIQUE (subject_id, cause, cause_id);
ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_session_key_key UNIQUE (session_key);
ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT webhooks_delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.webhooks_endpoint
    ADD CONSTRAINT webhooks_endpoint_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.webhooks_message
    ADD CONSTRAINT webhooks_message_change_id_key UNIQUE (change_id);
ALTER TABLE ONLY public.webhooks_message
    ADD CONSTRAINT webhooks_message_pkey PRIMARY KEY (id);
CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);
CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);
CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);
CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);
CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);
CREATE INDEX accounts_apikey_expires_at_833bc903 ON public.accounts_apikey USING btree (expires_at);
CREATE INDEX accounts_apikey_secret_hash_a5114c09_like ON public.accounts_apikey USING btree (secret_hash varchar_pattern_ops);
CREATE INDEX accounts_apikey_user_id_bd902026 ON public.accounts_apikey USING btree (user_id);
CREATE INDEX accounts_guesscount_key_5631e941_like ON public.accounts_guesscount USING btree (key varchar_pattern_ops);
CREATE INDEX accounts_guesscount_last_at_5d6f987a ON public.accounts_guesscount USING btree (last_at);
CREATE INDEX accounts_idempotentanswer_key_06f1b3ee_like ON public.accounts_idempotentanswer USING btree (key varchar_pattern_ops);
CREATE INDEX accounts_idempotentanswer_user_id_25f71795 ON public.accounts_idempotentanswer USING btree (user_id);
CREATE INDEX accounts_limitcount_ends_at_3defac50 ON public.accounts_limitcount USING btree (ends_at);
CREATE INDEX accounts_staffnetwork_user_id_c409b72e ON public.accounts_staffnetwork USING btree (user_id);
CREATE INDEX accounts_tokenfamily_expires_at_e44a1cce ON public.accounts_tokenfamily USING btree (expires_at);
CREATE INDEX accounts_tokenfamily_user_id_be700e5e ON public.accounts_tokenfamily USING btree (user_id);
CREATE INDEX accounts_user_email_b2644a56_like ON public.accounts_user USING btree (email varchar_pattern_ops);
CREATE INDEX accounts_user_groups_group_id_bd11a704 ON public.accounts_user_groups USING btree (group_id);
CREATE INDEX accounts_user_groups_user_id_52b62117 ON public.accounts_user_groups USING btree (user_id);
CREATE INDEX accounts_user_user_permissions_permission_id_113bb443 ON public.accounts_user_user_permissions USING btree (permission_id);
CREATE INDEX accounts_user_user_permissions_user_id_e4f0a161 ON public.accounts_user_user_permissions USING btree (user_id);
CREATE UNIQUE INDEX alert_open_once ON public.sources_alert USING btree (key) WHERE (resolved_at IS NULL);
CREATE INDEX anomaly_latest ON public.insights_anomaly USING btree (began_at DESC, id DESC);
CREATE UNIQUE INDEX anomaly_open_once ON public.insights_anomaly USING btree (kind, key) WHERE (ended_at IS NULL);
CREATE INDEX asked_day ON public.events_askedquery USING btree (day);
CREATE INDEX audit_pseudonym_subject_646eaaf2_like ON public.audit_pseudonym USING btree (subject varchar_pattern_ops);
CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);
CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);
CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);
CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);
CREATE INDEX bulk_item_state ON public.moderation_bulkitem USING btree (bulk_id, state, id);
CREATE INDEX bulk_of_person ON public.moderation_bulkdecision USING btree (by_id, created_at DESC);
CREATE INDEX bulk_unfinished ON public.moderation_bulkdecision USING btree (created_at) WHERE ((state)::text = ANY ((ARRAY['running'::character varying, 'undoing'::character varying])::text[]));
CREATE INDEX campaign_stopped ON public.mail_campaign USING btree (name) WHERE (stopped_at IS NOT NULL);
CREATE INDEX change_at ON public.outbox_change USING btree (at);
CREATE INDEX change_not_public ON public.outbox_change USING btree (number DESC) WHERE (NOT ((audience)::text = 'public'::text));
CREATE INDEX change_object_transaction ON public.outbox_change USING btree (object_id, transaction);
CREATE INDEX change_request ON public.outbox_change USING btree (request_id) WHERE (NOT ((request_id)::text = ''::text));
CREATE INDEX change_topics ON public.outbox_change USING gin (topics);
CREATE INDEX change_type ON public.outbox_change USING btree (type, number DESC);
CREATE INDEX change_unnumbered ON public.outbox_change USING btree (id) WHERE (number IS NULL);
CREATE INDEX conditions_key_of ON public.saved_searches_conditionskey USING btree (conditions_id);
CREATE INDEX conditions_keys_version ON public.saved_searches_conditions USING btree (keys_version);
CREATE INDEX conversation_address ON public.moderation_conversation USING btree (address_hash) WHERE (NOT ((address_hash)::text = ''::text));
CREATE INDEX conversation_to_forget ON public.moderation_conversation USING btree (created_at);
CREATE INDEX decision_at ON public.moderation_decision USING btree (at);
CREATE INDEX decision_events ON public.moderation_decision USING gin (events);
CREATE INDEX delivery_log ON public.webhooks_delivery USING btree (endpoint_id, id DESC);
CREATE INDEX delivery_message ON public.webhooks_delivery USING btree (message_id);
CREATE INDEX delivery_retried ON public.digests_delivery USING btree (retry_at) WHERE ((retry_at IS NOT NULL) AND ((state)::text = 'failed'::text));
CREATE INDEX delivery_tried ON public.webhooks_delivery USING btree (tried_at);
CREATE INDEX delivery_unsent ON public.digests_delivery USING btree (created_at) WHERE ((state)::text = ANY ((ARRAY['recorded'::character varying, 'sending'::character varying, 'failed'::character varying, 'unknown'::character varying])::text[]));
CREATE INDEX delivery_waiting ON public.webhooks_delivery USING btree (endpoint_id, number, id) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX delivery_waiting_event ON public.webhooks_delivery USING btree (endpoint_id, event_id, number) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX digests_consent_subscription_id_7ae1fdb7 ON public.digests_consent USING btree (subscription_id);
CREATE INDEX digests_delivery_subscription_id_4c07bbf3 ON public.digests_delivery USING btree (subscription_id);
CREATE INDEX digests_subscription_area_id_b1964a57 ON public.digests_subscription USING btree (area_id);
CREATE INDEX digests_subscription_category_id_e8daf9ec ON public.digests_subscription USING btree (category_id);
CREATE INDEX digests_subscription_category_id_e8daf9ec_like ON public.digests_subscription USING btree (category_id varchar_pattern_ops);
CREATE INDEX digests_subscription_city_id_91b5f0a5 ON public.digests_subscription USING btree (city_id);
CREATE INDEX digests_subscription_organizer_id_b5dffa33 ON public.digests_subscription USING btree (organizer_id);
CREATE INDEX digests_subscription_place_id_4892b9f8 ON public.digests_subscription USING btree (place_id);
CREATE INDEX digests_subscription_search_id_a36f8ed2 ON public.digests_subscription USING btree (search_id);
CREATE INDEX digests_subscription_token_hash_f9c362b3_like ON public.digests_subscription USING btree (token_hash varchar_pattern_ops);
CREATE INDEX digests_subscription_user_id_3911ce46 ON public.digests_subscription USING btree (user_id);
CREATE UNIQUE INDEX discovery_one_scan_at_a_time ON public.sources_discovery USING btree (city_id) WHERE ((city_id IS NOT NULL) AND ((state)::text = 'running'::text));
CREATE INDEX discovery_scans ON public.sources_discovery USING btree (city_id, started_at DESC) WHERE (city_id IS NOT NULL);
CREATE INDEX dispatch_latest ON public.mail_dispatch USING btree (handed_at DESC);
CREATE INDEX dispatch_of_address ON public.mail_dispatch USING btree (address_hash, handed_at DESC);
CREATE INDEX dispatch_of_campaign ON public.mail_dispatch USING btree (campaign, state) WHERE (NOT ((campaign)::text = ''::text));
CREATE INDEX dispatch_of_provider ON public.mail_dispatch USING btree (provider, provider_id) WHERE (NOT ((provider_id)::text = ''::text));
CREATE INDEX dispatch_open ON public.mail_dispatch USING btree (handed_at) WHERE ((state)::text = ANY ((ARRAY['handing'::character varying, 'unknown'::character varying, 'dead'::character varying])::text[]));
CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);
CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);
CREATE INDEX django_celery_beat_periodictask_clocked_id_47a69f82 ON public.django_celery_beat_periodictask USING btree (clocked_id);
CREATE INDEX django_celery_beat_periodictask_crontab_id_d3cba168 ON public.django_celery_beat_periodictask USING btree (crontab_id);
CREATE INDEX django_celery_beat_periodictask_interval_id_a8ca27da ON public.django_celery_beat_periodictask USING btree (interval_id);
CREATE INDEX django_celery_beat_periodictask_name_265a36b7_like ON public.django_celery_beat_periodictask USING btree (name varchar_pattern_ops);
CREATE INDEX django_celery_beat_periodictask_solar_id_a87ce72c ON public.django_celery_beat_periodictask USING btree (solar_id);
CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);
CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);
CREATE INDEX egress_refusedhost_host_9e4d894d_like ON public.egress_refusedhost USING btree (host varchar_pattern_ops);
CREATE INDEX endpoint_notice ON public.webhooks_endpoint USING btree (notice_lease) WHERE (NOT ((notice)::text = ''::text));
CREATE INDEX endpoint_user ON public.webhooks_endpoint USING btree (user_id);
CREATE INDEX entry_action ON public.audit_entry USING btree (action, at DESC);
CREATE INDEX entry_actor ON public.audit_entry USING btree (actor, at DESC);
CREATE INDEX entry_newest ON public.audit_entry USING btree (at DESC, id DESC);
CREATE INDEX entry_request ON public.audit_entry USING btree (request_id) WHERE (NOT ((request_id)::text = ''::text));
CREATE INDEX entry_target ON public.audit_entry USING btree (target, at DESC);
CREATE INDEX event_approved_area ON public.events_event USING btree (area_id, start_at) WHERE ((area_id IS NOT NULL) AND ((publication)::text = 'approved'::text));
CREATE INDEX event_approved_category ON public.events_event USING btree (category_id, start_at) WHERE ((publication)::text = 'approved'::text);
CREATE INDEX event_approved_city_start ON public.events_event USING btree (city_id, start_at, id) WHERE ((publication)::text = 'approved'::text);
CREATE INDEX event_approved_days ON public.events_event USING btree (end_date, start_at) WHERE ((end_date > start_date) AND ((publication)::text = 'approved'::text));
CREATE INDEX event_approved_hours ON public.events_event USING btree (end_date, start_date, opening_hours) WHERE (((publication)::text = 'approved'::text) AND (NOT ((opening_hours)::text = ''::text)));
CREATE INDEX event_approved_online ON public.events_event USING btree (start_at, id) WHERE (((publication)::text = 'approved'::text) AND ((NOT ((online)::text = 'no'::text)) OR ((happening)::text = 'moved_online'::text)));
CREATE INDEX event_approved_start ON public.events_event USING btree (start_at, id) WHERE ((publication)::text = 'approved'::text);
CREATE INDEX event_area ON public.events_event USING btree (area_id) WHERE (area_id IS NOT NULL);
CREATE INDEX event_category_newest ON public.events_event USING btree (category_id, created_at DESC, id DESC);
CREATE INDEX event_city_dated ON public.events_event USING btree (city_id, start_date) WHERE (all_day OR (NOT time_known));
CREATE INDEX event_city_day_title ON public.events_event USING btree (city_id, start_date) INCLUDE (id, title, place_id);
CREATE INDEX event_city_newest ON public.events_event USING btree (city_id, created_at DESC, id DESC);
CREATE INDEX event_day_day ON public.events_eventday USING btree (day);
CREATE INDEX event_day_source_day ON public.events_eventdaysource USING btree (day);
CREATE INDEX event_earth ON public.events_event USING gist (public.ll_to_earth(lat, lng)) WHERE ((lat IS NOT NULL) AND (lng IS NOT NULL));
CREATE INDEX event_freshness_newest ON public.events_event USING btree (freshness, created_at DESC, id DESC) WHERE (NOT ((freshness)::text = 'seen'::text));
CREATE INDEX event_happening_newest ON public.events_event USING btree (happening, created_at DESC, id DESC) WHERE (NOT ((happening)::text = 'scheduled'::text));
CREATE INDEX event_image_content ON public.events_eventimage USING btree (content_hash) WHERE (NOT ((content_hash)::text = ''::text));
CREATE UNIQUE INDEX event_image_one_primary ON public.events_eventimage USING btree (event_id) WHERE is_primary;
CREATE INDEX event_image_source ON public.events_eventimage USING hash (source_url);
CREATE INDEX event_image_waiting ON public.events_eventimage USING btree (next_attempt_at) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX event_merged_into ON public.events_event USING btree (merged_into_id) WHERE (merged_into_id IS NOT NULL);
CREATE INDEX event_message_event ON public.registrations_eventmessage USING btree (event_id, created_at DESC);
CREATE INDEX event_moderated_by ON public.events_event USING btree (moderated_by_id) WHERE (moderated_by_id IS NOT NULL);
CREATE INDEX event_newest ON public.events_event USING btree (created_at DESC, id DESC);
CREATE INDEX event_organizer_start ON public.events_event USING btree (organizer_id, start_at) INCLUDE (id) WHERE (organizer_id IS NOT NULL);
CREATE INDEX event_place_start ON public.events_event USING btree (place_id, start_at) INCLUDE (id) WHERE (place_id IS NOT NULL);
CREATE INDEX event_publication_newest ON public.events_event USING btree (publication, created_at DESC, id DESC) WHERE (NOT ((publication)::text = 'approved'::text));
CREATE INDEX event_search_by_city ON public.events_eventsearch USING gin (public.events_terms_by_city(document));
CREATE INDEX event_search_document ON public.events_eventsearch USING gin (document);
CREATE INDEX event_search_outdated ON public.events_eventsearch USING btree (event_id) WHERE (terms_version < 3);
CREATE INDEX event_search_text ON public.events_eventsearch USING btree (text_key) WHERE (text_key IS NOT NULL);
CREATE INDEX event_search_trigram ON public.events_eventsearch USING gin (folded_title public.gin_trgm_ops);
CREATE INDEX event_series_start ON public.events_event USING btree (series_id, start_at) WHERE (series_id IS NOT NULL);
CREATE INDEX event_start ON public.events_event USING btree (start_at, id DESC);
CREATE INDEX event_tags ON public.events_event USING gin (tags);
CREATE INDEX event_ticket_url ON public.events_event USING btree (ticket_url) WHERE (NOT ((ticket_url)::text = ''::text));
CREATE INDEX event_trend_category ON public.events_eventtrend USING btree (category_id, score DESC) WHERE (rank IS NOT NULL);
CREATE INDEX event_trend_city ON public.events_eventtrend USING btree (city_id, score DESC) WHERE (rank IS NOT NULL);
CREATE INDEX event_trend_score ON public.events_eventtrend USING btree (score DESC);
CREATE INDEX event_umbrella ON public.events_event USING btree (umbrella_id) WHERE (umbrella_id IS NOT NULL);
CREATE INDEX event_updated ON public.events_event USING btree (updated_at, id);
CREATE INDEX event_url ON public.events_event USING btree (url) WHERE (NOT ((url)::text = ''::text));
CREATE INDEX event_vector_hnsw ON public.events_eventvector USING hnsw (embedding public.halfvec_cosine_ops) WITH (m='16', ef_construction='64');
CREATE INDEX event_vocabulary_names ON public.events_eventvocabulary USING gin (names);
CREATE INDEX event_vocabulary_over ON public.events_eventvocabulary USING btree (over_at);
CREATE INDEX events_askedquery_city_id_716280f6 ON public.events_askedquery USING btree (city_id);
CREATE INDEX events_category_slug_b2b83057_like ON public.events_category USING btree (slug varchar_pattern_ops);
CREATE INDEX events_duplicatematch_first_id_810cf85b ON public.events_duplicatematch USING btree (first_id);
CREATE INDEX events_duplicatematch_second_id_73025aaf ON public.events_duplicatematch USING btree (second_id);
CREATE INDEX events_duplicatematch_survivor_id_04f775cd ON public.events_duplicatematch USING btree (survivor_id);
CREATE INDEX events_eventimage_event_id_98f6f988 ON public.events_eventimage USING btree (event_id);
CREATE INDEX events_eventimage_perceptual_hash_9594b9ab ON public.events_eventimage USING btree (perceptual_hash);
CREATE INDEX events_eventimage_perceptual_hash_9594b9ab_like ON public.events_eventimage USING btree (perceptual_hash varchar_pattern_ops);
CREATE INDEX events_hiddenperformer_part_cf8249d9_like ON public.events_hiddenperformer USING btree (part varchar_pattern_ops);
CREATE INDEX events_listing_event_id_aed99106 ON public.events_listing USING btree (event_id);
CREATE INDEX events_listing_first_event_id_ceddd6d3 ON public.events_listing USING btree (first_event_id);
CREATE INDEX events_organizer_folded_name_61e572fb_like ON public.events_organizer USING btree (folded_name varchar_pattern_ops);
CREATE INDEX events_organizer_merged_into_id_c026fa65 ON public.events_organizer USING btree (merged_into_id);
CREATE INDEX events_organizermember_invited_by_id_7a4d132a ON public.events_organizermember USING btree (invited_by_id);
CREATE INDEX events_organizermember_organizer_id_f4534793 ON public.events_organizermember USING btree (organizer_id);
CREATE INDEX events_organizermember_user_id_dc64197e ON public.events_organizermember USING btree (user_id);
CREATE INDEX events_organizermerge_by_id_97d24853 ON public.events_organizermerge USING btree (by_id);
CREATE INDEX events_organizermerge_child_id_b2f16b46 ON public.events_organizermerge USING btree (child_id);
CREATE INDEX events_organizermerge_survivor_id_feaaf253 ON public.events_organizermerge USING btree (survivor_id);
CREATE INDEX events_origin_organizer_id_91ecd92b ON public.events_origin USING btree (organizer_id);
CREATE INDEX events_origin_slug_c91fdb08_like ON public.events_origin USING btree (slug varchar_pattern_ops);
CREATE INDEX events_proposal_event_id_3be71eee ON public.events_proposal USING btree (event_id);
CREATE INDEX events_proposal_origin_id_3bab567c ON public.events_proposal USING btree (origin_id);
CREATE INDEX events_refusedpicture_content_hash_16e6df19_like ON public.events_refusedpicture USING btree (content_hash varchar_pattern_ops);
CREATE INDEX events_refusedpicture_perceptual_hash_5ea9bb5f ON public.events_refusedpicture USING btree (perceptual_hash);
CREATE INDEX events_refusedpicture_perceptual_hash_5ea9bb5f_like ON public.events_refusedpicture USING btree (perceptual_hash varchar_pattern_ops);
CREATE INDEX events_searchname_city_id_0924d225 ON public.events_searchname USING btree (city_id);
CREATE INDEX events_searchword_word_9b1d9cb7_like ON public.events_searchword USING btree (word varchar_pattern_ops);
CREATE INDEX events_series_origin_id_66b5324a ON public.events_series USING btree (origin_id);
CREATE INDEX events_teaminvitation_address_hash_6168de45 ON public.events_teaminvitation USING btree (address_hash);
CREATE INDEX events_teaminvitation_address_hash_6168de45_like ON public.events_teaminvitation USING btree (address_hash varchar_pattern_ops);
CREATE INDEX events_teaminvitation_expires_at_c8a83df7 ON public.events_teaminvitation USING btree (expires_at);
CREATE INDEX events_teaminvitation_invited_by_id_342cf4d6 ON public.events_teaminvitation USING btree (invited_by_id);
CREATE INDEX events_teaminvitation_organizer_id_51401391 ON public.events_teaminvitation USING btree (organizer_id);
CREATE INDEX events_teaminvitation_place_id_dcdd1bdd ON public.events_teaminvitation USING btree (place_id);
CREATE INDEX events_verificationchange_by_id_51ff003b ON public.events_verificationchange USING btree (by_id);
CREATE INDEX events_verificationchange_event_id_2c432ba2 ON public.events_verificationchange USING btree (event_id);
CREATE INDEX events_verificationchange_organizer_id_49b56d27 ON public.events_verificationchange USING btree (organizer_id);
CREATE INDEX expectation_settled ON public.insights_expectation USING btree (start_at) WHERE (settled_at IS NOT NULL);
CREATE INDEX expectation_unsettled ON public.insights_expectation USING btree (start_at) WHERE (settled_at IS NULL);
CREATE INDEX flags_flagswitch_name_aadd32c7_like ON public.flags_flagswitch USING btree (name varchar_pattern_ops);
CREATE INDEX former_score_number ON public.events_eventformerscore USING btree (number);
CREATE INDEX galleries_photo_event_id_3fe5e269 ON public.galleries_photo USING btree (event_id);
CREATE INDEX galleries_photo_pixel_hash_a6a93ff1 ON public.galleries_photo USING btree (pixel_hash);
CREATE INDEX galleries_photo_pixel_hash_a6a93ff1_like ON public.galleries_photo USING btree (pixel_hash varchar_pattern_ops);
CREATE INDEX galleries_photo_place_id_709e32e1 ON public.galleries_photo USING btree (place_id);
CREATE INDEX galleries_photo_user_id_77c623c9 ON public.galleries_photo USING btree (user_id);
CREATE INDEX galleries_takendown_pixel_hash_7e7cb82d_like ON public.galleries_takendown USING btree (pixel_hash varchar_pattern_ops);
CREATE INDEX geocode_expires ON public.places_geocode USING btree (expires_at);
CREATE INDEX hit_new ON public.saved_searches_hit USING btree (search_id) WHERE (seen_at IS NULL);
CREATE INDEX insights_anomaly_city_id_241f96c7 ON public.insights_anomaly USING btree (city_id);
CREATE INDEX insights_eventpair_other_id_b6c2385d ON public.insights_eventpair USING btree (other_id);
CREATE INDEX insights_hidden_event_id_570a3112 ON public.insights_hidden USING btree (event_id);
CREATE INDEX insights_hidden_organizer_id_9f4b3a1d ON public.insights_hidden USING btree (organizer_id);
CREATE INDEX insights_hidden_participant_id_1c5c58c6 ON public.insights_hidden USING btree (participant_id);
CREATE INDEX insights_hidden_place_id_7f6b6faa ON public.insights_hidden USING btree (place_id);
CREATE INDEX insights_hidden_user_id_05d72036 ON public.insights_hidden USING btree (user_id);
CREATE INDEX interaction_event ON ONLY public.insights_interaction USING btree (event_id, interaction) WHERE (event_id IS NOT NULL);
CREATE INDEX insights_interaction_default_event_id_interaction_idx ON public.insights_interaction_default USING btree (event_id, interaction) WHERE (event_id IS NOT NULL);
CREATE INDEX insights_look_of_0cb0b9e4_like ON public.insights_look USING btree (of varchar_pattern_ops);
CREATE INDEX insights_participant_device_hash_ff34afe1_like ON public.insights_participant USING btree (device_hash varchar_pattern_ops);
CREATE INDEX insights_participant_seen_on_1e346ef6 ON public.insights_participant USING btree (seen_on);
CREATE INDEX mail_campaign_name_b439837b_like ON public.mail_campaign USING btree (name varchar_pattern_ops);
CREATE INDEX mail_dispatch_key_b49b7605_like ON public.mail_dispatch USING btree (key varchar_pattern_ops);
CREATE INDEX mail_providernews_dispatch_id_97ebe345 ON public.mail_providernews USING btree (dispatch_id);
CREATE INDEX mail_providernews_id_c733a01e_like ON public.mail_providernews USING btree (id varchar_pattern_ops);
CREATE INDEX mail_softbounce_address_hash_17cce5d3_like ON public.mail_softbounce USING btree (address_hash varchar_pattern_ops);
CREATE INDEX mail_suppression_address_hash_dc2d7e45_like ON public.mail_suppression USING btree (address_hash varchar_pattern_ops);
CREATE INDEX message_made ON public.webhooks_message USING btree (made_at);
CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);
CREATE INDEX moderation_bulkdecision_by_id_587718ca ON public.moderation_bulkdecision USING btree (by_id);
CREATE INDEX moderation_bulkdecision_undone_by_id_75c5f5a7 ON public.moderation_bulkdecision USING btree (undone_by_id);
CREATE INDEX moderation_bulkitem_bulk_id_abae5f9c ON public.moderation_bulkitem USING btree (bulk_id);
CREATE INDEX moderation_bulkitem_decision_id_207d4b83 ON public.moderation_bulkitem USING btree (decision_id);
CREATE INDEX moderation_bulkitem_review_id_c9522b88 ON public.moderation_bulkitem USING btree (review_id);
CREATE INDEX moderation_decision_by_id_c73b84b3 ON public.moderation_decision USING btree (by_id);
CREATE INDEX moderation_decision_object_id_88d8171b ON public.moderation_decision USING btree (object_id);
CREATE INDEX moderation_decision_review_id_7b43d3b2 ON public.moderation_decision USING btree (review_id);
CREATE INDEX moderation_message_by_id_0e5327ba ON public.moderation_message USING btree (by_id);
CREATE INDEX moderation_message_conversation_id_22c2558a ON public.moderation_message USING btree (conversation_id);
CREATE INDEX moderation_optout_decided_by_id_a72a4d24 ON public.moderation_optout USING btree (decided_by_id);
CREATE INDEX moderation_reading_by_id_8a6ce65f ON public.moderation_reading USING btree (by_id);
CREATE INDEX moderation_reading_event_id_27509ea0 ON public.moderation_reading USING btree (event_id);
CREATE INDEX moderation_reading_origin_id_f3d79f7f ON public.moderation_reading USING btree (origin_id);
CREATE INDEX moderation_report_decision_id_7f5426e6 ON public.moderation_report USING btree (decision_id);
CREATE INDEX moderation_report_event_id_9e488f01 ON public.moderation_report USING btree (event_id);
CREATE INDEX moderation_report_review_id_514ae0d0 ON public.moderation_report USING btree (review_id);
CREATE INDEX moderation_review_city_id_892867a3 ON public.moderation_review USING btree (city_id);
CREATE INDEX moderation_review_claimed_by_id_a481cbe1 ON public.moderation_review USING btree (claimed_by_id);
CREATE INDEX moderation_rulesetting_name_9a6de31e_like ON public.moderation_rulesetting USING btree (name varchar_pattern_ops);
CREATE INDEX moderation_savedfilter_by_id_33d713cf ON public.moderation_savedfilter USING btree (by_id);
CREATE INDEX moderation_submittedevent_event_id_7617c0ef ON public.moderation_submittedevent USING btree (event_id);
CREATE INDEX moderation_submittedevent_subject_id_d2901204 ON public.moderation_submittedevent USING btree (subject_id);
CREATE INDEX moderation_teamclaim_user_id_b184d41a ON public.moderation_teamclaim USING btree (user_id);
CREATE INDEX moderation_trustverdict_cause_id_dbaf03c8 ON public.moderation_trustverdict USING btree (cause_id);
CREATE INDEX moderation_trustverdict_subject_id_f69559d5 ON public.moderation_trustverdict USING btree (subject_id);
CREATE INDEX notice_address ON public.notices_notice USING btree (address_hash) WHERE (NOT ((address_hash)::text = ''::text));
CREATE INDEX notice_delivery_due ON public.notices_noticedelivery USING btree (due_at) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX notice_due ON public.notices_notice USING btree (due_at) WHERE ((state)::text = 'open'::text);
CREATE INDEX notice_list ON public.notices_notice USING btree (user_id, told_at DESC, id DESC) WHERE ((state)::text = 'told'::text);
CREATE INDEX notice_made ON public.notices_notice USING btree (made_at);
CREATE INDEX notice_unread ON public.notices_notice USING btree (user_id) WHERE ((read_at IS NULL) AND ((state)::text = 'told'::text));
CREATE INDEX notices_notice_user_id_62c74e71 ON public.notices_notice USING btree (user_id);
CREATE INDEX notices_noticechoice_user_id_722117c8 ON public.notices_noticechoice USING btree (user_id);
CREATE INDEX notices_noticedelivery_device_id_7f626481 ON public.notices_noticedelivery USING btree (device_id);
CREATE INDEX notices_noticedelivery_notice_id_b3aea387 ON public.notices_noticedelivery USING btree (notice_id);
CREATE INDEX notices_pushdevice_endpoint_hash_ff94a7be_like ON public.notices_pushdevice USING btree (endpoint_hash varchar_pattern_ops);
CREATE INDEX notices_pushdevice_session_id_5fe5ff75 ON public.notices_pushdevice USING btree (session_id);
CREATE INDEX notices_pushdevice_user_id_78a049d2 ON public.notices_pushdevice USING btree (user_id);
CREATE INDEX operations_componentstate_name_676d66d0_like ON public.operations_componentstate USING btree (name varchar_pattern_ops);
CREATE INDEX opt_out_due ON public.moderation_optout USING btree (due_at) WHERE (done_at IS NULL);
CREATE UNIQUE INDEX opt_out_once ON public.moderation_optout USING btree (kind, value) WHERE ((state)::text = 'standing'::text);
CREATE INDEX organizers_writtenevent_author_id_7545ba4d ON public.organizers_writtenevent USING btree (author_id);
CREATE INDEX organizers_writtenevent_organizer_id_6bad8903 ON public.organizers_writtenevent USING btree (organizer_id);
CREATE INDEX outage_ended ON public.operations_outage USING btree (ended_at);
CREATE INDEX outbox_cursor_name_4fc1e967_like ON public.outbox_cursor USING btree (name varchar_pattern_ops);
CREATE INDEX payload_source_fetched ON ONLY public.sources_payload USING btree (source_id, fetched_at DESC);
CREATE INDEX personal_calendarkey_secret_hash_861ea616_like ON public.personal_calendarkey USING btree (secret_hash varchar_pattern_ops);
CREATE INDEX personal_favourite_event_id_7edf2b6c ON public.personal_favourite USING btree (event_id);
CREATE INDEX personal_favourite_user_id_63cabcda ON public.personal_favourite USING btree (user_id);
CREATE INDEX personal_follow_area_id_3d27a7d2 ON public.personal_follow USING btree (area_id);
CREATE INDEX personal_follow_organizer_id_5a9ffc77 ON public.personal_follow USING btree (organizer_id);
CREATE INDEX personal_follow_place_id_4694c7e5 ON public.personal_follow USING btree (place_id);
CREATE INDEX personal_follow_user_id_4013e160 ON public.personal_follow USING btree (user_id);
CREATE INDEX personal_preferences_area_id_33909c6c ON public.personal_preferences USING btree (area_id);
CREATE INDEX personal_preferences_city_id_9a7a752d ON public.personal_preferences USING btree (city_id);
CREATE INDEX photo_token ON public.galleries_photo USING btree (token) WHERE (NOT ((token)::text = ''::text));
CREATE INDEX photo_user ON public.galleries_photo USING btree (user_id, created_at DESC);
CREATE INDEX photo_waiting ON public.galleries_photo USING btree (created_at) WHERE ((state)::text = ANY ((ARRAY['waiting'::character varying, 'passed'::character varying])::text[]));
CREATE INDEX place_alias_folded ON public.places_placealias USING btree (folded);
CREATE INDEX place_alias_trigram ON public.places_placealias USING gin (folded public.gin_trgm_ops);
CREATE INDEX place_city_name ON public.places_place USING btree (city_id, folded_name);
CREATE INDEX place_external_ids ON public.places_place USING gin (external_ids jsonb_path_ops);
CREATE INDEX place_folded_name ON public.places_place USING btree (folded_name);
CREATE INDEX place_merged_into ON public.places_place USING btree (merged_into_id) WHERE (merged_into_id IS NOT NULL);
CREATE INDEX place_name_trigram ON public.places_place USING gin (folded_name public.gin_trgm_ops);
CREATE INDEX place_point ON public.places_place USING btree (lat, lng) WHERE (lat IS NOT NULL);
CREATE INDEX place_provided_until ON public.places_place USING btree (provided_until) WHERE (provided_until IS NOT NULL);
CREATE INDEX place_report_at ON public.places_placereport USING btree (reported_at);
CREATE INDEX place_report_recent ON public.places_placereport USING btree (place_id, reported_at);
CREATE INDEX place_status_ends ON public.places_placestatus USING btree (valid_until);
CREATE INDEX place_told_at ON public.places_place USING btree (told_at) WHERE (NOT ((told_at)::text = ''::text));
CREATE INDEX places_area_city_id_013bd2b9 ON public.places_area USING btree (city_id);
CREATE INDEX places_area_slug_dc7685ec_like ON public.places_area USING btree (slug varchar_pattern_ops);
CREATE INDEX places_city_legacy_id_ffa86f00 ON public.places_city USING btree (legacy_id);
CREATE INDEX places_city_legacy_id_ffa86f00_like ON public.places_city USING btree (legacy_id varchar_pattern_ops);
CREATE INDEX places_city_slug_845e208f_like ON public.places_city USING btree (slug varchar_pattern_ops);
CREATE INDEX places_citymoderator_city_id_863082f7 ON public.places_citymoderator USING btree (city_id);
CREATE INDEX places_citymoderator_user_id_169b08b1 ON public.places_citymoderator USING btree (user_id);
CREATE INDEX places_place_area_id_f6240841 ON public.places_place USING btree (area_id);
CREATE INDEX places_place_city_id_6345efbf ON public.places_place USING btree (city_id);
CREATE INDEX places_place_merged_into_id_258b10eb ON public.places_place USING btree (merged_into_id);
CREATE INDEX places_place_owners_place_id_4d4a02f8 ON public.places_place_owners USING btree (place_id);
CREATE INDEX places_place_owners_user_id_b99a44ad ON public.places_place_owners USING btree (user_id);
CREATE INDEX places_place_slug_74e018ff ON public.places_place USING btree (slug);
CREATE INDEX places_place_slug_74e018ff_like ON public.places_place USING btree (slug varchar_pattern_ops);
CREATE INDEX places_placealias_city_id_0cc79074 ON public.places_placealias USING btree (city_id);
CREATE INDEX places_placealias_place_id_36189346 ON public.places_placealias USING btree (place_id);
CREATE INDEX places_placematch_first_id_b8e6c0ae ON public.places_placematch USING btree (first_id);
CREATE INDEX places_placematch_second_id_9a4b32e1 ON public.places_placematch USING btree (second_id);
CREATE INDEX places_placematch_survivor_id_afc7c9aa ON public.places_placematch USING btree (survivor_id);
CREATE INDEX places_placemember_invited_by_id_600a1b7b ON public.places_placemember USING btree (invited_by_id);
CREATE INDEX places_placemember_place_id_a6af3d15 ON public.places_placemember USING btree (place_id);
CREATE INDEX places_placemember_user_id_fcfc714d ON public.places_placemember USING btree (user_id);
CREATE INDEX places_placereport_person_id_9b12587a ON public.places_placereport USING btree (person_id);
CREATE INDEX places_placereport_place_id_db69fa4c ON public.places_placereport USING btree (place_id);
CREATE INDEX places_placestatus_place_id_0fa680b9 ON public.places_placestatus USING btree (place_id);
CREATE UNIQUE INDEX proposal_one_open ON public.events_proposal USING btree (event_id, origin_id) NULLS NOT DISTINCT WHERE (decided_at IS NULL);
CREATE INDEX provider_news_at ON public.mail_providernews USING btree (at);
CREATE INDEX quota_window ON public.egress_quotause USING btree (window_start DESC);
CREATE INDEX rating_answer_unasked ON public.ratings_answer USING btree (updated_at) WHERE (((state)::text = 'waiting'::text) AND (NOT (asked_version = version)));
CREATE UNIQUE INDEX rating_event_once ON public.ratings_rating USING btree (event_id, user_id) WHERE (event_id IS NOT NULL);
CREATE UNIQUE INDEX rating_lot_one_open ON public.ratings_lot USING btree (event_id, place_id) NULLS NOT DISTINCT WHERE (asked_at IS NULL);
CREATE INDEX rating_lot_undecided ON public.ratings_lot USING btree (opened_at) WHERE (decided_at IS NULL);
CREATE UNIQUE INDEX rating_place_once ON public.ratings_rating USING btree (place_id, user_id) WHERE (place_id IS NOT NULL);
CREATE INDEX rating_unseen ON public.ratings_rating USING btree (event_id, place_id) WHERE ((NOT is_vouched) AND (lot_id IS NULL) AND ((state)::text = 'shown'::text));
CREATE INDEX rating_user ON public.ratings_rating USING btree (user_id, updated_at DESC);
CREATE INDEX rating_waiting ON public.ratings_rating USING btree (updated_at) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX ratings_answer_by_id_6e7012ff ON public.ratings_answer USING btree (by_id);
CREATE INDEX ratings_lot_event_id_2db67a0b ON public.ratings_lot USING btree (event_id);
CREATE INDEX ratings_lot_place_id_492cc295 ON public.ratings_lot USING btree (place_id);
CREATE INDEX ratings_rating_event_id_38ba7e66 ON public.ratings_rating USING btree (event_id);
CREATE INDEX ratings_rating_lot_id_8ab4fa28 ON public.ratings_rating USING btree (lot_id);
CREATE INDEX ratings_rating_place_id_95ce2c1c ON public.ratings_rating USING btree (place_id);
CREATE INDEX ratings_rating_user_id_585192d7 ON public.ratings_rating USING btree (user_id);
CREATE INDEX ratings_ratingsum_city_id_40c3bbff ON public.ratings_ratingsum USING btree (city_id);
CREATE INDEX registration_active ON public.registrations_registration USING btree (event_id, queued_at) WHERE ((state)::text = ANY ((ARRAY['registered'::character varying, 'offered'::character varying, 'waiting'::character varying])::text[]));
CREATE INDEX registration_address ON public.registrations_registration USING btree (address_hash);
CREATE INDEX registration_changed ON public.registrations_registrationsetup USING btree (changed_at) WHERE (changed_at IS NOT NULL);
CREATE INDEX registration_mail_unsent ON public.registrations_registrationmail USING btree (created_at) WHERE (sent_at IS NULL);
CREATE UNIQUE INDEX registration_message_once ON public.registrations_registrationmail USING btree (message_id, registration_id) WHERE (message_id IS NOT NULL);
CREATE INDEX registration_offer ON public.registrations_registration USING btree (offer_ends_at) WHERE ((state)::text = 'offered'::text);
CREATE UNIQUE INDEX registration_once ON public.registrations_registration USING btree (event_id, address_hash) WHERE (NOT ((state)::text = 'merged'::text));
CREATE INDEX registration_user ON public.registrations_registration USING btree (user_id) WHERE (user_id IS NOT NULL);
CREATE INDEX registrations_eventmessage_by_id_3a55e04f ON public.registrations_eventmessage USING btree (by_id);
CREATE INDEX registrations_eventmessage_event_id_752306de ON public.registrations_eventmessage USING btree (event_id);
CREATE INDEX registrations_registration_code_9c89a404_like ON public.registrations_registration USING btree (code varchar_pattern_ops);
CREATE INDEX registrations_registration_event_id_3b97493e ON public.registrations_registration USING btree (event_id);
CREATE INDEX registrations_registration_user_id_45e19b84 ON public.registrations_registration USING btree (user_id);
CREATE INDEX registrations_registrationmail_message_id_0549c582 ON public.registrations_registrationmail USING btree (message_id);
CREATE INDEX registrations_registrationmail_registration_id_222083df ON public.registrations_registrationmail USING btree (registration_id);
CREATE INDEX repeatable_answer_at ON public.accounts_idempotentanswer USING btree (at);
CREATE INDEX report_of_event ON public.moderation_report USING btree (event_id, at) WHERE ((state)::text = 'open'::text);
CREATE INDEX report_of_reader ON public.moderation_report USING btree (reporter, state) WHERE (NOT ((reporter)::text = ''::text));
CREATE UNIQUE INDEX report_once ON public.moderation_report USING btree (event_id, reporter, kind) WHERE (((state)::text = 'open'::text) AND (NOT ((reporter)::text = ''::text)));
CREATE INDEX report_to_forget ON public.moderation_report USING btree (at) WHERE ((NOT ((reporter)::text = ''::text)) OR (NOT ((note)::text = ''::text)));
CREATE INDEX review_city_open ON public.moderation_review USING btree (city_id, priority DESC, starts_at, id) INCLUDE (other_cities) WHERE ((state)::text = 'open'::text);
CREATE INDEX review_closed ON public.moderation_review USING btree (decided_at DESC, id DESC) WHERE (NOT ((state)::text = 'open'::text));
CREATE INDEX review_created ON public.moderation_review USING btree (created_at);
CREATE INDEX review_object ON public.moderation_review USING btree (object_id);
CREATE UNIQUE INDEX review_one_open ON public.moderation_review USING btree (kind, object_id) WHERE ((state)::text = 'open'::text);
CREATE INDEX review_open ON public.moderation_review USING btree (priority DESC, starts_at, id) WHERE ((state)::text = 'open'::text);
CREATE INDEX review_source_closed ON public.moderation_review USING btree (source, decided_at DESC) WHERE (NOT ((state)::text = 'open'::text));
CREATE INDEX review_source_open ON public.moderation_review USING btree (source, priority DESC, starts_at, id) WHERE ((state)::text = 'open'::text);
CREATE INDEX review_title ON public.moderation_review USING gin (upper((title)::text) public.gin_trgm_ops);
CREATE UNIQUE INDEX run_one_at_a_time ON public.sources_fetchrun USING btree (source_id) WHERE ((state)::text = 'running'::text);
CREATE INDEX run_source_started ON public.sources_fetchrun USING btree (source_id, started_at DESC);
CREATE INDEX run_started ON public.sources_fetchrun USING btree (started_at DESC);
CREATE INDEX saved_search_alerts ON public.saved_searches_savedsearch USING btree (conditions_id, after) WHERE alert;
CREATE INDEX saved_search_conditions ON public.saved_searches_savedsearch USING btree (conditions_id);
CREATE UNIQUE INDEX saved_search_feed_once ON public.saved_searches_savedsearch USING btree (feed_hash) WHERE (NOT ((feed_hash)::text = ''::text));
CREATE INDEX saved_searches_conditions_digest_cf836c1f_like ON public.saved_searches_conditions USING btree (digest varchar_pattern_ops);
CREATE INDEX saved_searches_hit_event_id_5feae4fe ON public.saved_searches_hit USING btree (event_id);
CREATE INDEX saved_searches_savedsearch_user_id_c6718c33 ON public.saved_searches_savedsearch USING btree (user_id);
CREATE INDEX search_name_begins ON public.events_searchname USING btree (city_id, folded varchar_pattern_ops);
CREATE INDEX search_name_kind ON public.events_searchname USING btree (kind, target, folded) WHERE (NOT ((kind)::text = 'title'::text));
CREATE INDEX search_name_other ON public.events_searchname USING btree (folded varchar_pattern_ops) WHERE (NOT ((kind)::text = 'title'::text));
CREATE INDEX search_name_title ON public.events_searchname USING btree (folded varchar_pattern_ops) WHERE ((kind)::text = 'title'::text);
CREATE INDEX search_name_words ON public.events_searchname USING gin (words);
CREATE INDEX search_spelling_keys ON public.events_searchspelling USING gin (keys) WITH (fastupdate=off);
CREATE INDEX search_word_prefix ON public.events_searchword USING btree (word varchar_pattern_ops);
CREATE INDEX socialaccount_socialaccount_user_id_8146e70c ON public.socialaccount_socialaccount USING btree (user_id);
CREATE INDEX socialaccount_socialtoken_account_id_951f210e ON public.socialaccount_socialtoken USING btree (account_id);
CREATE INDEX socialaccount_socialtoken_app_id_636a42d7 ON public.socialaccount_socialtoken USING btree (app_id);
CREATE INDEX source_due ON public.sources_source USING btree (next_fetch_at, priority DESC) WHERE is_active;
CREATE INDEX source_forecast_day ON public.operations_sourceforecast USING btree (day);
CREATE INDEX sources_alert_rule_id_dd706354 ON public.sources_alert USING btree (rule_id);
CREATE INDEX sources_alert_rule_id_dd706354_like ON public.sources_alert USING btree (rule_id varchar_pattern_ops);
CREATE INDEX sources_alert_source_id_1e6c86f5 ON public.sources_alert USING btree (source_id);
CREATE INDEX sources_alertrule_slug_076c2215_like ON public.sources_alertrule USING btree (slug varchar_pattern_ops);
CREATE INDEX sources_credential_name_9d3b737c_like ON public.sources_credential USING btree (name varchar_pattern_ops);
CREATE INDEX sources_fetchrun_discovery_id_1d9fd006 ON public.sources_fetchrun USING btree (discovery_id);
CREATE INDEX sources_fetchrun_source_id_6ec287bc ON public.sources_fetchrun USING btree (source_id);
CREATE INDEX sources_payload_default_source_id_fetched_at_idx ON public.sources_payload_default USING btree (source_id, fetched_at DESC);
CREATE INDEX sources_proseanswer_asked_at_741360eb ON public.sources_proseanswer USING btree (asked_at);
CREATE INDEX sources_proseanswer_key_e3ed7233_like ON public.sources_proseanswer USING btree (key varchar_pattern_ops);
CREATE INDEX sources_qualitygate_name_90f28a2e_like ON public.sources_qualitygate USING btree (name varchar_pattern_ops);
CREATE INDEX sources_setaside_run_id_26b47be4 ON public.sources_setaside USING btree (run_id);
CREATE INDEX sources_setaside_source_id_60c919db ON public.sources_setaside USING btree (source_id);
CREATE INDEX sources_source_city_id_0b3bff6d ON public.sources_source USING btree (city_id);
CREATE INDEX sources_source_credential_id_d77dc071 ON public.sources_source USING btree (credential_id);
CREATE INDEX sources_source_organizer_id_67903dc6 ON public.sources_source USING btree (organizer_id);
CREATE INDEX sources_source_owner_id_1d13e2c6 ON public.sources_source USING btree (owner_id);
CREATE INDEX sources_source_slug_d8e9fe8c_like ON public.sources_source USING btree (slug varchar_pattern_ops);
CREATE INDEX sources_stagedevent_last_run_id_2e350ed0 ON public.sources_stagedevent USING btree (last_run_id);
CREATE INDEX staged_duplicate_of ON public.sources_stagedevent USING btree (duplicate_of_id) WHERE (duplicate_of_id IS NOT NULL);
CREATE INDEX staged_event ON public.sources_stagedevent USING btree (event_id) WHERE (event_id IS NOT NULL);
CREATE INDEX staged_external_id ON public.sources_stagedevent USING btree (external_id);
CREATE INDEX staged_listed ON public.sources_stagedevent USING btree (source_id, start_at) WHERE ((missing_since IS NULL) AND ((state)::text = ANY ((ARRAY['recorded'::character varying, 'duplicate'::character varying])::text[])));
CREATE INDEX staged_newest ON public.sources_stagedevent USING btree (state, id DESC) WHERE (NOT ((state)::text = 'recorded'::text));
CREATE INDEX staged_title ON public.sources_stagedevent USING gin (upper((title)::text) public.gin_trgm_ops);
CREATE INDEX staged_uncleared ON public.sources_stagedevent USING btree (processed_at) WHERE (cleared_at IS NULL);
CREATE INDEX staged_waiting ON public.sources_stagedevent USING btree (source_id, state) WHERE ((state)::text = ANY ((ARRAY['pending'::character varying, 'processing'::character varying, 'failed'::character varying])::text[]));
CREATE INDEX subscription_active ON public.digests_subscription USING btree (city_id, cadence) WHERE active;
CREATE INDEX subscription_consented ON public.digests_subscription USING btree (consented_at) WHERE active;
CREATE INDEX subscription_due ON public.digests_subscription USING btree (cadence, timezone, weekday, hour) WHERE active;
CREATE INDEX subscription_to_erase ON public.digests_subscription USING btree (requested_at) WHERE ((NOT active) AND (NOT (address = ''::text)));
CREATE UNIQUE INDEX team_claim_one_open ON public.moderation_teamclaim USING btree (user_id, team_id) WHERE ((state)::text = 'open'::text);
CREATE INDEX team_claim_user ON public.moderation_teamclaim USING btree (user_id, team_id);
CREATE INDEX trust_verdict_history ON public.moderation_trustverdict USING btree (subject_id, at);
CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE ((type)::text = ANY ((ARRAY['totp'::character varying, 'recovery_codes'::character varying])::text[]));
CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";
CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;
CREATE UNIQUE INDEX user_email_unique ON public.accounts_user USING btree (lower((email)::text));
CREATE INDEX usersessions_usersession_session_key_fd35de43_like ON public.usersessions_usersession USING btree (session_key varchar_pattern_ops);
CREATE INDEX usersessions_usersession_user_id_af5e0a6d ON public.usersessions_usersession USING btree (user_id);
CREATE INDEX webhooks_delivery_endpoint_id_6cbee67d ON public.webhooks_delivery USING btree (endpoint_id);
CREATE INDEX webhooks_delivery_message_id_a0da0826 ON public.webhooks_delivery USING btree (message_id);
CREATE INDEX webhooks_endpoint_user_id_8dc03356 ON public.webhooks_endpoint USING btree (user_id);
CREATE INDEX written_event_unfinished ON public.organizers_writtenevent USING btree (sent_at) WHERE ((finished_at IS NULL) AND (sent_at IS NOT NULL));
ALTER INDEX public.interaction_event ATTACH PARTITION public.insights_interaction_default_event_id_interaction_idx;
ALTER INDEX public.interaction_once ATTACH PARTITION public.insights_interaction_default_participant_id_interaction_eve_key;
ALTER INDEX public.insights_interaction_pkey ATTACH PARTITION public.insights_interaction_default_pkey;
ALTER INDEX public.sources_payload_pkey ATTACH PARTITION public.sources_payload_default_pkey;
ALTER INDEX public.payload_source_fetched ATTACH PARTITION public.sources_payload_default_source_id_fetched_at_idx;
CREATE TRIGGER audit_entry_append_only BEFORE DELETE OR UPDATE ON public.audit_entry FOR EACH ROW EXECUTE FUNCTION public.audit_refuse();
CREATE TRIGGER audit_entry_awaits_link AFTER INSERT ON public.audit_entry FOR EACH ROW WHEN (new.is_chained) EXECUTE FUNCTION public.audit_await_link();
CREATE TRIGGER audit_entry_not_emptied BEFORE TRUNCATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();
CREATE TRIGGER audit_link_append_only BEFORE DELETE OR UPDATE ON public.audit_link FOR EACH ROW EXECUTE FUNCTION public.audit_refuse();
CREATE TRIGGER audit_link_not_emptied BEFORE TRUNCATE ON public.audit_link FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();
CREATE CONSTRAINT TRIGGER pgtrigger_event_deleted_cf284 AFTER DELETE ON public.events_event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((old.publication)::text = 'approved'::text)) EXECUTE FUNCTION public.pgtrigger_event_deleted_cf284();
COMMENT ON TRIGGER pgtrigger_event_deleted_cf284 ON public.events_event IS '2c0c3f0df77b03f813a71f09bc0cfbe448f65a8e'; -- pragma: allowlist secret
CREATE CONSTRAINT TRIGGER pgtrigger_event_inserted_650de AFTER INSERT ON public.events_event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.publication)::text = 'approved'::text)) EXECUTE FUNCTION public.pgtrigger_event_inserted_650de();
COMMENT ON TRIGGER pgtrigger_event_inserted_650de ON public.events_event IS '0b45675011311744dd8e29d41ae234b9477555db'; -- pragma: allowlist secret
CREATE CONSTRAINT TRIGGER pgtrigger_event_updated_e867d AFTER UPDATE ON public.events_event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((((old.publication)::text = 'approved'::text) OR ((new.publication)::text = 'approved'::text)) AND (((old.title)::text IS DISTINCT FROM (new.title)::text) OR ((old.slug)::text IS DISTINCT FROM (new.slug)::text) OR (old.description IS DISTINCT FROM new.description) OR (old.start_at IS DISTINCT FROM new.start_at) OR (old.end_at IS DISTINCT FROM new.end_at) OR (old.start_date IS DISTINCT FROM new.start_date) OR (old.end_date IS DISTINCT FROM new.end_date) OR (old.all_day IS DISTINCT FROM new.all_day) OR (old.time_known IS DISTINCT FROM new.time_known) OR ((old.opening_hours)::text IS DISTINCT FROM (new.opening_hours)::text) OR ((old.timezone)::text IS DISTINCT FROM (new.timezone)::text) OR (old.end_predicted_at IS DISTINCT FROM new.end_predicted_at) OR (old.doors_at IS DISTINCT FROM new.doors_at) OR (old.previous_start_at IS DISTINCT FROM new.previous_start_at) OR (old.place_id IS DISTINCT FROM new.place_id) OR ((old.venue_name)::text IS DISTINCT FROM (new.venue_name)::text) OR ((old.address)::text IS DISTINCT FROM (new.address)::text) OR (old.city_id IS DISTINCT FROM new.city_id) OR (old.area_id IS DISTINCT FROM new.area_id) OR (old.lat IS DISTINCT FROM new.lat) OR (old.lng IS DISTINCT FROM new.lng) OR ((old.category_id)::text IS DISTINCT FROM (new.category_id)::text) OR ((old.subcategory)::text IS DISTINCT FROM (new.subcategory)::text) OR (old.tags IS DISTINCT FROM new.tags) OR ((old.language)::text IS DISTINCT FROM (new.language)::text) OR ((old.price_type)::text IS DISTINCT FROM (new.price_type)::text) OR (old.price_min IS DISTINCT FROM new.price_min) OR (old.price_max IS DISTINCT FROM new.price_max) OR ((old.price_currency)::text IS DISTINCT FROM (new.price_currency)::text) OR (old.offers IS DISTINCT FROM new.offers) OR ((old.url)::text IS DISTINCT FROM (new.url)::text) OR ((old.ticket_url)::text IS DISTINCT FROM (new.ticket_url)::text) OR ((old.online)::text IS DISTINCT FROM (new.online)::text) OR ((old.online_url)::text IS DISTINCT FROM (new.online_url)::text) OR ((old.setting)::text IS DISTINCT FROM (new.setting)::text) OR (old.performers IS DISTINCT FROM new.performers) OR (old.capacity IS DISTINCT FROM new.capacity) OR ((old.happening)::text IS DISTINCT FROM (new.happening)::text) OR (old.sold_out IS DISTINCT FROM new.sold_out) OR (old.age_limit IS DISTINCT FROM new.age_limit) OR ((old.dress_code)::text IS DISTINCT FROM (new.dress_code)::text) OR (old.organizer_id IS DISTINCT FROM new.organizer_id) OR (old.registration_required IS DISTINCT FROM new.registration_required) OR (old.accessibility IS DISTINCT FROM new.accessibility) OR ((old.publication)::text IS DISTINCT FROM (new.publication)::text) OR ((old.freshness)::text IS DISTINCT FROM (new.freshness)::text) OR ((old.verification)::text IS DISTINCT FROM (new.verification)::text) OR (old.merged_into_id IS DISTINCT FROM new.merged_into_id)))) EXECUTE FUNCTION public.pgtrigger_event_updated_e867d();
COMMENT ON TRIGGER pgtrigger_event_updated_e867d ON public.events_event IS 'cabd76de4acd594b0dcd4b5f4a2b88a3cff0f5b2'; -- pragma: allowlist secret
CREATE CONSTRAINT TRIGGER pgtrigger_place_status_deleted_80878 AFTER DELETE ON public.places_placestatus DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (true) EXECUTE FUNCTION public.pgtrigger_place_status_deleted_80878();
COMMENT ON TRIGGER pgtrigger_place_status_deleted_80878 ON public.places_placestatus IS '9cd977bf3f204a1573326aa5ccf2552831124104'; -- pragma: allowlist secret
CREATE CONSTRAINT TRIGGER pgtrigger_place_status_inserted_110fe AFTER INSERT ON public.places_placestatus DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (true) EXECUTE FUNCTION public.pgtrigger_place_status_inserted_110fe();
COMMENT ON TRIGGER pgtrigger_place_status_inserted_110fe ON public.places_placestatus IS '2cd623f5b60ae4f26a0b6534ec1ccd7e88fc8293'; -- pragma: allowlist secret
CREATE CONSTRAINT TRIGGER pgtrigger_place_status_updated_260a8 AFTER UPDATE ON public.places_placestatus DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((true OR true) AND (((old.openness)::text IS DISTINCT FROM (new.openness)::text) OR ((old.crowd)::text IS DISTINCT FROM (new.crowd)::text) OR (old.waiting_minutes IS DISTINCT FROM new.waiting_minutes) OR ((old.special)::text IS DISTINCT FROM (new.special)::text) OR (old.confidence IS DISTINCT FROM new.confidence) OR (old.valid_until IS DISTINCT FROM new.valid_until)))) EXECUTE FUNCTION public.pgtrigger_place_status_updated_260a8();
COMMENT ON TRIGGER pgtrigger_place_status_updated_260a8 ON public.places_placestatus IS 'd971610b5e694814d2aae320700ba1fab906b3ab'; -- pragma: allowlist secret
CREATE CONSTRAINT TRIGGER pgtrigger_weather_deleted_1fdcc AFTER DELETE ON public.places_weather DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (true) EXECUTE FUNCTION public.pgtrigger_weather_deleted_1fdcc();
COMMENT ON TRIGGER pgtrigger_weather_deleted_1fdcc ON public.places_weather IS '4063fe84050d16434f8c990355f6894e9009b9d1'; -- pragma: allowlist secret
CREATE CONSTRAINT TRIGGER pgtrigger_weather_inserted_1ba3c AFTER INSERT ON public.places_weather DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (true) EXECUTE FUNCTION public.pgtrigger_weather_inserted_1ba3c();
COMMENT ON TRIGGER pgtrigger_weather_inserted_1ba3c ON public.places_weather IS '3f4becb22815936bc12026f6564d714c19c8fcae'; -- pragma: allowlist secret
CREATE CONSTRAINT TRIGGER pgtrigger_weather_updated_d2a2f AFTER UPDATE ON public.places_weather DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((true OR true) AND ((old.temperature_c IS DISTINCT FROM new.temperature_c) OR (old.feels_like_c IS DISTINCT FROM new.feels_like_c) OR ((old.condition)::text IS DISTINCT FROM (new.condition)::text) OR (old.precipitation IS DISTINCT FROM new.precipitation) OR (old.wind_ms IS DISTINCT FROM new.wind_ms) OR (old.hourly IS DISTINCT FROM new.hourly) OR (old.daily IS DISTINCT FROM new.daily)))) EXECUTE FUNCTION public.pgtrigger_weather_updated_d2a2f();
COMMENT ON TRIGGER pgtrigger_weather_updated_d2a2f ON public.places_weather IS '6d905c791af89f52206a953ccff3b7c9e37afd1b'; -- pragma: allowlist secret
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_addresschange
    ADD CONSTRAINT accounts_addresschange_user_id_48109174_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_user_id_bd902026_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_dataexport
    ADD CONSTRAINT accounts_dataexport_user_id_1c3468c6_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_idempotentanswer
    ADD CONSTRAINT accounts_idempotentanswer_user_id_25f71795_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_staffnetwork
    ADD CONSTRAINT accounts_staffnetwork_user_id_c409b72e_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_tokenfamily
    ADD CONSTRAINT accounts_tokenfamily_user_id_be700e5e_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_group_id_bd11a704_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_user_id_52b62117_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_p_permission_id_113bb443_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_p_user_id_e4f0a161_fk_accounts_ FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.digests_consent
    ADD CONSTRAINT digests_consent_subscription_id_7ae1fdb7_fk_digests_s FOREIGN KEY (subscription_id) REFERENCES public.digests_subscription(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.digests_delivery
    ADD CONSTRAINT digests_delivery_subscription_id_4c07bbf3_fk_digests_s FOREIGN KEY (subscription_id) REFERENCES public.digests_subscription(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.digests_subscription
    ADD CONSTRAINT digests_subscription_area_id_b1964a57_fk_places_area_id FOREIGN KEY (area_id) REFERENCES public.places_area(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.digests_subscription
    ADD CONSTRAINT digests_subscription_category_id_e8daf9ec_fk_events_ca FOREIGN KEY (category_id) REFERENCES public.events_category(slug) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.digests_subscription
    ADD CONSTRAINT digests_subscription_city_id_91b5f0a5_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.digests_subscription
    ADD CONSTRAINT digests_subscription_organizer_id_b5dffa33_fk_events_or FOREIGN KEY (organizer_id) REFERENCES public.events_organizer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.digests_subscription
    ADD CONSTRAINT digests_subscription_place_id_4892b9f8_fk_places_place_id FOREIGN KEY (place_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.digests_subscription
    ADD CONSTRAINT digests_subscription_search_id_a36f8ed2_fk_saved_sea FOREIGN KEY (search_id) REFERENCES public.saved_searches_savedsearch(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.digests_subscription
    ADD CONSTRAINT digests_subscription_user_id_3911ce46_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_celery_beat_periodictask
    ADD CONSTRAINT django_celery_beat_p_clocked_id_47a69f82_fk_django_ce FOREIGN KEY (clocked_id) REFERENCES public.django_celery_beat_clockedschedule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_celery_beat_periodictask
    ADD CONSTRAINT django_celery_beat_p_crontab_id_d3cba168_fk_django_ce FOREIGN KEY (crontab_id) REFERENCES public.django_celery_beat_crontabschedule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_celery_beat_periodictask
    ADD CONSTRAINT django_celery_beat_p_interval_id_a8ca27da_fk_django_ce FOREIGN KEY (interval_id) REFERENCES public.django_celery_beat_intervalschedule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_celery_beat_periodictask
    ADD CONSTRAINT django_celery_beat_p_solar_id_a87ce72c_fk_django_ce FOREIGN KEY (solar_id) REFERENCES public.django_celery_beat_solarschedule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_askedquery
    ADD CONSTRAINT events_askedquery_city_id_716280f6_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_duplicatematch
    ADD CONSTRAINT events_duplicatematch_first_id_810cf85b_fk_events_event_id FOREIGN KEY (first_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_duplicatematch
    ADD CONSTRAINT events_duplicatematch_second_id_73025aaf_fk_events_event_id FOREIGN KEY (second_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_duplicatematch
    ADD CONSTRAINT events_duplicatematch_survivor_id_04f775cd_fk_events_event_id FOREIGN KEY (survivor_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_area_id_53d9cc8c_fk_places_area_id FOREIGN KEY (area_id) REFERENCES public.places_area(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_category_id_01d3a3ab_fk_events_category_slug FOREIGN KEY (category_id) REFERENCES public.events_category(slug) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_city_id_3c8b63c9_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_merged_into_id_e3755e85_fk_events_event_id FOREIGN KEY (merged_into_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_moderated_by_id_0b859eb0_fk_accounts_user_id FOREIGN KEY (moderated_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_organizer_id_3afa7809_fk_events_organizer_id FOREIGN KEY (organizer_id) REFERENCES public.events_organizer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_place_id_61ecc581_fk_places_place_id FOREIGN KEY (place_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_series_id_6cde1f96_fk_events_series_id FOREIGN KEY (series_id) REFERENCES public.events_series(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_umbrella_id_448211c9_fk_events_event_id FOREIGN KEY (umbrella_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_eventcounters
    ADD CONSTRAINT events_eventcounters_event_id_ce4e796e_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_eventday
    ADD CONSTRAINT events_eventday_event_id_ab3176a4_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_eventdaysource
    ADD CONSTRAINT events_eventdaysource_event_id_dfaaa3af_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_eventformerscore
    ADD CONSTRAINT events_eventformerscore_event_id_c25a33c0_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_eventimage
    ADD CONSTRAINT events_eventimage_event_id_98f6f988_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_eventsearch
    ADD CONSTRAINT events_eventsearch_event_id_87533562_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_eventtrend
    ADD CONSTRAINT events_eventtrend_category_id_b5fba43c_fk_events_category_slug FOREIGN KEY (category_id) REFERENCES public.events_category(slug) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_eventtrend
    ADD CONSTRAINT events_eventtrend_city_id_d54bdb2d_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_eventtrend
    ADD CONSTRAINT events_eventtrend_event_id_dbaae71a_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_eventvector
    ADD CONSTRAINT events_eventvector_event_id_8c7e3960_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_listing
    ADD CONSTRAINT events_listing_event_id_aed99106_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_listing
    ADD CONSTRAINT events_listing_first_event_id_ceddd6d3_fk_events_event_id FOREIGN KEY (first_event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_listing
    ADD CONSTRAINT events_listing_origin_id_ece8d63d_fk_events_origin_key FOREIGN KEY (origin_id) REFERENCES public.events_origin(key) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_listing
    ADD CONSTRAINT events_listing_told_by_id_ed3e4503_fk_events_organizer_id FOREIGN KEY (told_by_id) REFERENCES public.events_organizer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_organizer
    ADD CONSTRAINT events_organizer_merged_into_id_c026fa65_fk_events_organizer_id FOREIGN KEY (merged_into_id) REFERENCES public.events_organizer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_organizermember
    ADD CONSTRAINT events_organizermemb_invited_by_id_7a4d132a_fk_accounts_ FOREIGN KEY (invited_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_organizermember
    ADD CONSTRAINT events_organizermemb_organizer_id_f4534793_fk_events_or FOREIGN KEY (organizer_id) REFERENCES public.events_organizer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_organizermember
    ADD CONSTRAINT events_organizermember_user_id_dc64197e_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_organizermerge
    ADD CONSTRAINT events_organizermerg_survivor_id_feaaf253_fk_events_or FOREIGN KEY (survivor_id) REFERENCES public.events_organizer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_organizermerge
    ADD CONSTRAINT events_organizermerge_by_id_97d24853_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_organizermerge
    ADD CONSTRAINT events_organizermerge_child_id_b2f16b46_fk_events_organizer_id FOREIGN KEY (child_id) REFERENCES public.events_organizer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_origin
    ADD CONSTRAINT events_origin_organizer_id_91ecd92b_fk_events_organizer_id FOREIGN KEY (organizer_id) REFERENCES public.events_organizer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_proposal
    ADD CONSTRAINT events_proposal_event_id_3be71eee_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_proposal
    ADD CONSTRAINT events_proposal_origin_id_3bab567c_fk_events_origin_key FOREIGN KEY (origin_id) REFERENCES public.events_origin(key) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_searchname
    ADD CONSTRAINT events_searchname_city_id_0924d225_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_searchspelling
    ADD CONSTRAINT events_searchspelling_word_id_1e3a67b2_fk_events_searchword_id FOREIGN KEY (word_id) REFERENCES public.events_searchword(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_series
    ADD CONSTRAINT events_series_origin_id_66b5324a_fk_events_origin_key FOREIGN KEY (origin_id) REFERENCES public.events_origin(key) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_teaminvitation
    ADD CONSTRAINT events_teaminvitatio_invited_by_id_342cf4d6_fk_accounts_ FOREIGN KEY (invited_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_teaminvitation
    ADD CONSTRAINT events_teaminvitatio_organizer_id_51401391_fk_events_or FOREIGN KEY (organizer_id) REFERENCES public.events_organizer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_teaminvitation
    ADD CONSTRAINT events_teaminvitation_place_id_dcdd1bdd_fk_places_place_id FOREIGN KEY (place_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_verificationchange
    ADD CONSTRAINT events_verificationc_organizer_id_49b56d27_fk_events_or FOREIGN KEY (organizer_id) REFERENCES public.events_organizer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_verificationchange
    ADD CONSTRAINT events_verificationchange_by_id_51ff003b_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.events_verificationchange
    ADD CONSTRAINT events_verificationchange_event_id_2c432ba2_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.galleries_photo
    ADD CONSTRAINT galleries_photo_event_id_3fe5e269_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.galleries_photo
    ADD CONSTRAINT galleries_photo_place_id_709e32e1_fk_places_place_id FOREIGN KEY (place_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.galleries_photo
    ADD CONSTRAINT galleries_photo_user_id_77c623c9_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insights_anomaly
    ADD CONSTRAINT insights_anomaly_city_id_241f96c7_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insights_anomaly
    ADD CONSTRAINT insights_anomaly_origin_id_c109485c_fk_events_origin_key FOREIGN KEY (origin_id) REFERENCES public.events_origin(key) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insights_eventfactors
    ADD CONSTRAINT insights_eventfactors_event_id_974fdc56_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insights_eventpair
    ADD CONSTRAINT insights_eventpair_event_id_3645abb2_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insights_eventpair
    ADD CONSTRAINT insights_eventpair_other_id_b6c2385d_fk_events_event_id FOREIGN KEY (other_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insights_expectation
    ADD CONSTRAINT insights_expectation_event_id_ba88263d_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insights_hidden
    ADD CONSTRAINT insights_hidden_event_id_570a3112_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insights_hidden
    ADD CONSTRAINT insights_hidden_organizer_id_9f4b3a1d_fk_events_organizer_id FOREIGN KEY (organizer_id) REFERENCES public.events_organizer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insights_hidden
    ADD CONSTRAINT insights_hidden_participant_id_1c5c58c6_fk_insights_ FOREIGN KEY (participant_id) REFERENCES public.insights_participant(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insights_hidden
    ADD CONSTRAINT insights_hidden_place_id_7f6b6faa_fk_places_place_id FOREIGN KEY (place_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insights_hidden
    ADD CONSTRAINT insights_hidden_user_id_05d72036_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE public.insights_interaction
    ADD CONSTRAINT insights_interaction_participant_id_fkey FOREIGN KEY (participant_id) REFERENCES public.insights_participant(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.insights_participant
    ADD CONSTRAINT insights_participant_user_id_d4b64e77_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mail_providernews
    ADD CONSTRAINT mail_providernews_dispatch_id_97ebe345_fk_mail_dispatch_id FOREIGN KEY (dispatch_id) REFERENCES public.mail_dispatch(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_bulkdecision
    ADD CONSTRAINT moderation_bulkdecis_undone_by_id_75c5f5a7_fk_accounts_ FOREIGN KEY (undone_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_bulkdecision
    ADD CONSTRAINT moderation_bulkdecision_by_id_587718ca_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_bulkitem
    ADD CONSTRAINT moderation_bulkitem_bulk_id_abae5f9c_fk_moderatio FOREIGN KEY (bulk_id) REFERENCES public.moderation_bulkdecision(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_bulkitem
    ADD CONSTRAINT moderation_bulkitem_decision_id_207d4b83_fk_moderatio FOREIGN KEY (decision_id) REFERENCES public.moderation_decision(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_bulkitem
    ADD CONSTRAINT moderation_bulkitem_review_id_c9522b88_fk_moderation_review_id FOREIGN KEY (review_id) REFERENCES public.moderation_review(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_decision
    ADD CONSTRAINT moderation_decision_by_id_c73b84b3_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_decision
    ADD CONSTRAINT moderation_decision_review_id_7b43d3b2_fk_moderation_review_id FOREIGN KEY (review_id) REFERENCES public.moderation_review(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_decision
    ADD CONSTRAINT moderation_decision_undoes_id_5537e9d0_fk_moderatio FOREIGN KEY (undoes_id) REFERENCES public.moderation_decision(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_message
    ADD CONSTRAINT moderation_message_by_id_0e5327ba_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_message
    ADD CONSTRAINT moderation_message_conversation_id_22c2558a_fk_moderatio FOREIGN KEY (conversation_id) REFERENCES public.moderation_conversation(run_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_optout
    ADD CONSTRAINT moderation_optout_decided_by_id_a72a4d24_fk_accounts_user_id FOREIGN KEY (decided_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_reading
    ADD CONSTRAINT moderation_reading_by_id_8a6ce65f_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_reading
    ADD CONSTRAINT moderation_reading_event_id_27509ea0_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_reading
    ADD CONSTRAINT moderation_reading_origin_id_f3d79f7f_fk_events_origin_key FOREIGN KEY (origin_id) REFERENCES public.events_origin(key) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_report
    ADD CONSTRAINT moderation_report_decision_id_7f5426e6_fk_moderatio FOREIGN KEY (decision_id) REFERENCES public.moderation_decision(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_report
    ADD CONSTRAINT moderation_report_event_id_9e488f01_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_report
    ADD CONSTRAINT moderation_report_review_id_514ae0d0_fk_moderation_review_id FOREIGN KEY (review_id) REFERENCES public.moderation_review(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_review
    ADD CONSTRAINT moderation_review_city_id_892867a3_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_review
    ADD CONSTRAINT moderation_review_claimed_by_id_a481cbe1_fk_accounts_user_id FOREIGN KEY (claimed_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_savedfilter
    ADD CONSTRAINT moderation_savedfilter_by_id_33d713cf_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_submittedevent
    ADD CONSTRAINT moderation_submitted_subject_id_d2901204_fk_moderatio FOREIGN KEY (subject_id) REFERENCES public.moderation_trustsubject(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_teamclaim
    ADD CONSTRAINT moderation_teamclaim_user_id_b184d41a_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.moderation_trustverdict
    ADD CONSTRAINT moderation_trustverd_subject_id_f69559d5_fk_moderatio FOREIGN KEY (subject_id) REFERENCES public.moderation_trustsubject(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notices_notice
    ADD CONSTRAINT notices_notice_user_id_62c74e71_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notices_noticechoice
    ADD CONSTRAINT notices_noticechoice_user_id_722117c8_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notices_noticedelivery
    ADD CONSTRAINT notices_noticedelive_device_id_7f626481_fk_notices_p FOREIGN KEY (device_id) REFERENCES public.notices_pushdevice(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notices_noticedelivery
    ADD CONSTRAINT notices_noticedelivery_notice_id_b3aea387_fk_notices_notice_id FOREIGN KEY (notice_id) REFERENCES public.notices_notice(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notices_pushdevice
    ADD CONSTRAINT notices_pushdevice_user_id_78a049d2_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.operations_sourceforecast
    ADD CONSTRAINT operations_sourcefor_source_id_2d9f8084_fk_sources_s FOREIGN KEY (source_id) REFERENCES public.sources_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.organizers_writtenevent
    ADD CONSTRAINT organizers_writtenev_organizer_id_6bad8903_fk_events_or FOREIGN KEY (organizer_id) REFERENCES public.events_organizer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.organizers_writtenevent
    ADD CONSTRAINT organizers_writtenevent_author_id_7545ba4d_fk_accounts_user_id FOREIGN KEY (author_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.personal_calendarkey
    ADD CONSTRAINT personal_calendarkey_user_id_1730ba54_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.personal_favourite
    ADD CONSTRAINT personal_favourite_event_id_7edf2b6c_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.personal_favourite
    ADD CONSTRAINT personal_favourite_user_id_63cabcda_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.personal_follow
    ADD CONSTRAINT personal_follow_area_id_3d27a7d2_fk_places_area_id FOREIGN KEY (area_id) REFERENCES public.places_area(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.personal_follow
    ADD CONSTRAINT personal_follow_organizer_id_5a9ffc77_fk_events_organizer_id FOREIGN KEY (organizer_id) REFERENCES public.events_organizer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.personal_follow
    ADD CONSTRAINT personal_follow_place_id_4694c7e5_fk_places_place_id FOREIGN KEY (place_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.personal_follow
    ADD CONSTRAINT personal_follow_user_id_4013e160_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.personal_preferences
    ADD CONSTRAINT personal_preferences_area_id_33909c6c_fk_places_area_id FOREIGN KEY (area_id) REFERENCES public.places_area(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.personal_preferences
    ADD CONSTRAINT personal_preferences_city_id_9a7a752d_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.personal_preferences
    ADD CONSTRAINT personal_preferences_user_id_64d1c961_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_area
    ADD CONSTRAINT places_area_city_id_013bd2b9_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_citymoderator
    ADD CONSTRAINT places_citymoderator_city_id_863082f7_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_citymoderator
    ADD CONSTRAINT places_citymoderator_user_id_169b08b1_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_place
    ADD CONSTRAINT places_place_area_id_f6240841_fk_places_area_id FOREIGN KEY (area_id) REFERENCES public.places_area(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_place
    ADD CONSTRAINT places_place_city_id_6345efbf_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_place
    ADD CONSTRAINT places_place_merged_into_id_258b10eb_fk_places_place_id FOREIGN KEY (merged_into_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_place_owners
    ADD CONSTRAINT places_place_owners_place_id_4d4a02f8_fk_places_place_id FOREIGN KEY (place_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_place_owners
    ADD CONSTRAINT places_place_owners_user_id_b99a44ad_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_placealias
    ADD CONSTRAINT places_placealias_city_id_0cc79074_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_placealias
    ADD CONSTRAINT places_placealias_place_id_36189346_fk_places_place_id FOREIGN KEY (place_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_placematch
    ADD CONSTRAINT places_placematch_first_id_b8e6c0ae_fk_places_place_id FOREIGN KEY (first_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_placematch
    ADD CONSTRAINT places_placematch_second_id_9a4b32e1_fk_places_place_id FOREIGN KEY (second_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_placematch
    ADD CONSTRAINT places_placematch_survivor_id_afc7c9aa_fk_places_place_id FOREIGN KEY (survivor_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_placemember
    ADD CONSTRAINT places_placemember_invited_by_id_600a1b7b_fk_accounts_user_id FOREIGN KEY (invited_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_placemember
    ADD CONSTRAINT places_placemember_place_id_a6af3d15_fk_places_place_id FOREIGN KEY (place_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_placemember
    ADD CONSTRAINT places_placemember_user_id_fcfc714d_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_placereport
    ADD CONSTRAINT places_placereport_person_id_9b12587a_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_placereport
    ADD CONSTRAINT places_placereport_place_id_db69fa4c_fk_places_place_id FOREIGN KEY (place_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_placestatus
    ADD CONSTRAINT places_placestatus_place_id_0fa680b9_fk_places_place_id FOREIGN KEY (place_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.places_weather
    ADD CONSTRAINT places_weather_city_id_a356d50d_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.ratings_answer
    ADD CONSTRAINT ratings_answer_by_id_6e7012ff_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.ratings_answer
    ADD CONSTRAINT ratings_answer_rating_id_79e44ff0_fk_ratings_rating_id FOREIGN KEY (rating_id) REFERENCES public.ratings_rating(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.ratings_lot
    ADD CONSTRAINT ratings_lot_event_id_2db67a0b_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.ratings_lot
    ADD CONSTRAINT ratings_lot_place_id_492cc295_fk_places_place_id FOREIGN KEY (place_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.ratings_rating
    ADD CONSTRAINT ratings_rating_event_id_38ba7e66_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.ratings_rating
    ADD CONSTRAINT ratings_rating_lot_id_8ab4fa28_fk_ratings_lot_id FOREIGN KEY (lot_id) REFERENCES public.ratings_lot(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.ratings_rating
    ADD CONSTRAINT ratings_rating_place_id_95ce2c1c_fk_places_place_id FOREIGN KEY (place_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.ratings_rating
    ADD CONSTRAINT ratings_rating_user_id_585192d7_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.ratings_ratingsum
    ADD CONSTRAINT ratings_ratingsum_city_id_40c3bbff_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.ratings_ratingsum
    ADD CONSTRAINT ratings_ratingsum_event_id_4da45e9b_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.ratings_ratingsum
    ADD CONSTRAINT ratings_ratingsum_place_id_d867906d_fk_places_place_id FOREIGN KEY (place_id) REFERENCES public.places_place(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.registrations_eventmessage
    ADD CONSTRAINT registrations_eventmessage_by_id_3a55e04f_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.registrations_eventmessage
    ADD CONSTRAINT registrations_eventmessage_event_id_752306de_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.registrations_registrationsetup
    ADD CONSTRAINT registrations_regist_event_id_f71db3af_fk_events_ev FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.registrations_registrationmail
    ADD CONSTRAINT registrations_regist_message_id_0549c582_fk_registrat FOREIGN KEY (message_id) REFERENCES public.registrations_eventmessage(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.registrations_registrationmail
    ADD CONSTRAINT registrations_regist_registration_id_222083df_fk_registrat FOREIGN KEY (registration_id) REFERENCES public.registrations_registration(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.registrations_registration
    ADD CONSTRAINT registrations_registration_event_id_3b97493e_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.registrations_registration
    ADD CONSTRAINT registrations_registration_user_id_45e19b84_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.saved_searches_conditionskey
    ADD CONSTRAINT saved_searches_condi_conditions_id_ba187a84_fk_saved_sea FOREIGN KEY (conditions_id) REFERENCES public.saved_searches_conditions(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.saved_searches_hit
    ADD CONSTRAINT saved_searches_hit_event_id_5feae4fe_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.saved_searches_hit
    ADD CONSTRAINT saved_searches_hit_search_id_de829414_fk_saved_sea FOREIGN KEY (search_id) REFERENCES public.saved_searches_savedsearch(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.saved_searches_savedsearch
    ADD CONSTRAINT saved_searches_saved_conditions_id_9088ac73_fk_saved_sea FOREIGN KEY (conditions_id) REFERENCES public.saved_searches_conditions(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.saved_searches_savedsearch
    ADD CONSTRAINT saved_searches_savedsearch_user_id_c6718c33_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_social_account_id_951f210e_fk_socialacc FOREIGN KEY (account_id) REFERENCES public.socialaccount_socialaccount(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_social_app_id_636a42d7_fk_socialacc FOREIGN KEY (app_id) REFERENCES public.socialaccount_socialapp(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.socialaccount_socialaccount
    ADD CONSTRAINT socialaccount_social_user_id_8146e70c_fk_accounts_ FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_alert
    ADD CONSTRAINT sources_alert_rule_id_dd706354_fk_sources_alertrule_slug FOREIGN KEY (rule_id) REFERENCES public.sources_alertrule(slug) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_alert
    ADD CONSTRAINT sources_alert_source_id_1e6c86f5_fk_sources_source_id FOREIGN KEY (source_id) REFERENCES public.sources_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_discovery
    ADD CONSTRAINT sources_discovery_city_id_d0c551ea_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_fetchrun
    ADD CONSTRAINT sources_fetchrun_discovery_id_1d9fd006_fk_sources_discovery_id FOREIGN KEY (discovery_id) REFERENCES public.sources_discovery(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_fetchrun
    ADD CONSTRAINT sources_fetchrun_source_id_6ec287bc_fk_sources_source_id FOREIGN KEY (source_id) REFERENCES public.sources_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_setaside
    ADD CONSTRAINT sources_setaside_run_id_26b47be4_fk_sources_fetchrun_id FOREIGN KEY (run_id) REFERENCES public.sources_fetchrun(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_setaside
    ADD CONSTRAINT sources_setaside_source_id_60c919db_fk_sources_source_id FOREIGN KEY (source_id) REFERENCES public.sources_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_source
    ADD CONSTRAINT sources_source_city_id_0b3bff6d_fk_places_city_id FOREIGN KEY (city_id) REFERENCES public.places_city(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_source
    ADD CONSTRAINT sources_source_credential_id_d77dc071_fk_sources_credential_id FOREIGN KEY (credential_id) REFERENCES public.sources_credential(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_source
    ADD CONSTRAINT sources_source_organizer_id_67903dc6_fk_events_organizer_id FOREIGN KEY (organizer_id) REFERENCES public.events_organizer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_source
    ADD CONSTRAINT sources_source_owner_id_1d13e2c6_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_stagedevent
    ADD CONSTRAINT sources_stagedevent_duplicate_of_id_315e1463_fk_events_event_id FOREIGN KEY (duplicate_of_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_stagedevent
    ADD CONSTRAINT sources_stagedevent_event_id_cb9954d1_fk_events_event_id FOREIGN KEY (event_id) REFERENCES public.events_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_stagedevent
    ADD CONSTRAINT sources_stagedevent_last_run_id_2e350ed0_fk_sources_fetchrun_id FOREIGN KEY (last_run_id) REFERENCES public.sources_fetchrun(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.sources_stagedevent
    ADD CONSTRAINT sources_stagedevent_source_id_d0f87be1_fk_sources_source_id FOREIGN KEY (source_id) REFERENCES public.sources_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_user_id_af5e0a6d_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT webhooks_delivery_endpoint_id_6cbee67d_fk_webhooks_endpoint_id FOREIGN KEY (endpoint_id) REFERENCES public.webhooks_endpoint(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT webhooks_delivery_message_id_a0da0826_fk_webhooks_message_id FOREIGN KEY (message_id) REFERENCES public.webhooks_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.webhooks_endpoint
    ADD CONSTRAINT webhooks_endpoint_user_id_8dc03356_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
INSERT INTO public.django_migrations (app, name, applied) VALUES
    ('account', '0001_initial', now()),
    ('account', '0002_email_max_length', now()),
    ('account', '0003_alter_emailaddress_create_unique_verified_email', now()),
    ('account', '0004_alter_emailaddress_drop_unique_email', now()),
    ('account', '0005_emailaddress_idx_upper_email', now()),
    ('account', '0006_emailaddress_lower', now()),
    ('account', '0007_emailaddress_idx_email', now()),
    ('account', '0008_emailaddress_unique_primary_email_fixup', now()),
    ('account', '0009_emailaddress_unique_primary_email', now()),
    ('accounts', '0001_user', now()),
    ('accounts', '0002_rights', now()),
    ('accounts', '0003_login_guesses', now()),
    ('accounts', '0004_limits_without_valkey', now()),
    ('accounts', '0005_known_addresses', now()),
    ('accounts', '0006_token_families_and_profile', now()),
    ('accounts', '0007_change_of_address', now()),
    ('accounts', '0008_exports_and_erasures', now()),
    ('accounts', '0009_answers_to_repeat', now()),
    ('accounts', '0010_api_keys', now()),
    ('accounts', '0011_signs_of_use', now()),
    ('admin', '0001_initial', now()),
    ('admin', '0002_logentry_remove_auto_add', now()),
    ('admin', '0003_logentry_add_action_flag_choices', now()),
    ('audit', '0001_entries_links_pseudonyms', now()),
    ('audit', '0002_append_only', now()),
    ('auth', '0001_initial', now()),
    ('auth', '0002_alter_permission_name_max_length', now()),
    ('auth', '0003_alter_user_email_max_length', now()),
    ('auth', '0004_alter_user_username_opts', now()),
    ('auth', '0005_alter_user_last_login_null', now()),
    ('auth', '0006_require_contenttypes_0002', now()),
    ('auth', '0007_alter_validators_add_error_messages', now()),
    ('auth', '0008_alter_user_username_max_length', now()),
    ('auth', '0009_alter_user_last_name_max_length', now()),
    ('auth', '0010_alter_group_name_max_length', now()),
    ('auth', '0011_update_proxy_permissions', now()),
    ('auth', '0012_alter_user_first_name_max_length', now()),
    ('contenttypes', '0001_initial', now()),
    ('contenttypes', '0002_remove_content_type_name', now()),
    ('digests', '0001_subscriptions_deliveries', now()),
    ('digests', '0002_rights', now()),
    ('digests', '0003_leases_and_erasure', now()),
    ('digests', '0004_mask_reasons', now()),
    ('digests', '0005_language_of_mails', now()),
    ('digests', '0006_door', now()),
    ('digests', '0007_schedules_targets_consent', now()),
    ('digests', '0008_keep_the_day', now()),
    ('django_celery_beat', '0001_initial', now()),
    ('django_celery_beat', '0002_auto_20161118_0346', now()),
    ('django_celery_beat', '0003_auto_20161209_0049', now()),
    ('django_celery_beat', '0004_auto_20170221_0000', now()),
    ('django_celery_beat', '0005_add_solarschedule_events_choices', now()),
    ('django_celery_beat', '0006_auto_20180210_1226', now()),
    ('django_celery_beat', '0006_auto_20180322_0932', now()),
    ('django_celery_beat', '0006_periodictask_priority', now()),
    ('django_celery_beat', '0007_auto_20180521_0826', now()),
    ('django_celery_beat', '0008_auto_20180914_1922', now()),
    ('django_celery_beat', '0009_periodictask_headers', now()),
    ('django_celery_beat', '0010_auto_20190429_0326', now()),
    ('django_celery_beat', '0011_auto_20190508_0153', now()),
    ('django_celery_beat', '0012_periodictask_expire_seconds', now()),
    ('django_celery_beat', '0013_auto_20200609_0727', now()),
    ('django_celery_beat', '0014_remove_clockedschedule_enabled', now()),
    ('django_celery_beat', '0015_edit_solarschedule_events_choices', now()),
    ('django_celery_beat', '0016_alter_crontabschedule_timezone', now()),
    ('django_celery_beat', '0017_alter_crontabschedule_month_of_year', now()),
    ('django_celery_beat', '0018_improve_crontab_helptext', now()),
    ('django_celery_beat', '0019_alter_periodictasks_options', now()),
    ('egress', '0001_quota_use', now()),
    ('egress', '0002_quota_alerts', now()),
    ('egress', '0003_opt_outs', now()),
    ('events', '0001_events', now()),
    ('events', '0002_origin_credit', now()),
    ('events', '0003_opening_hours_and_pictures', now()),
    ('events', '0004_keeps_pictures', now()),
    ('events', '0005_listings_joined_and_stray', now()),
    ('events', '0006_fitting_facts_and_titles_by_day', now()),
    ('events', '0007_opening_hours_indexed_and_series', now()),
    ('events', '0008_what_counts_of_a_listing', now()),
    ('events', '0009_zones_are_known', now()),
    ('events', '0010_rights', now()),
    ('events', '0011_no_address_with_a_secret', now()),
    ('events', '0012_age_limit', now()),
    ('events', '0013_dress_code', now()),
    ('events', '0014_listing_names', now()),
    ('events', '0015_points_near_a_venue', now()),
    ('events', '0016_offers', now()),
    ('events', '0017_verification_evidence', now()),
    ('events', '0018_opt_outs', now()),
    ('events', '0019_lists_of_the_admin', now()),
    ('events', '0020_rare_states_in_lists', now()),
    ('events', '0021_indexes_that_pay', now()),
    ('events', '0022_vocabulary', now()),
    ('events', '0023_asked_queries', now()),
    ('events', '0024_terms_version', now()),
    ('events', '0025_former_search_text', now()),
    ('events', '0026_days_and_trends', now()),
    ('events', '0027_suggestions_of_samples', now()),
    ('events', '0028_search_keys', now()),
    ('events', '0029_former_venue', now()),
    ('events', '0030_collections', now()),
    ('events', '0031_terms_by_city', now()),
    ('events', '0032_names_by_beginning', now()),
    ('events', '0033_teams', now()),
    ('events', '0034_own_pictures', now()),
    ('events', '0035_performers_who_opted_out', now()),
    ('events', '0036_day_sources', now()),
    ('events', '0037_organizers_merged', now()),
    ('events', '0038_former_scores', now()),
    ('events', '0039_told_by_teams', now()),
    ('events', '0040_trends_of_all', now()),
    ('events', '0041_trends_of_all_checked', now()),
    ('events', '0042_one_index_less', now()),
    ('flags', '0001_switches', now()),
    ('flags', '0002_percent_and_kinds', now()),
    ('galleries', '0001_photos', now()),
    ('insights', '0001_log', now()),
    ('insights', '0002_figures', now()),
    ('insights', '0003_hidden', now()),
    ('insights', '0004_factors', now()),
    ('insights', '0005_anomalies', now()),
    ('insights', '0006_expectations', now()),
    ('mail', '0001_door', now()),
    ('mail', '0002_provider_id', now()),
    ('mfa', '0001_initial', now()),
    ('mfa', '0002_authenticator_timestamps', now()),
    ('mfa', '0003_authenticator_type_uniq', now()),
    ('moderation', '0001_reviews_decisions', now()),
    ('moderation', '0002_venues_are_reviewed', now()),
    ('moderation', '0003_rules_decisions_and_what_undoes', now()),
    ('moderation', '0004_readings', now()),
    ('moderation', '0005_reading_fields_and_origin', now()),
    ('moderation', '0006_reviews_of_several_cities', now()),
    ('moderation', '0007_decisions_in_the_log', now()),
    ('moderation', '0008_priority_and_filters', now()),
    ('moderation', '0009_edits_as_verdicts', now()),
    ('moderation', '0010_rules_and_trust', now()),
    ('moderation', '0011_reports', now()),
    ('moderation', '0012_trust_is_earned', now()),
    ('moderation', '0013_last_decisions_on_a_source', now()),
    ('moderation', '0014_run_again_and_pause', now()),
    ('moderation', '0015_opt_outs', now()),
    ('moderation', '0016_bulk_decisions_and_saved_filters', now()),
    ('moderation', '0017_longer_reasons', now()),
    ('moderation', '0018_answers_to_repeat', now()),
    ('moderation', '0019_conversations', now()),
    ('moderation', '0020_queue_of_city_and_source', now()),
    ('moderation', '0021_language_of_conversations', now()),
    ('moderation', '0022_answers_to_repeat', now()),
    ('moderation', '0023_performers_who_opted_out', now()),
    ('moderation', '0024_claims_and_messages', now()),
    ('moderation', '0025_ratings', now()),
    ('moderation', '0026_ratings_checked', now()),
    ('moderation', '0027_photos', now()),
    ('moderation', '0028_photos_checked', now()),
    ('notices', '0001_initial', now()),
    ('notices', '0002_push_devices', now()),
    ('notices', '0003_staff_kinds', now()),
    ('notices', '0004_quality_kind', now()),
    ('notices', '0005_quality_kind_checked', now()),
    ('operations', '0001_heartbeat', now()),
    ('operations', '0002_minutes', now()),
    ('operations', '0003_source_forecasts', now()),
    ('organizers', '0001_written_events', now()),
    ('organizers', '0002_pictures_of_drafts', now()),
    ('organizers', '0003_told_by_teams', now()),
    ('outbox', '0001_changes_epoch_cursors', now()),
    ('outbox', '0002_rights', now()),
    ('outbox', '0003_lists_of_the_admin', now()),
    ('outbox', '0004_order_of_writing', now()),
    ('personal', '0001_personal', now()),
    ('personal', '0002_preferences_and_follows', now()),
    ('personal', '0003_how_often_a_day', now()),
    ('places', '0001_cities_areas_places', now()),
    ('places', '0002_weather_and_provided_facts', now()),
    ('places', '0003_geocodes_and_place_matches', now()),
    ('places', '0004_names_are_indexed', now()),
    ('places', '0005_points_as_they_were_told', now()),
    ('places', '0006_reports_and_answers', now()),
    ('places', '0007_geocode_doubt', now()),
    ('places', '0008_zones_are_known', now()),
    ('places', '0009_rights', now()),
    ('places', '0010_cities_of_moderators', now()),
    ('places', '0011_members_keep_their_cities', now()),
    ('places', '0012_more_reserved_slugs', now()),
    ('places', '0013_languages_are_no_cities', now()),
    ('places', '0014_former_slugs_of_areas', now()),
    ('places', '0015_slugs_of_people_and_organizers', now()),
    ('places', '0016_teams', now()),
    ('places', '0017_fields_of_teams', now()),
    ('ratings', '0001_ratings', now()),
    ('registrations', '0001_registrations', now()),
    ('registrations', '0002_mails_about_moves', now()),
    ('registrations', '0003_messages_to_guests', now()),
    ('registrations', '0004_what_people_were_told', now()),
    ('saved_searches', '0001_saved_searches', now()),
    ('saved_searches', '0002_too_many_a_day', now()),
    ('sessions', '0001_initial', now()),
    ('socialaccount', '0001_initial', now()),
    ('socialaccount', '0002_token_max_lengths', now()),
    ('socialaccount', '0003_extra_data_default_dict', now()),
    ('socialaccount', '0004_app_provider_id_settings', now()),
    ('socialaccount', '0005_socialtoken_nullable_app', now()),
    ('socialaccount', '0006_alter_socialaccount_extra_data', now()),
    ('sources', '0001_sources_runs_staged', now()),
    ('sources', '0002_health_credentials_pauses', now()),
    ('sources', '0003_move_credentials', now()),
    ('sources', '0004_drop_source_credentials', now()),
    ('sources', '0005_quality_gates_and_retention', now()),
    ('sources', '0006_prose_answers', now()),
    ('sources', '0007_zones_are_known', now()),
    ('sources', '0008_rights', now()),
    ('sources', '0009_set_aside', now()),
    ('sources', '0010_no_address_with_a_secret', now()),
    ('sources', '0011_dead_letters', now()),
    ('sources', '0012_usual_untold_and_as_of', now()),
    ('sources', '0013_trust_is_earned', now()),
    ('sources', '0014_lists_of_the_admin', now()),
    ('sources', '0015_indexes_that_pay', now()),
    ('sources', '0016_scans_of_cities', now()),
    ('sources', '0017_calendars_of_organizers', now()),
    ('sources', '0018_alert_rules', now()),
    ('sources', '0019_site_policies', now()),
    ('sources', '0020_failing_chance', now()),
    ('texts', '0001_site_texts', now()),
    ('usersessions', '0001_initial', now()),
    ('webhooks', '0001_endpoints', now());
