-- Accounts. The first part is what better-auth's own schema generator asks for (getMigrations().compileMigrations() over
-- server/src/identity/auth.ts); test/integration/identity.test.ts fails when the library wants something else.
create table "auth_user" ("id" text not null primary key, "name" text not null, "email" text not null unique, "emailVerified" boolean not null, "image" text, "createdAt" timestamptz default CURRENT_TIMESTAMP not null, "updatedAt" timestamptz default CURRENT_TIMESTAMP not null, "twoFactorEnabled" boolean, "locale" text not null, "disabledAt" timestamptz);
create table "auth_session" ("id" text not null primary key, "expiresAt" timestamptz not null, "token" text not null unique, "createdAt" timestamptz default CURRENT_TIMESTAMP not null, "updatedAt" timestamptz not null, "ipAddress" text, "userAgent" text, "userId" text not null references "auth_user" ("id") on delete cascade);
create table "auth_account" ("id" text not null primary key, "issuer" text not null, "accountId" text not null, "providerId" text not null, "userId" text not null references "auth_user" ("id") on delete cascade, "accessToken" text, "refreshToken" text, "idToken" text, "accessTokenExpiresAt" timestamptz, "refreshTokenExpiresAt" timestamptz, "scope" text, "password" text, "createdAt" timestamptz default CURRENT_TIMESTAMP not null, "updatedAt" timestamptz not null);
create table "auth_verification" ("id" text not null primary key, "identifier" text not null, "value" text not null, "expiresAt" timestamptz not null, "createdAt" timestamptz default CURRENT_TIMESTAMP not null, "updatedAt" timestamptz default CURRENT_TIMESTAMP not null);
create table "auth_two_factor" ("id" text not null primary key, "secret" text not null, "backupCodes" text not null, "userId" text not null references "auth_user" ("id") on delete cascade, "verified" boolean, "failedVerificationCount" integer, "lockedUntil" timestamptz);
create index "auth_session_userId_idx" on "auth_session" ("userId");
create index "auth_account_userId_idx" on "auth_account" ("userId");
create index "auth_verification_identifier_idx" on "auth_verification" ("identifier");
create index "auth_two_factor_secret_idx" on "auth_two_factor" ("secret");
create index "auth_two_factor_userId_idx" on "auth_two_factor" ("userId");
create unique index "auth_account_issuer_accountId_uidx" on "auth_account" ("issuer", "accountId");

-- What the library does not hold.
ALTER TABLE role_grant ADD FOREIGN KEY (user_id) REFERENCES auth_user (id) ON DELETE CASCADE;
CREATE TRIGGER auth_user_changed AFTER DELETE OR UPDATE OF "disabledAt", name, locale ON auth_user
  FOR EACH STATEMENT EXECUTE FUNCTION count_change('access');

-- Wrong passwords in a row by address typed (a hash of it), whether such an account exists or not.
CREATE TABLE sign_in_failure (
  subject      text PRIMARY KEY,
  failures     integer NOT NULL,
  last_at      timestamptz NOT NULL,
  locked_until timestamptz
);

-- Invitation, password reset, first set-up: the link is shown once, its hash is kept, it works once.
CREATE TABLE one_time_link (
  id         text PRIMARY KEY,
  prefix     text NOT NULL UNIQUE,
  hash       text NOT NULL,
  purpose    text NOT NULL CHECK (purpose IN ('invitation', 'reset', 'first-run')),
  user_id    text REFERENCES auth_user (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);
