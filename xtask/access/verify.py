"""Logs in and refreshes with requests-oauthlib, and verifies the tokens by our JWKS with joserfc."""

import os

import requests
from joserfc import jwt
from joserfc.jwk import KeySet
from oauthlib.oauth2 import LegacyApplicationClient
from requests_oauthlib import OAuth2Session

BASE = os.environ["BASE_URL"]
ALGORITHM = os.environ["ALGORITHM"]
TOKEN_URL = BASE + "/api/v1/auth/token"

session = OAuth2Session(client=LegacyApplicationClient(client_id="first-party"))
first = session.fetch_token(
    TOKEN_URL, username=os.environ["OWN_USERNAME"], password=os.environ["OWN_PASSWORD"], include_client_id=False
)
assert session.get(BASE + "/api/v1/users/me").json()["email"] == os.environ["OWN_USERNAME"]
second = session.refresh_token(TOKEN_URL)
assert second["refresh_token"] != first["refresh_token"]
assert session.get(BASE + "/api/v1/users/me").status_code == 200

keys = KeySet.import_key_set(requests.get(BASE + "/.well-known/jwks.json", timeout=10).json())
token = jwt.decode(second["access_token"], keys, algorithms=[ALGORITHM])
jwt.JWTClaimsRegistry(
    iss={"essential": True, "value": "fastrail"}, aud={"essential": True, "value": "fastrail-api"}
).validate(token.claims)
assert token.header["typ"] == "at+jwt", token.header
