"""pgAdmin's settings; what is secret or differs by place comes from the environment."""

SERVER_MODE = True
DATA_DIR = '/var/lib/pgadmin'
LOG_FILE = '/dev/null'
JSON_LOGGER = True

# The proxy ends TLS and is the only way in.
PROXY_X_FOR_COUNT = 1
PROXY_X_PROTO_COUNT = 1
PROXY_X_HOST_COUNT = 1
SESSION_COOKIE_SECURE = True

# The one account is made from a Secret, under a domain that isn't on the internet.
CHECK_EMAIL_DELIVERABILITY = False
GLOBALLY_DELIVERABLE = False
ALLOW_SPECIAL_EMAIL_DOMAINS = ['localhost', 'local', 'test', 'internal']
MASTER_PASSWORD_REQUIRED = False
USE_OS_SECRET_STORAGE = False

# Nothing here asks anybody outside.
UPGRADE_CHECK_ENABLED = False
LLM_ENABLED = False
SHOW_GRAVATAR_IMAGE = False

# The image holds no translations.
LANGUAGES = {'en': 'English'}
