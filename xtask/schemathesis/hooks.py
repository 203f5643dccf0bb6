"""What `cargo xtask schemathesis` adds to Schemathesis: it counts, and it keeps the run alive.

What is expected is not changed, apart from the rules in LAWFUL, of which each has its reason; what
is sent only where no generator could guess it: a password, a refresh token, a name not taken yet.
From the environment: BASE_URL, COUNTS (the file for the counts), and OWN_ID, OWN_EMAIL,
OWN_USERNAME, OWN_PASSWORD of the account that the role logs in with, and OTHER_ID of another one.
"""

import atexit
import collections
import itertools
import json
import os

import requests
import schemathesis
from schemathesis import GenerationMode
from schemathesis.generation.meta import TestPhase

BASE = os.environ["BASE_URL"]
EMAIL = os.environ["OWN_EMAIL"]
USERNAME = os.environ["OWN_USERNAME"]
PASSWORD = os.environ["OWN_PASSWORD"]
ID = os.environ["OWN_ID"]
OTHER_ID = os.environ["OTHER_ID"]
TOKEN_PATH = "/api/v1/auth/token"
LOGIN_PATH = "/api/v1/auth/login"
ROLES_PATH = "/api/v1/users/{user_id}/roles"
OWN_PATH = "/api/v1/users/me"
# What makes a user: nearly every generated name is one that an earlier case has taken.
MAKING_PATHS = {"/api/v1/auth/register", "/api/v1/users"}

COMMON_PASSWORD = "Value error, should not be one that everybody tries first"

# Known and lawful differences: (reason, check, test). `check` is a failure's class name; `test`
# gets the case and the answer. Empty means: every failed check counts.
LAWFUL = [
    (
        "no schema can hold the list of common passwords, and the generators like `00000000`",
        "RejectedPositiveData",
        lambda case, response: only_error(response) == ("/password", "value_error", COMMON_PASSWORD),
    ),
]

counts = collections.defaultdict(collections.Counter)
failed_cases = collections.defaultdict(set)


new_names = itertools.count(1)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Gives every second valid new user a name of its own: the others meet names that are taken.

    Not where the bounds of the fields are tried out (the coverage phase): there each value counts.
    Nobody changes the own roles: what the role may do stays as it is.
    """
    if case.path == ROLES_PATH and (case.path_parameters or {}).get("user_id") == ID:
        case.path_parameters = {**case.path_parameters, "user_id": OTHER_ID}
    if case.method != "POST" or case.path not in MAKING_PATHS or not is_valid(case):
        return
    number = next(new_names)
    if number % 2:
        case.body = {**case.body, "username": f"made.{number}", "email": f"made.{number}@example.com"}


def is_valid(case):
    """Whether the case was generated at random, to be accepted."""
    meta = case.meta
    return (
        meta is not None
        and meta.generation.mode == GenerationMode.POSITIVE
        and meta.phase.name in (TestPhase.FUZZING, TestPhase.STATEFUL)
        and isinstance(case.body, dict)
    )


@schemathesis.hook
def after_call(context, case, response):
    """Counts every answer, probes of the checks included."""
    row = counts[case.operation.label]
    # The coverage phase also tries methods that a path does not have.
    if case.method.upper() != case.operation.method.upper():
        row["other"] += 1
    else:
        row["cases"] += 1
        row[f"{response.status_code // 100}xx"] += 1
    if response.status_code >= 500:
        row["server"] += 1
    if case.method.upper() == "PATCH" and response.status_code == 200:
        keep_login(response)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Counts a failed check, unless a rule in LAWFUL explains it."""
    label = case.operation.label
    for _reason, check, test in LAWFUL:
        if type(failure).__name__ == check and test(case, response):
            counts[label]["lawful"] += 1
            return False
    failed_cases[label].add(case.id)
    return True


@schemathesis.hook
def before_add_examples(context, examples):
    """Logs in and refreshes once for real: no generator guesses a password or a refresh token."""
    operation = context.operation
    if operation.path == LOGIN_PATH:
        login = {"username": USERNAME, "password": PASSWORD}
        examples.append(operation.Case(body=login, media_type="application/json"))
    if operation.path != TOKEN_PATH:
        return
    password = {"grant_type": "password", "username": USERNAME, "password": PASSWORD}
    tokens = requests.post(BASE + TOKEN_PATH, data=password, timeout=10).json()
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    for form in (password, refresh):
        examples.append(operation.Case(body=form, media_type="application/x-www-form-urlencoded"))


def keep_login(response):
    """Gives the own account its names back when a case has changed them.

    A changed name is a wanted 2xx, but the login with which the token is renewed uses it.
    """
    try:
        user = response.json()
    except ValueError:
        return
    if not isinstance(user, dict) or user.get("id") != ID:
        return
    if user["email"] == EMAIL and user["username"] == USERNAME:
        return
    # The token of the changing request counts also after the change.
    authorization = response.request.headers["Authorization"]
    restored = requests.patch(
        BASE + OWN_PATH,
        json={"email": EMAIL, "username": USERNAME},
        headers={"Authorization": authorization},
        timeout=10,
    )
    restored.raise_for_status()


def only_error(response):
    """Where, what and why of the only error of a 422."""
    if response.status_code != 422:
        return None
    errors = response.json()["errors"]
    return tuple(errors[0][key] for key in ("pointer", "code", "detail")) if len(errors) == 1 else None


@atexit.register
def write_counts():
    rows = {
        label: {**row, "failures": len(failed_cases[label])}
        for label, row in counts.items()
    }
    with open(os.environ["COUNTS"], "w", encoding="utf-8") as file:
        json.dump(rows, file)
